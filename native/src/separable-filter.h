// Filters a picture along its rows and then down its columns with the same symmetric kernel, edges mirrored without
// repeating the border pixel. Single precision.
#pragma once

#include <vector>

#include "api/call.h"

namespace ocular {

// `half` is the kernel from its middle outwards: at least one weight. Both are pictures of `size`, which is not empty.
void filterSeparably(const float* picture, Size size, const std::vector<float>& half, float* filtered);

}  // namespace ocular
