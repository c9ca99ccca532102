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

// An object: its first pixel, row by row, and where in the points its outline lies.
struct Found {
  std::int32_t x;
  std::int32_t y;
  std::int32_t label;
  std::size_t begin;
  std::size_t end;
};

using Points = std::vector<std::int32_t>;

// Appends the outline of an object. Nothing of it lies above its first pixel, nor to the left in that row, so the walk
// comes back to its first corner only at the end.
void walk(const Map& map, Found& object, Points& points) {
  object.begin = points.size();
  points.push_back(object.x);
  points.push_back(object.y);
  std::int32_t x = object.x + 1;
  std::int32_t y = object.y;
  int direction = 0;
  while (x != object.x || y != object.y) {
    const int next = (direction + 1) & 3;
    // Branches on purpose: a processor that guesses one fetches the next pixels meanwhile.
    int turn = 0;
    if (map.holds(x + kAheadX[direction], y + kAheadY[direction], object.label)) turn = 3;
    else if (!map.holds(x + kAheadX[next], y + kAheadY[next], object.label)) turn = 1;
    if (turn != 0) {
      points.push_back(x);
      points.push_back(y);
      direction = (direction + turn) & 3;
    }
    x += kStepX[direction];
    y += kStepY[direction];
  }
  object.end = points.size();
}

// An object is walked around so many rows after it was met: by then, most of it has been read and lies in the cache.
constexpr std::int32_t kLagRows = 48;

OCULAR_LOOP void walkAllWith(const Map& map, std::size_t count, std::vector<Found>& objects, Points& points,
                             std::size_t (*runEndOf)(const std::int32_t*, std::size_t, std::size_t, std::int32_t)) {
  const auto width = static_cast<std::size_t>(map.width);
  std::vector<bool> isMet(count + 1);
  std::size_t walked = 0;
  for (std::int32_t y = 0; y < map.height; y++) {
    const std::int32_t* row = map.labels + static_cast<std::size_t>(y) * width;
    std::size_t x = runEndOf(row, 0, width, 0);
    while (x < width) {
      const std::int32_t label = row[x];
      if (label != 0) {
        if (label < 0 || static_cast<std::size_t>(label) > count) {
          throw RangeError("outlines: the map holds label " + std::to_string(label) + ", but only " + std::to_string(count) + " objects");
        }
        if (!isMet[static_cast<std::size_t>(label)]) {
          isMet[static_cast<std::size_t>(label)] = true;
          objects.push_back({static_cast<std::int32_t>(x), y, label, 0, 0});
        }
      }
      x = runEndOf(row, x + 1, width, label);
    }
    for (; walked < objects.size() && objects[walked].y + kLagRows <= y; walked++) walk(map, objects[walked], points);
  }
  for (; walked < objects.size(); walked++) walk(map, objects[walked], points);
}

#if OCULAR_X86
OCULAR_AVX2 void walkAllAvx2(const Map& map, std::size_t count, std::vector<Found>& objects, Points& points) {
  walkAllWith(map, count, objects, points, runEnd);
}
#endif

void walkAll(const Map& map, std::size_t count, std::vector<Found>& objects, Points& points) {
#if OCULAR_X86
  if (hasAvx2()) return walkAllAvx2(map, count, objects, points);
#endif
  walkAllWith(map, count, objects, points, runEndPlain);
}

}  // namespace

napi_value outlines(Call& call) {
  const Size size = call.size(1);
  const auto labels = call.array<std::int32_t>(0, size.pixels());
  const auto count = static_cast<std::size_t>(call.integer(3, 0, 0x7fffffff));
  if (count > size.pixels()) throw RangeError("outlines: there are more objects than pixels");
  std::vector<Found> objects;
  Points points;
  walkAll({labels.data, size.width, size.height}, count, objects, points);
  const auto corners = call.make<std::int32_t>(points.size());
  const auto ranges = call.make<std::int32_t>(2 * count);
  std::copy(points.begin(), points.end(), corners.data);
  for (const Found& object : objects) {
    std::int32_t* range = ranges.data + 2 * (object.label - 1);
    range[0] = static_cast<std::int32_t>(object.begin);
    range[1] = static_cast<std::int32_t>(object.end);
  }
  return call.makeObject({{"corners", corners.value}, {"ranges", ranges.value}});
}

}  // namespace ocular::kernels
