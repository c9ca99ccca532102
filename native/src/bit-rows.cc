#include "bit-rows.h"

#include "api/cpu.h"

namespace ocular {
namespace {

std::uint64_t packEnd(const std::uint8_t* bytes, std::int32_t count) {
  std::uint64_t word = 0;
  for (std::int32_t x = 0; x < count; x++) word |= static_cast<std::uint64_t>(bytes[x] != 0) << x;
  return word;
}

void unpackEnd(std::uint64_t word, std::uint8_t* bytes, std::int32_t count) {
  for (std::int32_t x = 0; x < count; x++) bytes[x] = static_cast<std::uint8_t>((word >> x) & 1);
}

#if OCULAR_X86
OCULAR_AVX2 inline std::uint32_t pack32(const std::uint8_t* bytes) {
  const __m256i zeros = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)), _mm256_setzero_si256());
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(zeros));
}

OCULAR_AVX2 void packRowAvx2(const std::uint8_t* bytes, std::uint64_t* words, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) words[i] = pack32(bytes + 64 * i) | static_cast<std::uint64_t>(pack32(bytes + 64 * i + 32)) << 32;
}

// Each of 32 bytes gets a copy of the byte that holds its bit, and looks at that bit.
OCULAR_AVX2 inline void unpack32(std::uint32_t bits, std::uint8_t* bytes) {
  const __m256i spread = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i place = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
  const __m256i copies = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), spread);
  const __m256i isSet = _mm256_cmpeq_epi8(_mm256_and_si256(copies, place), place);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes), _mm256_and_si256(isSet, _mm256_set1_epi8(1)));
}

OCULAR_AVX2 void unpackRowAvx2(const std::uint64_t* words, std::uint8_t* bytes, std::size_t count, std::uint64_t inversion) {
  for (std::size_t i = 0; i < count; i++) {
    const std::uint64_t word = words[i] ^ inversion;
    unpack32(static_cast<std::uint32_t>(word), bytes + 64 * i);
    unpack32(static_cast<std::uint32_t>(word >> 32), bytes + 64 * i + 32);
  }
}
#endif

// Words of a row that stand for 64 pixels each.
std::size_t wholeWords(const BitRows& bits) { return static_cast<std::size_t>(bits.width) / 64; }

}  // namespace

BitRows packBits(const std::uint8_t* mask, std::int32_t width, std::int32_t height, bool isInverted) {
  BitRows bits(width, height);
  const std::size_t whole = wholeWords(bits);
  const std::int32_t rest = width % 64;
  for (std::int32_t y = 0; y < height; y++) {
    const std::uint8_t* bytes = mask + static_cast<std::size_t>(y) * width;
    std::uint64_t* words = bits.row(y);
#if OCULAR_X86
    if (hasAvx2()) packRowAvx2(bytes, words, whole);
    else
#endif
      for (std::size_t i = 0; i < whole; i++) words[i] = packEnd(bytes + 64 * i, 64);
    if (rest > 0) words[whole] = packEnd(bytes + 64 * whole, rest);
    if (!isInverted) continue;
    for (std::size_t i = 0; i < whole; i++) words[i] = ~words[i];
    if (rest > 0) words[whole] ^= (std::uint64_t{1} << rest) - 1;
  }
  return bits;
}

void unpackBits(const BitRows& bits, std::uint8_t* mask, bool isInverted) {
  const std::size_t whole = wholeWords(bits);
  const std::uint64_t inversion = isInverted ? ~std::uint64_t{0} : 0;
  for (std::int32_t y = 0; y < bits.height; y++) {
    std::uint8_t* bytes = mask + static_cast<std::size_t>(y) * bits.width;
    const std::uint64_t* words = bits.row(y);
#if OCULAR_X86
    if (hasAvx2()) unpackRowAvx2(words, bytes, whole, inversion);
    else
#endif
      for (std::size_t i = 0; i < whole; i++) unpackEnd(words[i] ^ inversion, bytes + 64 * i, 64);
    if (bits.width % 64 > 0) unpackEnd(words[whole] ^ inversion, bytes + 64 * whole, bits.width % 64);
  }
}

}  // namespace ocular
