// Which pixel stands at each place of a row that goes on by a margin on both sides.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ocular {

// Mirrored, the outermost pixel not said twice; see src/core/kernels/reference/mirrored-index.ts. Entry 0 is place -margin;
// `size` is at least 1.
inline std::vector<std::int32_t> mirroredIndex(std::int32_t size, std::int32_t margin) {
  std::vector<std::int32_t> index(static_cast<std::size_t>(size) + 2 * static_cast<std::size_t>(margin));
  const std::int32_t period = 2 * (size - 1);
  for (std::size_t place = 0; place < index.size() && period > 0; place++) {
    const std::int32_t phase = ((static_cast<std::int32_t>(place) - margin) % period + period) % period;
    index[place] = phase < size ? phase : period - phase;
  }
  return index;
}

// The same with the outermost pixel repeated.
inline std::vector<std::int32_t> repeatedIndex(std::int32_t size, std::int32_t margin) {
  std::vector<std::int32_t> index(static_cast<std::size_t>(size) + 2 * static_cast<std::size_t>(margin));
  for (std::size_t place = 0; place < index.size(); place++) index[place] = std::clamp(static_cast<std::int32_t>(place) - margin, 0, size - 1);
  return index;
}

}  // namespace ocular
