// Separable Gaussian in single precision; see src/core/kernels/reference/gaussian.ts.
#include <vector>

#include "api/call.h"
#include "separable-filter.h"

namespace ocular::kernels {

napi_value gaussianBlur(Call& call) {
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::size_t halfTaps = call.length(3);
  if (halfTaps < 1 || halfTaps > 65536) throw RangeError("The kernel holds no weights, or too many.");
  const auto half = call.array<double>(3, halfTaps);
  const auto result = call.takeOrMake<float>(4, size.pixels());
  if (size.pixels() == 0) return result.value;
  filterSeparably(picture.data, size, std::vector<float>(half.data, half.data + half.size), result.data);
  return result.value;
}

}  // namespace ocular::kernels
