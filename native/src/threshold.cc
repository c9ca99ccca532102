// Which values lie beyond a limit, and beyond what lies around them.
#include <cmath>
#include <limits>

#include "api/call.h"
#include "api/cpu.h"
#include "pack-bytes.h"

namespace ocular::kernels {
namespace {

template <bool kAbove, class Number>
OCULAR_LOOP bool isBeyond(Number value, Number limit) {
  return kAbove ? value > limit : value < limit;
}

template <bool kAbove>
void markSome(const float* values, std::size_t count, float limit, std::uint8_t* mask) {
  for (std::size_t i = 0; i < count; i++) mask[i] = isBeyond<kAbove>(values[i], limit) ? 1 : 0;
}

#if OCULAR_X86
template <bool kAbove>
OCULAR_AVX2 void markAvx2(const float* values, std::size_t count, float limit, std::uint8_t* mask) {
  const __m256 edge = _mm256_set1_ps(limit);
  const __m256i one = _mm256_set1_epi32(1);
  std::size_t i = 0;
  for (; i + kPacked <= count; i += kPacked) {
    __m256i marks[4];
    for (std::size_t k = 0; k < 4; k++) {
      const __m256 value = _mm256_loadu_ps(values + i + 8 * k);
      marks[k] = _mm256_and_si256(_mm256_castps_si256(_mm256_cmp_ps(value, edge, kAbove ? _CMP_GT_OQ : _CMP_LT_OQ)), one);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(mask + i), packToBytes(marks));
  }
  markSome<kAbove>(values + i, count - i, limit, mask + i);
}
#endif

template <bool kAbove>
void mark(const float* values, std::size_t count, float limit, std::uint8_t* mask) {
#if OCULAR_X86
  if (hasAvx2()) {
    markAvx2<kAbove>(values, count, limit, mask);
    return;
  }
#endif
  markSome<kAbove>(values, count, limit, mask);
}

// The difference is double precision, as JavaScript's is.
template <bool kAbove>
OCULAR_LOOP void keepBeyond(const float* values, const float* around, std::size_t count, double offset, std::uint8_t* mask) {
  for (std::size_t i = 0; i < count; i++) {
    const bool isObject = isBeyond<kAbove>(static_cast<double>(values[i]), static_cast<double>(around[i]) - offset);
    mask[i] = static_cast<std::uint8_t>(mask[i] & (isObject ? 1 : 0));
  }
}

OCULAR_LOOP void keepAboveLoop(const float* values, const float* around, std::size_t count, double offset, std::uint8_t* mask) {
  keepBeyond<true>(values, around, count, offset, mask);
}
OCULAR_DISPATCH(void, keepAbove, (const float* values, const float* around, std::size_t count, double offset, std::uint8_t* mask), (values, around, count, offset, mask))
OCULAR_LOOP void keepBelowLoop(const float* values, const float* around, std::size_t count, double offset, std::uint8_t* mask) {
  keepBeyond<false>(values, around, count, offset, mask);
}
OCULAR_DISPATCH(void, keepBelow, (const float* values, const float* around, std::size_t count, double offset, std::uint8_t* mask), (values, around, count, offset, mask))

// The single-precision limit that parts single-precision values as this one does.
float sameLimit(double limit, bool isAbove) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto nearest = static_cast<float>(limit);
  if (isAbove) return static_cast<double>(nearest) > limit ? std::nextafter(nearest, -kInfinity) : nearest;
  return static_cast<double>(nearest) < limit ? std::nextafter(nearest, kInfinity) : nearest;
}

constexpr std::size_t kPiece = 4096;

}  // namespace

napi_value threshold(Call& call) {
  const std::size_t count = call.length(0);
  const auto values = call.array<float>(0, count);
  const bool isAbove = call.boolean(1);
  const float limit = sameLimit(call.number(2), isAbove);
  const double offset = call.number(3);
  // Nothing around: a limit alone.
  const std::size_t aroundCount = call.length(4);
  const auto around = call.array<float>(4, aroundCount == 0 ? 0 : count);
  const auto mask = call.takeOrMake<std::uint8_t>(5, count);
  // A piece at a time: the second look finds it near.
  for (std::size_t from = 0; from < count; from += kPiece) {
    const std::size_t piece = count - from < kPiece ? count - from : kPiece;
    (isAbove ? mark<true> : mark<false>)(values.data + from, piece, limit, mask.data + from);
    if (aroundCount > 0) (isAbove ? keepAbove : keepBelow)(values.data + from, around.data + from, piece, offset, mask.data + from);
  }
  return mask.value;
}

}  // namespace ocular::kernels
