// Bilinear demosaic to interleaved RGB.
//
// Around each sample lie four kinds of means: of the two beside it, of the two above and below, of those four (`cross`),
// and of the four corners. Which of them is which colour depends only on the row's and the column's parity.
#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

template <class Sample>
struct Rows {
  const Sample* up;
  const Sample* here;
  const Sample* down;
  // Whether the row has red samples (else blue ones), and whether they (or the blue ones) lie in odd columns.
  bool isRed;
  bool isOdd;
};

// A place one beyond the border, mirrored inside.
inline std::size_t mirrored(std::int64_t place, std::int64_t size) {
  const std::int64_t inside = place < 0 ? 1 : place >= size ? size - 2 : place;
  return static_cast<std::size_t>(inside < 0 ? 0 : inside >= size ? size - 1 : inside);
}

template <class Sample>
void demosaicPixels(const Rows<Sample>& rows, Sample* rgb, std::size_t from, std::size_t to, std::size_t width) {
  for (std::size_t x = from; x < to; x++) {
    const std::size_t left = mirrored(static_cast<std::int64_t>(x) - 1, static_cast<std::int64_t>(width));
    const std::size_t right = mirrored(static_cast<std::int64_t>(x) + 1, static_cast<std::int64_t>(width));
    const std::uint32_t beside = rows.here[left] + rows.here[right];
    const std::uint32_t above = rows.up[x] + rows.down[x];
    const auto here = rows.here[x];
    Sample own, green, other;
    if ((x & 1) == (rows.isOdd ? 1u : 0u)) {
      const std::uint32_t corners = rows.up[left] + rows.up[right] + rows.down[left] + rows.down[right];
      own = here;
      green = static_cast<Sample>((beside + above + 2) >> 2);
      other = static_cast<Sample>((corners + 2) >> 2);
    } else {
      own = static_cast<Sample>((beside + 1) >> 1);
      green = here;
      other = static_cast<Sample>((above + 1) >> 1);
    }
    rgb[3 * x] = rows.isRed ? own : other;
    rgb[3 * x + 1] = green;
    rgb[3 * x + 2] = rows.isRed ? other : own;
  }
}

#if OCULAR_X86

// The vector instructions for bytes and for words.
struct ByteLanes {
  using Sample = std::uint8_t;
  static constexpr std::size_t kCount = 32;
  OCULAR_AVX2 static __m256i mean(__m256i a, __m256i b) { return _mm256_avg_epu8(a, b); }
  OCULAR_AVX2 static __m256i one() { return _mm256_set1_epi8(1); }
  OCULAR_AVX2 static __m256i subtract(__m256i a, __m256i b) { return _mm256_sub_epi8(a, b); }
  // All bits of the lanes at even places.
  OCULAR_AVX2 static __m256i even() { return _mm256_set1_epi16(0x00ff); }
};
struct WordLanes {
  using Sample = std::uint16_t;
  static constexpr std::size_t kCount = 16;
  OCULAR_AVX2 static __m256i mean(__m256i a, __m256i b) { return _mm256_avg_epu16(a, b); }
  OCULAR_AVX2 static __m256i one() { return _mm256_set1_epi16(1); }
  OCULAR_AVX2 static __m256i subtract(__m256i a, __m256i b) { return _mm256_sub_epi16(a, b); }
  OCULAR_AVX2 static __m256i even() { return _mm256_set1_epi32(0x0000ffff); }
};

template <class Sample>
OCULAR_AVX2 inline __m256i load(const Sample* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

// (a + b + c + d + 2) >> 2 out of means of two, each rounded up: a mean of means is one too large where one of the first
// two was rounded up and the last one as well.
template <class Lanes>
OCULAR_AVX2 inline __m256i meanOfFour(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m256i first = Lanes::mean(a, b);
  const __m256i second = Lanes::mean(c, d);
  const __m256i wasRounded = _mm256_or_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(c, d));
  const __m256i excess = _mm256_and_si256(_mm256_and_si256(wasRounded, _mm256_xor_si256(first, second)), Lanes::one());
  return Lanes::subtract(Lanes::mean(first, second), excess);
}

// For each of the three 16-byte parts of an interleaved RGB, where in a channel's 16 bytes its samples come from;
// 0x80 leaves a zero. Made for samples of `bytes` bytes.
struct Interleave {
  alignas(16) std::uint8_t from[3][3][16];
};
constexpr Interleave interleaveOf(int bytes) {
  Interleave table{};
  for (int part = 0; part < 3; part++) {
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < 16; i++) {
        const int byte = 16 * part + i;
        const int sample = byte / bytes;
        table.from[part][channel][i] = static_cast<std::uint8_t>(sample % 3 == channel ? sample / 3 * bytes + byte % bytes : 0x80);
      }
    }
  }
  return table;
}
constexpr Interleave kInterleaveBytes = interleaveOf(1);
constexpr Interleave kInterleaveWords = interleaveOf(2);

