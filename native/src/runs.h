// Finding where runs of equal pixels end: what most time goes into when objects are few and background is much.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/cpu.h"

namespace ocular {

// The first place from `from` on, before `end`, where row[place] is not `value`; `end` where there is none.
inline std::size_t runEndPlain(const std::int32_t* row, std::size_t from, std::size_t end, std::int32_t value) {
  while (from < end && row[from] == value) from++;
  return from;
}

#if OCULAR_X86
// All bits of the lanes that hold `wanted`.
OCULAR_AVX2 inline __m256i equalLanes(const std::int32_t* at, __m256i wanted) {
  return _mm256_cmpeq_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), wanted);
}

OCULAR_AVX2 inline std::size_t runEnd(const std::int32_t* row, std::size_t from, std::size_t end, std::int32_t value) {
  const __m256i wanted = _mm256_set1_epi32(value);
  for (; from + 32 <= end; from += 32) {
    const __m256i first = _mm256_and_si256(equalLanes(row + from, wanted), equalLanes(row + from + 8, wanted));
    const __m256i second = _mm256_and_si256(equalLanes(row + from + 16, wanted), equalLanes(row + from + 24, wanted));
    if (_mm256_movemask_epi8(_mm256_and_si256(first, second)) != -1) break;
  }
  for (; from + 8 <= end; from += 8) {
    const __m256 equal = _mm256_castsi256_ps(equalLanes(row + from, wanted));
    const auto different = ~static_cast<std::uint32_t>(_mm256_movemask_ps(equal)) & 0xff;
    if (different != 0) return from + static_cast<std::size_t>(__builtin_ctz(different));
  }
  return runEndPlain(row, from, end, value);
}
#endif

}  // namespace ocular
