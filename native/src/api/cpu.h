// One binary for every processor of a kind: hot loops are compiled twice on x86, for any x86-64 and for AVX2, and the
// better one is chosen while running. Elsewhere (arm64, or a compiler without the attribute) they are compiled once.
//
// Use: write the loop as an OCULAR_LOOP function and name it once more in OCULAR_DISPATCH, which makes `name` out of
// `nameLoop`:
//
//   OCULAR_LOOP void addLoop(const float* a, float* sum, size_t n) { for (...) sum[i] += a[i]; }
//   OCULAR_DISPATCH(void, add, (const float* a, float* sum, size_t n), (a, sum, n))
//
// Kernels whose work is mostly arithmetic are written out for AVX-512 as well (OCULAR_AVX512, hasAvx512); see
// api/float-lanes.h for loops that are the same but for how many numbers a vector holds.
//
// The vector versions may use fused multiply-add only where it is written out: the build says -ffp-contract=off, so all
// versions give the same bits.
#pragma once

#include <cstdlib>
#include <string_view>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define OCULAR_X86 1
#include <immintrin.h>
// Marks a function that uses AVX2 intrinsics; call it only where hasAvx2() says so.
#define OCULAR_AVX2 __attribute__((target("avx2,fma,bmi,bmi2,popcnt,lzcnt")))
// The same for the instructions that AVX-512 processors have had since 2017 (foundation, bytes and words, short vectors).
#define OCULAR_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2,popcnt,lzcnt")))
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

enum class Instructions { plain, avx2, avx512 };

// The best that this processor has. $OCULAR_INSTRUCTIONS (plain, avx2), looked at once, allows less: the tests compare every
// kernel with its reference at each level, whatever the processor they run on.
inline Instructions bestInstructions() {
#if OCULAR_X86
  __builtin_cpu_init();
  const char* const told = std::getenv("OCULAR_INSTRUCTIONS");
  const std::string_view limit = told == nullptr ? "" : told;
  if (limit == "plain" || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) return Instructions::plain;
  const bool hasWords = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return limit == "avx2" || !hasWords ? Instructions::avx2 : Instructions::avx512;
#else
  return Instructions::plain;
#endif
}

inline const Instructions kInstructions = bestInstructions();

inline bool hasAvx2() { return kInstructions >= Instructions::avx2; }
inline bool hasAvx512() { return kInstructions >= Instructions::avx512; }

}  // namespace ocular
