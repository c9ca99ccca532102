// A mask with one bit for each pixel: 64 pixels are worked on at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace ocular {

// Place of the lowest 1; `word` is not 0.
inline int lowestBit(std::uint64_t word) {
#if defined(_MSC_VER)
  unsigned long place = 0;
  _BitScanForward64(&place, word);
  return static_cast<int>(place);
#else
  return __builtin_ctzll(word);
#endif
}

inline int highestBit(std::uint64_t word) {
#if defined(_MSC_VER)
  unsigned long place = 0;
  _BitScanReverse64(&place, word);
  return static_cast<int>(place);
#else
  return 63 - __builtin_clzll(word);
#endif
}

inline int countBits(std::uint64_t word) {
#if defined(_MSC_VER)
  return static_cast<int>(__popcnt64(word));
#else
  return __builtin_popcountll(word);
#endif
}

// Bit x % 64 of word x / 64 of a row is pixel x. Bits behind the last pixel are 0.
struct BitRows {
  std::int32_t width = 0;
  std::int32_t height = 0;
  // Words of a row.
  std::size_t stride = 0;
  std::vector<std::uint64_t> words;

  BitRows(std::int32_t width_, std::int32_t height_)
      : width(width_), height(height_), stride((static_cast<std::size_t>(width_) + 63) / 64), words(stride * static_cast<std::size_t>(height_)) {}
  std::uint64_t* row(std::int32_t y) { return words.data() + static_cast<std::size_t>(y) * stride; }
  const std::uint64_t* row(std::int32_t y) const { return words.data() + static_cast<std::size_t>(y) * stride; }
};

// 1 where a byte is not 0, or where it is 0 if `isInverted`.
BitRows packBits(const std::uint8_t* mask, std::int32_t width, std::int32_t height, bool isInverted);
// Bytes 1 and 0, or 0 and 1 if `isInverted`.
void unpackBits(const BitRows& bits, std::uint8_t* mask, bool isInverted);

}  // namespace ocular
