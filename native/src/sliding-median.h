// Median of a (2r + 1)2 window for any r, edges repeated.
#pragma once

#include <cstdint>

namespace ocular {

// Width, height and radius are at least 1.
void slidingMedian(const float* picture, std::int32_t width, std::int32_t height, std::int32_t radius, float* median);

}  // namespace ocular
