// Counts per sample value.
#include <algorithm>
#include <cstring>
#include <vector>

#include "api/call.h"

namespace ocular::kernels {
namespace {

// Neighbouring pixels are often equal, and a count that was just written is slow to read again: they go to different
// tables, which are summed at the end.
template <class Sample, std::size_t kTables>
void count(Span<const Sample> samples, std::vector<std::uint32_t>& total) {
  constexpr std::size_t kValues = std::size_t{1} << (8 * sizeof(Sample));
  constexpr std::size_t kInWord = sizeof(std::uint64_t) / sizeof(Sample);
  std::vector<std::uint32_t> tables(kTables * kValues);
  std::uint32_t* table = tables.data();
  std::size_t i = 0;
  for (; i + kInWord <= samples.size; i += kInWord) {
    std::uint64_t word;
    std::memcpy(&word, samples.data + i, sizeof(word));
    for (std::size_t k = 0; k < kInWord; k++) table[k % kTables * kValues + ((word >> (8 * sizeof(Sample) * k)) & (kValues - 1))]++;
  }
  for (; i < samples.size; i++) table[samples[i]]++;
  total.assign(kValues, 0);
  for (std::size_t k = 0; k < kTables; k++) {
    for (std::size_t value = 0; value < kValues; value++) total[value] += table[k * kValues + value];
  }
}

}  // namespace

napi_value histogram(Call& call) {
  const std::size_t length = call.length(0);
  const bool isBytes = call.isArrayOf<std::uint8_t>(0);
  const auto maximum = static_cast<std::size_t>(call.integer(1, 0, isBytes ? 255 : 65535));
  std::vector<std::uint32_t> total;
  if (isBytes) count<std::uint8_t, 4>(call.array<std::uint8_t>(0, length), total);
  else count<std::uint16_t, 2>(call.array<std::uint16_t>(0, length), total);
  if (std::any_of(total.begin() + static_cast<std::ptrdiff_t>(maximum) + 1, total.end(), [](std::uint32_t pixels) { return pixels > 0; })) {
    throw RangeError("histogram: a sample lies above the maximum of " + std::to_string(maximum));
  }
  const auto result = call.make<std::uint32_t>(maximum + 1);
  std::copy_n(total.begin(), maximum + 1, result.data);
  return result.value;
}

}  // namespace ocular::kernels
