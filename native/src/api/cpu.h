// One binary for every processor of a kind: hot loops are compiled twice on x86, for any x86-64 and for AVX2, and the
// better one is chosen while running. Elsewhere (arm64, or a compiler without the attribute) they are compiled once.
//
// Use: write the loop as an OCULAR_LOOP function and name it once more in OCULAR_DISPATCH, which makes `name` out of
// `nameLoop`:
//
//   OCULAR_LOOP void addLoop(const float* a, float* sum, size_t n) { for (...) sum[i] += a[i]; }
//   OCULAR_DISPATCH(void, add, (const float* a, float* sum, size_t n), (a, sum, n))
//
// The AVX2 version may use fused multiply-add only where it is written out: the build says -ffp-contract=off, so both
// versions give the same bits.
#pragma once

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define OCULAR_X86 1
#include <immintrin.h>
// Marks a function that uses AVX2 intrinsics; call it only where hasAvx2() says so.
#define OCULAR_AVX2 __attribute__((target("avx2,fma,bmi,bmi2,popcnt,lzcnt")))
#define OCULAR_LOOP static inline __attribute__((always_inline))
#define OCULAR_DISPATCH(result, name, parameters, arguments)       \
  OCULAR_AVX2 static result name##Avx2 parameters {                \
    return name##Loop arguments;                                   \
  }                                                                \
  static result name##Plain parameters { return name##Loop arguments; } \
  static inline result name parameters {                           \
    return ocular::hasAvx2() ? name##Avx2 arguments : name##Plain arguments; \
  }
#else
#define OCULAR_X86 0
#define OCULAR_LOOP static inline
#define OCULAR_DISPATCH(result, name, parameters, arguments) \
  static inline result name parameters { return name##Loop arguments; }
#endif

namespace ocular {

inline bool hasAvx2() {
#if OCULAR_X86
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

}  // namespace ocular
