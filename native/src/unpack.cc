// Packed sensor words to 16-bit samples, moved up by some bits where wanted; see src/core/kernels/reference/unpack.ts.
#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

// In the order of PACKED_FORMATS in src/engine/native/addon.ts.
enum class Format { mono10p, mono10packed, mono12p, mono12packed };

// Pixel n is bits n * bits onwards of a little-endian stream. For what is left at the end: reads byte by byte.
void streamEnd(Span<const std::uint8_t> packed, std::uint16_t* out, std::size_t from, std::size_t pixels, unsigned bits, unsigned up) {
  for (std::size_t n = from; n < pixels; n++) {
    const std::size_t byte = n * bits / 8;
    unsigned word = 0;
    for (std::size_t k = 0; k < 3 && byte + k < packed.size; k++) word |= static_cast<unsigned>(packed[byte + k]) << (8 * k);
    out[n] = static_cast<std::uint16_t>(((word >> (n * bits % 8)) & ((1u << bits) - 1)) << up);
  }
}

// Two pixels in three bytes: high 8 bits in the outer bytes, `low` low bits in each half of the middle one.
void pairsEnd(Span<const std::uint8_t> packed, std::uint16_t* out, std::size_t from, std::size_t pixels, unsigned low, unsigned up) {
  const unsigned mask = (1u << low) - 1;
  for (std::size_t n = from; n < pixels; n++) {
    const std::size_t first = n / 2 * 3;
    const unsigned middle = packed[first + 1];
    const unsigned value = n % 2 == 0 ? packed[first] << low | (middle & mask) : packed[first + 2] << low | ((middle >> 4) & mask);
    out[n] = static_cast<std::uint16_t>(value << up);
  }
}

#if OCULAR_X86
// Sixteen pixels at a time: a byte shuffle brings the two bytes of each pixel into its word, a multiplication by a power
// of two moves its bits to the top (where other pixels' bits are pushed out or masked), a shift brings them down.
struct Recipe {
  // Bytes that eight pixels take.
  int bytes;
  // For each of eight words: the bytes that make it.
  alignas(16) std::uint8_t shuffle[16];
  // For each word: the power of two.
  alignas(16) std::uint16_t multiply[8];
};

constexpr Recipe kMono12p = {12, {0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11}, {16, 1, 16, 1, 16, 1, 16, 1}};
constexpr Recipe kMono10p = {10, {0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9}, {64, 16, 4, 1, 64, 16, 4, 1}};

OCULAR_AVX2 inline __m256i twoHalves(const std::uint8_t* at, int bytes) {
  const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + bytes));
  return _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
}

// Returns how many pixels it has written.
OCULAR_AVX2 std::size_t streamAvx2(Span<const std::uint8_t> packed, std::uint16_t* out, std::size_t pixels, const Recipe& recipe, int shift, unsigned up) {
  const __m256i shuffle = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(recipe.shuffle)));
  const __m256i multiply = _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(recipe.multiply)));
  const __m128i down = _mm_cvtsi32_si128(shift);
  const __m128i upBits = _mm_cvtsi32_si128(static_cast<int>(up));
  const std::size_t step = static_cast<std::size_t>(recipe.bytes);
  std::size_t n = 0;
  for (std::size_t at = 0; n + 16 <= pixels && at + step + 16 <= packed.size; n += 16, at += 2 * step) {
    const __m256i words = _mm256_shuffle_epi8(twoHalves(packed.data + at, recipe.bytes), shuffle);
    const __m256i top = _mm256_mullo_epi16(words, multiply);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + n), _mm256_sll_epi16(_mm256_srl_epi16(top, down), upBits));
  }
  return n;
}

// The outer byte is the high byte of each word, the middle byte its low one.
OCULAR_AVX2 std::size_t pairsAvx2(Span<const std::uint8_t> packed, std::uint16_t* out, std::size_t pixels, unsigned low, unsigned up) {
  const __m256i shuffle = _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 0, 1, 2, 4, 3, 4, 5, 7, 6, 7, 8, 10, 9, 10, 11));
  // Bits of the middle byte: even pixels have theirs at 0, odd ones at 4.
  const __m256i lowMask = _mm256_set1_epi16(static_cast<short>((1 << low) - 1));
  const __m256i multiply = _mm256_set1_epi32(0x00010010);
  const __m256i highMask = _mm256_set1_epi16(static_cast<short>(0xff << low));
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(8 - low));
  const __m128i upBits = _mm_cvtsi32_si128(static_cast<int>(up));
  std::size_t n = 0;
  for (std::size_t at = 0; n + 16 <= pixels && at + 28 <= packed.size; n += 16, at += 24) {
    const __m256i words = _mm256_shuffle_epi8(twoHalves(packed.data + at, 12), shuffle);
    const __m256i high = _mm256_and_si256(_mm256_srl_epi16(words, shift), highMask);
    // Even words times 16, so that every pixel's low bits stand at 4.
    const __m256i middle = _mm256_srli_epi16(_mm256_mullo_epi16(_mm256_and_si256(words, _mm256_set1_epi16(0xff)), multiply), 4);
    const __m256i values = _mm256_or_si256(high, _mm256_and_si256(middle, lowMask));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + n), _mm256_sll_epi16(values, upBits));
  }
  return n;
}
#endif

unsigned bitsOf(Format format) {
  return format == Format::mono10p ? 10 : 12;
}

std::size_t packedBytes(std::size_t pixels, Format format) {
  return (pixels * bitsOf(format) + 7) / 8;
}

void unpackAll(Span<const std::uint8_t> packed, std::uint16_t* out, std::size_t pixels, Format format, unsigned up) {
  const bool isStream = format == Format::mono10p || format == Format::mono12p;
  const unsigned low = format == Format::mono10packed ? 2 : 4;
  std::size_t done = 0;
#if OCULAR_X86
  if (hasAvx2()) {
    if (format == Format::mono10p) done = streamAvx2(packed, out, pixels, kMono10p, 6, up);
    else if (format == Format::mono12p) done = streamAvx2(packed, out, pixels, kMono12p, 4, up);
    else done = pairsAvx2(packed, out, pixels, low, up);
  }
#endif
  if (isStream) streamEnd(packed, out, done, pixels, bitsOf(format), up);
  else pairsEnd(packed, out, done, pixels, low, up);
}

}  // namespace

napi_value unpack(Call& call) {
  const Size size = call.size(1);
  const auto format = static_cast<Format>(call.integer(3, 0, 3));
  const auto packed = call.array<std::uint8_t>(0, packedBytes(size.pixels(), format));
  const auto result = call.make<std::uint16_t>(size.pixels());
  unpackAll(packed, result.data, size.pixels(), format, 0);
  return result.value;
}

napi_value unpackInto(Call& call) {
  const auto format = static_cast<Format>(call.integer(1, 0, 3));
  const auto up = static_cast<unsigned>(call.integer(2, 0, 6));
  const std::size_t pixels = call.length(3);
  const auto packed = call.array<std::uint8_t>(0, packedBytes(pixels, format));
  const auto target = call.target<std::uint16_t>(3, pixels);
  unpackAll(packed, target.data, pixels, format, up);
  return nullptr;
}

}  // namespace ocular::kernels
