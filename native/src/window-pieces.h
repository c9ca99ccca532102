// Small square windows over a picture of floats, a piece of a row at a time: what a piece reads stays in the processor's
// first cache, and whoever works on it never meets a border.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "api/call.h"

namespace ocular {

// The widest vector, and the most windows in a piece.
constexpr std::int32_t kVector = 16;
constexpr std::int32_t kPiece = 256;

// Writes one number for each of `count` windows, and as many more as fill a vector; rows[i][0] is the upper left pixel of
// the first window's row i. May read a vector beyond what the last one written is made of.
using PieceWork = void (*)(const float* const* rows, float* results, std::int32_t count);

// sourceX and sourceY say which pixel stands in each place of the picture with a border of kSide / 2 around it.
template <int kSide>
void inPieces(const float* picture, Size size, const std::vector<std::int32_t>& sourceX, const std::vector<std::int32_t>& sourceY,
              float* results, PieceWork work) {
  static_assert(kSide <= kVector);
  // Only the first windows of a row and the last ones reach over the border: few pixels have to be copied.
  constexpr std::int32_t kMostAtBorder = 3 * kVector;
  float padded[kSide][kMostAtBorder + kVector] = {};
  float partial[kMostAtBorder];
  const auto places = static_cast<std::int32_t>(sourceX.size());
  for (std::int32_t y = 0; y < size.height; y++) {
    const float* source[kSide];
    for (std::int32_t i = 0; i < kSide; i++) source[i] = picture + static_cast<std::size_t>(sourceY[y + i]) * size.width;
    float* const to = results + static_cast<std::size_t>(y) * size.width;
    std::int32_t left = 0;
    while (left < size.width) {
      const float* rows[kSide];
      const std::int32_t start = left - kSide / 2;
      const std::int32_t inside = std::min(kPiece, (size.width - start) / kVector * kVector - kVector);
      if (start >= 0 && inside > 0) {
        for (std::int32_t i = 0; i < kSide; i++) rows[i] = source[i] + start;
        work(rows, to + left, inside);
        left += inside;
        continue;
      }
      const std::int32_t count = std::min(start < 0 ? kVector : kMostAtBorder, size.width - left);
      for (std::int32_t i = 0; i < kSide; i++) {
        rows[i] = padded[i];
        for (std::int32_t x = 0; x < std::min(count + kVector, places - left); x++) padded[i][x] = source[i][sourceX[left + x]];
      }
      work(rows, partial, count);
      std::copy_n(partial, count, to + left);
      left += count;
    }
  }
}

}  // namespace ocular