OCULAR_AVX2 inline __m256i twice(const std::uint8_t* table) {
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(table)));
}

// Writes the two halves of each channel as twice 48 bytes of RGB.
OCULAR_AVX2 inline void storeInterleaved(void* rgb, __m256i red, __m256i green, __m256i blue, const Interleave& table) {
  auto* out = static_cast<__m128i*>(rgb);
  for (int part = 0; part < 3; part++) {
    const __m256i both = _mm256_or_si256(_mm256_or_si256(_mm256_shuffle_epi8(red, twice(table.from[part][0])), _mm256_shuffle_epi8(green, twice(table.from[part][1]))),
                                         _mm256_shuffle_epi8(blue, twice(table.from[part][2])));
    _mm_storeu_si128(out + part, _mm256_castsi256_si128(both));
    _mm_storeu_si128(out + part + 3, _mm256_extracti128_si256(both, 1));
  }
}

// Returns the first column that it has not done; begins at column 1.
template <class Lanes, bool kIsRed>
OCULAR_AVX2 std::size_t demosaicRowAvx2(const Rows<typename Lanes::Sample>& rows, typename Lanes::Sample* rgb, std::size_t width) {
  const Interleave& table = sizeof(typename Lanes::Sample) == 1 ? kInterleaveBytes : kInterleaveWords;
  // Lane 0 is an odd column.
  const __m256i ownHere = rows.isOdd ? Lanes::even() : _mm256_xor_si256(Lanes::even(), _mm256_set1_epi8(-1));
  std::size_t x = 1;
  for (; x + Lanes::kCount < width; x += Lanes::kCount) {
    const __m256i here = load(rows.here + x);
    const __m256i left = load(rows.here + x - 1);
    const __m256i right = load(rows.here + x + 1);
    const __m256i up = load(rows.up + x);
    const __m256i down = load(rows.down + x);
    const __m256i cross = meanOfFour<Lanes>(left, right, up, down);
    const __m256i corners = meanOfFour<Lanes>(load(rows.up + x - 1), load(rows.up + x + 1), load(rows.down + x - 1), load(rows.down + x + 1));
    const __m256i own = _mm256_blendv_epi8(Lanes::mean(left, right), here, ownHere);
    const __m256i green = _mm256_blendv_epi8(here, cross, ownHere);
    const __m256i other = _mm256_blendv_epi8(Lanes::mean(up, down), corners, ownHere);
    storeInterleaved(rgb + 3 * x, kIsRed ? own : other, green, kIsRed ? other : own, table);
  }
  return x;
}

template <class Lanes>
std::size_t demosaicRow(const Rows<typename Lanes::Sample>& rows, typename Lanes::Sample* rgb, std::size_t width) {
  return rows.isRed ? demosaicRowAvx2<Lanes, true>(rows, rgb, width) : demosaicRowAvx2<Lanes, false>(rows, rgb, width);
}

std::size_t fastPart(const Rows<std::uint8_t>& rows, std::uint8_t* rgb, std::size_t width) { return hasAvx2() ? demosaicRow<ByteLanes>(rows, rgb, width) : 1; }
std::size_t fastPart(const Rows<std::uint16_t>& rows, std::uint16_t* rgb, std::size_t width) { return hasAvx2() ? demosaicRow<WordLanes>(rows, rgb, width) : 1; }

#else

template <class Sample>
std::size_t fastPart(const Rows<Sample>&, Sample*, std::size_t) { return 1; }

#endif

template <class Sample>
napi_value demosaicAs(Call& call) {
  const Size size = call.size(1);
  const auto raw = call.array<Sample>(0, size.pixels());
  const std::int32_t redX = call.integer(3, 0, 1);
  const std::int32_t redY = call.integer(4, 0, 1);
  const auto result = call.make<Sample>(3 * size.pixels());
  const auto width = static_cast<std::size_t>(size.width);
  if (width == 0) return result.value;
  for (std::int32_t y = 0; y < size.height; y++) {
    const bool isRed = (y & 1) == redY;
    const Rows<Sample> rows = {
        raw.data + mirrored(y - 1, size.height) * width,
        raw.data + static_cast<std::size_t>(y) * width,
        raw.data + mirrored(y + 1, size.height) * width,
        isRed,
        (isRed ? redX : 1 - redX) == 1,
    };
    Sample* rgb = result.data + 3 * static_cast<std::size_t>(y) * width;
    demosaicPixels(rows, rgb, 0, 1, width);
    demosaicPixels(rows, rgb, fastPart(rows, rgb, width), width, width);
  }
  return result.value;
}

}  // namespace

napi_value demosaic(Call& call) {
  return call.isArrayOf<std::uint8_t>(0) ? demosaicAs<std::uint8_t>(call) : demosaicAs<std::uint16_t>(call);
}

}  // namespace ocular::kernels
