// Counts per sample value.
#include <algorithm>
#include <limits>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

template <class Sample>
Sample largestOf(const Sample* samples, std::size_t size) {
  Sample largest = 0;
  for (std::size_t i = 0; i < size; i++) largest = samples[i] > largest ? samples[i] : largest;
  return largest;
}

// Samples that are counted at once: 2 KiB of them, to lie in the first cache beside the tables.
template <class Sample>
constexpr std::size_t kBlock = 2048 / sizeof(Sample);

// Neighbouring pixels are often equal, and a count that was just written is slow to read again: they go to different
// tables, which are summed at the end. These are no larger than they must be, to lie in the first cache, too.
template <class Sample>
constexpr std::size_t kTables = sizeof(Sample) == 1 ? 8 : 2;

template <class Sample>
struct Tables {
  std::uint32_t* at[kTables<Sample>];
};

// `size` is a multiple of eight.
template <class Sample>
OCULAR_LOOP void countSome(const Sample* samples, std::size_t size, const Tables<Sample>& tables) {
  constexpr std::size_t kAtOnce = 8;
  for (std::size_t i = 0; i < size; i += kAtOnce) {
    for (std::size_t k = 0; k < kAtOnce; k++) tables.at[k % kTables<Sample>][samples[i + k]]++;
  }
}

#if OCULAR_X86
OCULAR_AVX2 inline __m256i larger(__m256i a, __m256i b, std::uint8_t) { return _mm256_max_epu8(a, b); }
OCULAR_AVX2 inline __m256i larger(__m256i a, __m256i b, std::uint16_t) { return _mm256_max_epu16(a, b); }

// Looking at the next block costs nothing beside the counting, and brings it near.
template <class Sample>
OCULAR_AVX2 Sample countBlockAvx2(const Sample* block, const Sample* next, const Tables<Sample>& tables) {
  constexpr std::size_t kLanes = sizeof(__m256i) / sizeof(Sample);
  __m256i seen = _mm256_setzero_si256();
  for (std::size_t i = 0; i < kBlock<Sample>; i += kLanes) {
    seen = larger(seen, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(next + i)), Sample{});
    countSome(block + i, kLanes, tables);
  }
  Sample largest[kLanes];
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(largest), seen);
  return largestOf(largest, kLanes);
}
#endif

// Counts a block, and gives the largest sample of the `next` one.
template <class Sample>
std::size_t countBlock(const Sample* block, const Sample* next, const Tables<Sample>& tables) {
#if OCULAR_X86
  if (hasAvx2()) return countBlockAvx2(block, next, tables);
#endif
  countSome(block, kBlock<Sample>, tables);
  return largestOf(next, kBlock<Sample>);
}

template <class Sample>
void count(Span<const Sample> samples, std::size_t maximum, std::uint32_t* total) {
  constexpr std::size_t kSize = kBlock<Sample>;
  const std::size_t values = maximum + 1;
  const auto refuseAbove = [maximum](std::size_t largest) {
    if (largest > maximum) throw RangeError("histogram: a sample lies above the maximum of " + std::to_string(maximum));
  };
  std::vector<std::uint32_t> counts(kTables<Sample> * values);
  Tables<Sample> tables;
  for (std::size_t k = 0; k < kTables<Sample>; k++) tables.at[k] = counts.data() + k * values;
  // No sample is counted before it was looked at.
  refuseAbove(largestOf(samples.data, std::min(kSize, samples.size)));
  std::size_t i = 0;
  for (; i + kSize <= samples.size; i += kSize) {
    const bool isLast = i + 2 * kSize > samples.size;
    refuseAbove(countBlock(samples.data + i, samples.data + i + (isLast ? 0 : kSize), tables));
  }
  refuseAbove(largestOf(samples.data + i, samples.size - i));
  for (; i < samples.size; i++) tables.at[0][samples[i]]++;
  std::fill_n(total, values, 0);
  for (const std::uint32_t* table : tables.at) {
    for (std::size_t value = 0; value < values; value++) total[value] += table[value];
  }
}

template <class Sample>
napi_value histogramAs(Call& call) {
  const auto samples = call.array<Sample>(0, call.length(0));
  const auto maximum = static_cast<std::size_t>(call.integer(1, 0, std::numeric_limits<Sample>::max()));
  const auto result = call.make<std::uint32_t>(maximum + 1);
  count<Sample>(samples, maximum, result.data);
  return result.value;
}

}  // namespace

napi_value histogram(Call& call) {
  return call.isArrayOf<std::uint8_t>(0) ? histogramAs<std::uint8_t>(call) : histogramAs<std::uint16_t>(call);
}

}  // namespace ocular::kernels
