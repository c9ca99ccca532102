// Background that does not touch the border becomes object; see src/core/kernels/reference/fill-holes.ts.
#include <algorithm>
#include <vector>

#include "api/call.h"
#include "bit-rows.h"
#include "connected-runs.h"

namespace ocular::kernels {

napi_value fillHoles(Call& call) {
  const Size size = call.size(1);
  const auto mask = call.array<std::uint8_t>(0, size.pixels());
  const auto result = call.takeOrMake<std::uint8_t>(3, size.pixels());
  ConnectedRuns background(packBits(mask.data, size.width, size.height, true));
  const std::vector<Run>& runs = background.runs();
  // Of the first run of each component: whether it is open to the border.
  std::vector<std::uint8_t> isOpen(runs.size());
  for (std::uint32_t i = 0; i < runs.size(); i++) {
    const Run& run = runs[i];
    if (run.y == 0 || run.y == size.height - 1 || run.start == 0 || run.end == size.width) isOpen[background.rootOf(i)] = 1;
  }
  std::fill(result.data, result.data + result.size, std::uint8_t{1});
  for (std::uint32_t i = 0; i < runs.size(); i++) {
    if (isOpen[background.rootOf(i)] == 0) continue;
    std::uint8_t* row = result.data + static_cast<std::size_t>(runs[i].y) * size.width;
    std::fill(row + runs[i].start, row + runs[i].end, std::uint8_t{0});
  }
  return result.value;
}

}  // namespace ocular::kernels
