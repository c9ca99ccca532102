// Outer outlines of labelled objects, along the cracks between pixels with the object on the right hand.
#include <algorithm>
#include <string>
#include <vector>

#include "api/call.h"
#include "runs.h"

namespace ocular::kernels {
namespace {

struct Map {
  const std::int32_t* labels;
  std::int32_t width;
  std::int32_t height;

  bool holds(std::int32_t x, std::int32_t y, std::int32_t label) const {
    // A negative place becomes a very large one.
    return static_cast<std::uint32_t>(x) < static_cast<std::uint32_t>(width) && static_cast<std::uint32_t>(y) < static_cast<std::uint32_t>(height) &&
           labels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] == label;
  }
};

// East, south, west, north.
constexpr std::int32_t kStepX[4] = {1, 0, -1, 0};
constexpr std::int32_t kStepY[4] = {0, 1, 0, -1};
// From a corner to the pixel ahead on the left; that of the next direction lies ahead on the right.
constexpr std::int32_t kAheadX[4] = {0, 0, -1, -1};
constexpr std::int32_t kAheadY[4] = {-1, 0, 0, -1};

// Where in `points` the outlines of the labels lie: counts of numbers.
struct Place {
  std::size_t begin = 0;
  std::size_t length = 0;
};

// Appends the outline of the object whose first pixel, row by row, is (startX, startY): nothing of it lies above, nor to
// the left in that row, so the walk comes back to its first corner only at the end.
void walk(const Map& map, std::int32_t startX, std::int32_t startY, std::int32_t label, std::vector<std::int32_t>& points) {
  points.push_back(startX);
  points.push_back(startY);
  std::int32_t x = startX + 1;
  std::int32_t y = startY;
  int direction = 0;
  while (x != startX || y != startY) {
    const int next = (direction + 1) & 3;
    int turn = 0;
    if (map.holds(x + kAheadX[direction], y + kAheadY[direction], label)) turn = 3;
    else if (!map.holds(x + kAheadX[next], y + kAheadY[next], label)) turn = 1;
    if (turn != 0) {
      points.push_back(x);
      points.push_back(y);
      direction = (direction + turn) & 3;
    }
    x += kStepX[direction];
    y += kStepY[direction];
  }
}

OCULAR_LOOP void walkAllWith(const Map& map, std::vector<Place>& places, std::vector<std::int32_t>& points,
                             std::size_t (*runEndOf)(const std::int32_t*, std::size_t, std::size_t, std::int32_t)) {
  const auto width = static_cast<std::size_t>(map.width);
  for (std::int32_t y = 0; y < map.height; y++) {
    const std::int32_t* row = map.labels + static_cast<std::size_t>(y) * width;
    std::size_t x = runEndOf(row, 0, width, 0);
    while (x < width) {
      const std::int32_t label = row[x];
      if (label != 0) {
        if (label < 0 || static_cast<std::size_t>(label) > places.size()) {
          throw RangeError("outlines: the map holds label " + std::to_string(label) + ", but only " + std::to_string(places.size()) + " objects");
        }
        Place& place = places[static_cast<std::size_t>(label) - 1];
        if (place.length == 0) {
          place.begin = points.size();
          walk(map, static_cast<std::int32_t>(x), y, label, points);
          place.length = points.size() - place.begin;
        }
      }
      x = runEndOf(row, x + 1, width, label);
    }
  }
}

#if OCULAR_X86
OCULAR_AVX2 void walkAllAvx2(const Map& map, std::vector<Place>& places, std::vector<std::int32_t>& points) { walkAllWith(map, places, points, runEnd); }
#endif

void walkAll(const Map& map, std::vector<Place>& places, std::vector<std::int32_t>& points) {
#if OCULAR_X86
  if (hasAvx2()) return walkAllAvx2(map, places, points);
#endif
  walkAllWith(map, places, points, runEndPlain);
}

}  // namespace

napi_value outlines(Call& call) {
  const Size size = call.size(1);
  const auto labels = call.array<std::int32_t>(0, size.pixels());
  const auto count = static_cast<std::size_t>(call.integer(3, 0, 0x7fffffff));
  if (count > size.pixels()) throw RangeError("outlines: there are more objects than pixels");
  std::vector<Place> places(count);
  std::vector<std::int32_t> points;
  walkAll({labels.data, size.width, size.height}, places, points);
  return call.makeList(count, [&](std::size_t i) {
    const auto outline = call.make<std::int32_t>(places[i].length);
    std::copy_n(points.data() + places[i].begin, places[i].length, outline.data);
    return outline.value;
  });
}

}  // namespace ocular::kernels
