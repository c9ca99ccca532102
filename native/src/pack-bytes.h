// Four vectors of numbers from 0 to 255 as one of bytes, in their order.
#pragma once

#include <cstddef>

#include "api/cpu.h"

#if OCULAR_X86
namespace ocular {

// How many numbers there are in four vectors.
constexpr std::size_t kPacked = 32;

OCULAR_AVX2 inline __m256i packToBytes(const __m256i (&numbers)[4]) {
  // Packing works within each half of a vector: the eight quarters come out in another order.
  const __m256i mixed = _mm256_packus_epi16(_mm256_packs_epi32(numbers[0], numbers[1]), _mm256_packs_epi32(numbers[2], numbers[3]));
  return _mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

}  // namespace ocular
#endif
