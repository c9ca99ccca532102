// Range of values, and how many lie in each of equal bins.
#include <algorithm>
#include <limits>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

struct Range {
  float min = std::numeric_limits<float>::infinity();
  float max = -std::numeric_limits<float>::infinity();
};

// A comparison with what is not a number is false: it counts nowhere.
void widen(Range& range, const float* values, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) {
    range.min = values[i] < range.min ? values[i] : range.min;
    range.max = values[i] > range.max ? values[i] : range.max;
  }
}

#if OCULAR_X86
// Four vectors at a time: one after the other would wait for each other.
OCULAR_AVX2 Range rangeOfAvx2(const float* values, std::size_t count) {
  constexpr std::size_t kVectors = 4;
  constexpr std::size_t kLanes = 8;
  __m256 low[kVectors];
  __m256 high[kVectors];
  Range range;
  for (std::size_t k = 0; k < kVectors; k++) {
    low[k] = _mm256_set1_ps(range.min);
    high[k] = _mm256_set1_ps(range.max);
  }
  std::size_t i = 0;
  for (; i + kVectors * kLanes <= count; i += kVectors * kLanes) {
    for (std::size_t k = 0; k < kVectors; k++) {
      const __m256 value = _mm256_loadu_ps(values + i + k * kLanes);
      // Of a number and none these give their second argument.
      low[k] = _mm256_min_ps(value, low[k]);
      high[k] = _mm256_max_ps(value, high[k]);
    }
  }
  for (std::size_t k = 0; k < kVectors; k++) {
    float lows[kLanes];
    float highs[kLanes];
    _mm256_storeu_ps(lows, low[k]);
    _mm256_storeu_ps(highs, high[k]);
    for (std::size_t lane = 0; lane < kLanes; lane++) {
      range.min = std::min(range.min, lows[lane]);
      range.max = std::max(range.max, highs[lane]);
    }
  }
  widen(range, values + i, count - i);
  return range;
}
#endif

Range rangeOf(const float* values, std::size_t count) {
#if OCULAR_X86
  if (hasAvx2()) return rangeOfAvx2(values, count);
#endif
  Range range;
  widen(range, values, count);
  return range;
}

constexpr std::size_t kPiece = 1024;
// Neighbours often lie in one bin, and a count that was just written is slow to read again: they go to different tables.
constexpr std::size_t kTables = 4;

// 0 for what lies in no bin, else the bin's number plus one.
OCULAR_LOOP void placesOfLoop(const float* values, std::size_t count, double min, double binsPerUnit, double last, std::int32_t* places) {
  for (std::size_t i = 0; i < count; i++) {
    const double bin = (static_cast<double>(values[i]) - min) * binsPerUnit;
    // In this order what is not a number lies in none.
    const double inside = bin >= 0.0 ? bin : -1.0;
    places[i] = static_cast<std::int32_t>(inside < last ? inside : last) + 1;
  }
}
OCULAR_DISPATCH(void, placesOf, (const float* values, std::size_t count, double min, double binsPerUnit, double last, std::int32_t* places),
                (values, count, min, binsPerUnit, last, places))

}  // namespace

napi_value valueRange(Call& call) {
  const std::size_t count = call.length(0);
  const Range range = rangeOf(call.array<float>(0, count).data, count);
  // Plus nothing: a zero has no sign.
  return call.makeObject({{"min", call.makeNumber(static_cast<double>(range.min) + 0.0)}, {"max", call.makeNumber(static_cast<double>(range.max) + 0.0)}});
}

napi_value binCounts(Call& call) {
  const std::size_t count = call.length(0);
  const auto values = call.array<float>(0, count);
  const double min = call.number(1);
  const double binsPerUnit = call.number(2);
  const auto bins = static_cast<std::size_t>(call.integer(3, 1, 65536));
  const std::size_t slots = bins + 1;
  std::vector<std::uint32_t> tables(kTables * slots);
  std::int32_t places[kPiece];
  for (std::size_t from = 0; from < count; from += kPiece) {
    const std::size_t piece = count - from < kPiece ? count - from : kPiece;
    placesOf(values.data + from, piece, min, binsPerUnit, static_cast<double>(bins - 1), places);
    for (std::size_t i = 0; i < piece; i++) tables[i % kTables * slots + static_cast<std::size_t>(places[i])]++;
  }
  const auto result = call.make<std::uint32_t>(bins);
  for (std::size_t k = 0; k < kTables; k++) {
    for (std::size_t bin = 0; bin < bins; bin++) result.data[bin] += tables[k * slots + bin + 1];
  }
  return result.value;
}

}  // namespace ocular::kernels
