// Extended maxima by flooding from the summits down; see src/core/kernels/reference/h-maxima.ts, which says why each
// pixel is flooded at most once.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

constexpr float kOutside = -std::numeric_limits<float>::infinity();

// The ground with a border, minus infinity there and where the mask is 0.
struct Ground {
  std::ptrdiff_t stride;
  std::vector<float> values;

  Ground(const float* plane, const std::uint8_t* mask, Size size)
      : stride(size.width + 2), values(static_cast<std::size_t>(stride) * (static_cast<std::size_t>(size.height) + 2), kOutside) {
    for (std::int32_t y = 0; y < size.height; y++) {
      const std::size_t from = static_cast<std::size_t>(y) * size.width;
      fillRow(plane + from, mask + from, values.data() + (y + 1) * stride + 1, size.width);
    }
  }

  static void fillRow(const float* plane, const std::uint8_t* mask, float* row, std::int32_t width) {
    for (std::int32_t x = 0; x < width; x++) row[x] = mask[x] != 0 ? plane[x] : kOutside;
  }
};

// 1 where no neighbour is higher. `largest` is scratch, width + 2 long.
OCULAR_LOOP void summitRowLoop(const float* row, std::ptrdiff_t stride, float* largest, std::uint8_t* isSummit, std::int32_t width) {
  for (std::int32_t x = 0; x < width + 2; x++) {
    const float a = row[x - stride - 1];
    const float b = row[x - 1];
    const float c = row[x + stride - 1];
    const float ab = a < b ? b : a;
    largest[x] = ab < c ? c : ab;
  }
  for (std::int32_t x = 0; x < width; x++) {
    const float ab = largest[x] < largest[x + 1] ? largest[x + 1] : largest[x];
    const float highest = ab < largest[x + 2] ? largest[x + 2] : ab;
    isSummit[x] = static_cast<std::uint8_t>((row[x] >= highest) & (row[x] > kOutside));
  }
}
OCULAR_DISPATCH(void, summitRow, (const float* row, std::ptrdiff_t stride, float* largest, std::uint8_t* isSummit, std::int32_t width), (row, stride, largest, isSummit, width))

// Places of pixels that no neighbour is higher than; of each level top at least its first one. A pixel beside an earlier
// one just as high is left out: either that one stands for it, or it has a higher neighbour and neither is a summit.
std::vector<std::ptrdiff_t> findSummits(const Ground& ground, Size size) {
  std::vector<std::ptrdiff_t> summits;
  std::vector<float> largest(static_cast<std::size_t>(size.width) + 2);
  std::vector<std::uint8_t> isSummit(size.width);
  for (std::int32_t y = 0; y < size.height; y++) {
    const std::ptrdiff_t start = (y + 1) * ground.stride + 1;
    const float* row = ground.values.data() + start;
    summitRow(row, ground.stride, largest.data(), isSummit.data(), size.width);
    for (std::int32_t x = 0; x < size.width; x++) {
      if (isSummit[x] == 0) continue;
      const float* above = row + x - ground.stride;
      const float top = row[x];
      if (row[x - 1] != top && above[-1] != top && above[0] != top && above[1] != top) summits.push_back(start + x);
    }
  }
  return summits;
}

// Floods from each summit in turn down to `h` below it; `keep(place)` is called for the pixels of those with no higher ground.
template <class Keep>
void flood(const Ground& ground, const std::vector<std::ptrdiff_t>& summits, float h, Keep keep) {
  enum : std::uint8_t { kUnseen, kInThisFlood, kInEarlierFlood };
  const std::ptrdiff_t stride = ground.stride;
  const std::ptrdiff_t neighbours[8] = {-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1};
  std::vector<std::uint8_t> seen(ground.values.size(), kUnseen);
  std::vector<std::ptrdiff_t> flooded;
  for (const std::ptrdiff_t summit : summits) {
    if (seen[summit] != kUnseen) continue;
    const float top = ground.values[summit];
    // Never as low as the border, whatever h is.
    const float level = std::max(top - h, std::numeric_limits<float>::lowest());
    bool isBelowHigher = false;
    flooded.assign(1, summit);
    seen[summit] = kInThisFlood;
    for (std::size_t next = 0; next < flooded.size() && !isBelowHigher; next++) {
      for (const std::ptrdiff_t offset : neighbours) {
        const std::ptrdiff_t place = flooded[next] + offset;
        const float value = ground.values[place];
        if (!(value >= level) || seen[place] == kInThisFlood) continue;
        if (value > top || seen[place] == kInEarlierFlood) {
          isBelowHigher = true;
        } else {
          seen[place] = kInThisFlood;
          flooded.push_back(place);
        }
      }
    }
    for (const std::ptrdiff_t place : flooded) {
      seen[place] = kInEarlierFlood;
      if (!isBelowHigher) keep(place);
    }
  }
}

}  // namespace

napi_value hMaxima(Call& call) {
  const Size size = call.size(1);
  const auto plane = call.array<float>(0, size.pixels());
  const auto h = static_cast<float>(call.number(3));
  const auto mask = call.array<std::uint8_t>(4, size.pixels());
  if (!(h >= 0)) throw RangeError("The height is not 0 or more.");
  const auto result = call.clearOrMake<std::uint8_t>(5, size.pixels());
  const Ground ground(plane.data, mask.data, size);
  std::vector<std::ptrdiff_t> summits = findSummits(ground, size);
  std::sort(summits.begin(), summits.end(), [&](std::ptrdiff_t a, std::ptrdiff_t b) {
    return ground.values[a] != ground.values[b] ? ground.values[a] > ground.values[b] : a < b;
  });
  flood(ground, summits, h, [&](std::ptrdiff_t place) {
    const std::ptrdiff_t y = place / ground.stride - 1;
    result.data[y * size.width + place % ground.stride - 1] = 1;
  });
  return result.value;
}

}  // namespace ocular::kernels
