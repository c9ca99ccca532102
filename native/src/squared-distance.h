// Exact squared Euclidean distances to the nearest 0 of a mask, row by row; see
// src/core/kernels/reference/distance-transform.ts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace ocular {

// Called with each row in turn: whole numbers, px2, or infinity where the mask holds no 0 at all.
using SquaresSink = std::function<void(std::int32_t y, const double* squares)>;
void forEachRowOfSquares(const std::uint8_t* mask, std::int32_t width, std::int32_t height, const SquaresSink& sink);

}  // namespace ocular
