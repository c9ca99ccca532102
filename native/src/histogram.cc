// Counts per sample value.
#include <algorithm>
#include <limits>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

template <class Sample>
OCULAR_LOOP Sample largestOf(const Sample* samples, std::size_t size) {
  Sample largest = 0;
  for (std::size_t i = 0; i < size; i++) largest = samples[i] > largest ? samples[i] : largest;
  return largest;
}
OCULAR_LOOP std::uint16_t largestWordLoop(const std::uint16_t* samples, std::size_t size) { return largestOf(samples, size); }
OCULAR_DISPATCH(std::uint16_t, largestWord, (const std::uint16_t* samples, std::size_t size), (samples, size))
OCULAR_LOOP std::uint8_t largestByteLoop(const std::uint8_t* samples, std::size_t size) { return largestOf(samples, size); }
OCULAR_DISPATCH(std::uint8_t, largestByte, (const std::uint8_t* samples, std::size_t size), (samples, size))

std::size_t largest(const std::uint8_t* samples, std::size_t size) { return largestByte(samples, size); }
std::size_t largest(const std::uint16_t* samples, std::size_t size) { return largestWord(samples, size); }

// Samples that are looked at for one above the maximum before they are counted: few enough to lie in the first cache.
constexpr std::size_t kBlock = 4096;
constexpr std::size_t kAtOnce = 8;

// Neighbouring pixels are often equal, and a count that was just written is slow to read again: they go to different
// tables, which are summed at the end. These are no larger than they must be, to lie in the first cache, too.
template <class Sample, std::size_t kTables>
void count(Span<const Sample> samples, std::size_t maximum, std::uint32_t* total) {
  const std::size_t values = maximum + 1;
  std::vector<std::uint32_t> counts(kTables * values);
  std::uint32_t* tables[kTables];
  for (std::size_t k = 0; k < kTables; k++) tables[k] = counts.data() + k * values;
  for (std::size_t first = 0; first < samples.size; first += kBlock) {
    const Sample* const block = samples.data + first;
    const std::size_t size = std::min(kBlock, samples.size - first);
    if (largest(block, size) > maximum) throw RangeError("histogram: a sample lies above the maximum of " + std::to_string(maximum));
    std::size_t i = 0;
    for (; i + kAtOnce <= size; i += kAtOnce) {
      for (std::size_t k = 0; k < kAtOnce; k++) tables[k % kTables][block[i + k]]++;
    }
    for (; i < size; i++) tables[0][block[i]]++;
  }
  std::fill_n(total, values, 0);
  for (const std::uint32_t* table : tables) {
    for (std::size_t value = 0; value < values; value++) total[value] += table[value];
  }
}

template <class Sample, std::size_t kTables>
napi_value histogramAs(Call& call) {
  const auto samples = call.array<Sample>(0, call.length(0));
  const auto maximum = static_cast<std::size_t>(call.integer(1, 0, std::numeric_limits<Sample>::max()));
  const auto result = call.make<std::uint32_t>(maximum + 1);
  count<Sample, kTables>(samples, maximum, result.data);
  return result.value;
}

}  // namespace

napi_value histogram(Call& call) {
  return call.isArrayOf<std::uint8_t>(0) ? histogramAs<std::uint8_t, 4>(call) : histogramAs<std::uint16_t, 2>(call);
}

}  // namespace ocular::kernels
