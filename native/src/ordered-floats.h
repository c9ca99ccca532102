// Floats as whole numbers of the same order, and sorting by them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ocular {

// Rises with the value. 0 and -0 are told apart: add 0.0f to make them one.
inline std::uint32_t orderOf(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

inline float valueOf(std::uint32_t order) {
  const std::uint32_t bits = order & 0x80000000u ? order & 0x7fffffffu : ~order;
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Sorts by the upper 32 bits, 11 at a time; equal ones keep their order. `scratch` is as long as `entries`; the result
// stands in either of the two, which is returned.
inline std::uint64_t* sortByUpperHalf(std::uint64_t* entries, std::uint64_t* scratch, std::size_t count) {
  constexpr int kDigitBits = 11;
  constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  constexpr int kPasses = 3;
  std::uint32_t starts[kPasses][kDigits] = {};
  const auto digitOf = [](std::uint64_t entry, int pass) { return (entry >> (32 + kDigitBits * pass)) & (kDigits - 1); };
  for (std::size_t i = 0; i < count; i++) {
    for (int pass = 0; pass < kPasses; pass++) starts[pass][digitOf(entries[i], pass)]++;
  }
  for (int pass = 0; pass < kPasses && count > 0; pass++) {
    // Whole numbers below 2048, for one, differ in two digits only.
    if (starts[pass][digitOf(entries[0], pass)] == count) continue;
    std::uint32_t sum = 0;
    for (std::uint32_t& start : starts[pass]) {
      const std::uint32_t here = start;
      start = sum;
      sum += here;
    }
    for (std::size_t i = 0; i < count; i++) scratch[starts[pass][digitOf(entries[i], pass)]++] = entries[i];
    std::swap(entries, scratch);
  }
  return entries;
}

}  // namespace ocular
