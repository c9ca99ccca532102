// Vectors of floats of two widths with the same names, for loops that differ in nothing else. A function's instruction set
// cannot depend on a template's argument, so such loops stand in an .inc file that is read once for each width, in a
// namespace of its own where `Lanes` is one of the structs below and OCULAR_TARGET marks the functions.
#pragma once

#include <cstdint>

#include "api/cpu.h"

#if OCULAR_X86
namespace ocular {

struct EightFloats {
  using Vector = __m256;
  static constexpr std::int32_t kCount = 8;
  OCULAR_AVX2 static Vector load(const float* from) { return _mm256_loadu_ps(from); }
  OCULAR_AVX2 static void store(float* to, Vector v) { _mm256_storeu_ps(to, v); }
  OCULAR_AVX2 static Vector all(float value) { return _mm256_set1_ps(value); }
  // Of a number and none: the second argument, as in the reference.
  OCULAR_AVX2 static Vector least(Vector a, Vector b) { return _mm256_min_ps(a, b); }
  OCULAR_AVX2 static Vector largest(Vector a, Vector b) { return _mm256_max_ps(a, b); }
  OCULAR_AVX2 static Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
  // a * b + c, rounded once.
  OCULAR_AVX2 static Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  // The numbers from the kStep-th of `here` on, followed by the first ones of `next`; kStep is 0 to kCount.
  template <int kStep>
  OCULAR_AVX2 static Vector shifted(Vector here, Vector next) {
    if constexpr (kStep == 0) return here;
    if constexpr (kStep == kCount) return next;
    const __m256i middle = _mm256_castps_si256(_mm256_permute2f128_ps(here, next, 0x21));
    if constexpr (kStep < 4) return _mm256_castsi256_ps(_mm256_alignr_epi8(middle, _mm256_castps_si256(here), 4 * kStep));
    if constexpr (kStep == 4) return _mm256_castsi256_ps(middle);
    return _mm256_castsi256_ps(_mm256_alignr_epi8(_mm256_castps_si256(next), middle, 4 * kStep - 16 > 0 ? 4 * kStep - 16 : 0));
  }
};

struct SixteenFloats {
  using Vector = __m512;
  static constexpr std::int32_t kCount = 16;
  OCULAR_AVX512 static Vector load(const float* from) { return _mm512_loadu_ps(from); }
  OCULAR_AVX512 static void store(float* to, Vector v) { _mm512_storeu_ps(to, v); }
  OCULAR_AVX512 static Vector all(float value) { return _mm512_set1_ps(value); }
  OCULAR_AVX512 static Vector least(Vector a, Vector b) { return _mm512_min_ps(a, b); }
  OCULAR_AVX512 static Vector largest(Vector a, Vector b) { return _mm512_max_ps(a, b); }
  OCULAR_AVX512 static Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  OCULAR_AVX512 static Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  template <int kStep>
  OCULAR_AVX512 static Vector shifted(Vector here, Vector next) {
    return _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(next), _mm512_castps_si512(here), kStep));
  }
};

}  // namespace ocular
#endif
