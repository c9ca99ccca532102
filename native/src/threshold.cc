// Which values lie beyond a limit, and beyond what lies around them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "api/call.h"
#include "api/cpu.h"
#include "api/stream-in.h"
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

// The difference is double precision, as JavaScript's is.
template <bool kAbove>
OCULAR_LOOP void keepBeyond(const float* values, const float* around, std::size_t count, double offset, std::uint8_t* mask) {
  for (std::size_t i = 0; i < count; i++) {
    const bool isObject = isBeyond<kAbove>(static_cast<double>(values[i]), static_cast<double>(around[i]) - offset);
    mask[i] = static_cast<std::uint8_t>(mask[i] & (isObject ? 1 : 0));
  }
}

#if OCULAR_X86
template <bool kAbove>
OCULAR_AVX2 void markAvx2(const float* values, std::size_t count, float limit, std::uint8_t* mask) {
  const __m256 edge = _mm256_set1_ps(limit);
  const __m256i one = _mm256_set1_epi32(1);
  std::size_t i = beforeLine(values, count);
  markSome<kAbove>(values, i, limit, mask);
  for (; i + kPacked <= count; i += kPacked) {
    __m256i marks[4];
    for (std::size_t k = 0; k < 4; k++) {
      fetchAhead(values + i + 8 * k);
      const __m256 value = _mm256_loadu_ps(values + i + 8 * k);
      marks[k] = _mm256_and_si256(_mm256_castps_si256(_mm256_cmp_ps(value, edge, kAbove ? _CMP_GT_OQ : _CMP_LT_OQ)), one);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(mask + i), packToBytes(marks));
  }
  markSome<kAbove>(values + i, count - i, limit, mask + i);
}

// One bit for each of sixteen values. The difference to what lies around is double precision, as JavaScript's is.
template <bool kAbove, bool kHasAround>
OCULAR_AVX512 inline __mmask16 bitsOfSixteen(const float* values, [[maybe_unused]] const float* around, __m512 edge, [[maybe_unused]] __m512d offset) {
  constexpr int kBeyond = kAbove ? _CMP_GT_OQ : _CMP_LT_OQ;
  fetchAhead(values);
  const __m512 value = _mm512_loadu_ps(values);
  const __mmask16 bits = _mm512_cmp_ps_mask(value, edge, kBeyond);
  if constexpr (kHasAround) {
    fetchAhead(around);
    const __m512 there = _mm512_loadu_ps(around);
    const __m512d firstEdge = _mm512_sub_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(there)), offset);
    const __m512d secondEdge = _mm512_sub_pd(_mm512_cvtps_pd(_mm512_extractf32x8_ps(there, 1)), offset);
    const __mmask8 first = _mm512_cmp_pd_mask(_mm512_cvtps_pd(_mm512_castps512_ps256(value)), firstEdge, kBeyond);
    const __mmask8 second = _mm512_cmp_pd_mask(_mm512_cvtps_pd(_mm512_extractf32x8_ps(value, 1)), secondEdge, kBeyond);
    return static_cast<__mmask16>(bits & (first | second << 8));
  }
  return bits;
}

template <bool kAbove>
void markAndKeepSome(const float* values, const float* around, std::size_t count, float limit, double offset, std::uint8_t* mask) {
  markSome<kAbove>(values, count, limit, mask);
  if (around != nullptr) keepBeyond<kAbove>(values, around, count, offset, mask);
}

template <bool kAbove, bool kHasAround>
OCULAR_AVX512 void markAvx512(const float* values, const float* around, std::size_t count, float limit, double offset, std::uint8_t* mask) {
  constexpr std::size_t kLanes = 16;
  constexpr std::size_t kAtOnce = 4 * kLanes;
  const __m512 edge = _mm512_set1_ps(limit);
  const __m512d below = _mm512_set1_pd(offset);
  const auto rest = [&](std::size_t from, std::size_t to) {
    markAndKeepSome<kAbove>(values + from, kHasAround ? around + from : nullptr, to - from, limit, offset, mask + from);
  };
  std::size_t i = beforeLine(values, count);
  rest(0, i);
  for (; i + kAtOnce <= count; i += kAtOnce) {
    __mmask16 bits[4];
    for (std::size_t k = 0; k < 4; k++) bits[k] = bitsOfSixteen<kAbove, kHasAround>(values + i + kLanes * k, kHasAround ? around + i + kLanes * k : nullptr, edge, below);
    const __mmask64 all = _mm512_kunpackd(_mm512_kunpackw(bits[3], bits[2]), _mm512_kunpackw(bits[1], bits[0]));
    _mm512_storeu_si512(mask + i, _mm512_maskz_set1_epi8(all, 1));
  }
  rest(i, count);
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

// `around` may be null: a limit alone.
template <bool kAbove>
void markAll(const float* values, const float* around, std::size_t count, float limit, double offset, std::uint8_t* mask) {
#if OCULAR_X86
  if (hasAvx512()) {
    (around == nullptr ? markAvx512<kAbove, false> : markAvx512<kAbove, true>)(values, around, count, limit, offset, mask);
    return;
  }
#endif
  // A piece at a time: the second look finds it near.
  for (std::size_t from = 0; from < count; from += kPiece) {
    const std::size_t piece = std::min(kPiece, count - from);
    mark<kAbove>(values + from, piece, limit, mask + from);
    if (around != nullptr) (kAbove ? keepAbove : keepBelow)(values + from, around + from, piece, offset, mask + from);
  }
}

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
  const float* const surroundings = aroundCount == 0 ? nullptr : around.data;
  (isAbove ? markAll<true> : markAll<false>)(values.data, surroundings, count, limit, offset, mask.data);
  return mask.value;
}

}  // namespace ocular::kernels
