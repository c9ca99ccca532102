// Seeded watershed; see src/core/kernels/reference/watershed.ts, whose labels these are to the last pixel.
//
// Connected parts of the mask know nothing of each other: the order in which pixels of one enter the queue does not
// depend on the others. So each part is flooded by itself, in a small piece of memory, and one that holds markers of
// only one label, as most do, is just filled with it.
#include <algorithm>
#include <limits>
#include <vector>

#include "api/call.h"
#include "api/scratch.h"
#include "bit-rows.h"
#include "connected-runs.h"
#include "flood-queue.h"
#include "height-rows.h"

namespace ocular::kernels {
namespace {

constexpr std::int32_t kNoLabel = 0;
constexpr std::int32_t kSeveralLabels = -1;

struct Pictures {
  Size size;
  const float* ground;
  const std::int32_t* markers;
  std::int32_t* labels;
};

// The label of the run's markers, if there is just one.
std::int32_t labelOfRun(const Pictures& pictures, const Run& run) {
  const std::int32_t* row = pictures.markers + static_cast<std::size_t>(run.y) * pictures.size.width;
  std::int32_t label = kNoLabel;
  for (std::int32_t x = run.start; x < run.end; x++) {
    if (row[x] <= 0 || row[x] == label) continue;
    if (label != kNoLabel) return kSeveralLabels;
    label = row[x];
  }
  return label;
}

std::int32_t together(std::int32_t a, std::int32_t b) {
  if (a == kNoLabel || a == b) return b;
  return b == kNoLabel ? a : kSeveralLabels;
}

struct Bounds {
  std::int32_t left = std::numeric_limits<std::int32_t>::max();
  std::int32_t top = std::numeric_limits<std::int32_t>::max();
  std::int32_t right = 0;
  std::int32_t bottom = 0;

  void add(const Run& run) {
    left = std::min(left, run.start);
    right = std::max(right, run.end);
    top = std::min(top, run.y);
    bottom = std::max(bottom, run.y + 1);
  }
  std::size_t pixels() const { return static_cast<std::size_t>(right - left) * static_cast<std::size_t>(bottom - top); }
};

// Floods the pixels of the runs, which lie within `bounds`.
class Flood {
 public:
  void run(const Pictures& pictures, const std::vector<Run>& runs, const Bounds& bounds) {
    // One pixel of border on each side that is never entered; that on the right of a row is the one on the left of the next.
    stride_ = bounds.right - bounds.left + 1;
    const std::size_t places = static_cast<std::size_t>(stride_) * (static_cast<std::size_t>(bounds.bottom - bounds.top) + 2) + 1;
    if (places > FloodQueue::kMostPlaces) throw RangeError("The picture is too large for a watershed.");
    placed_.clear();
    pixels_ = 0;
    for (const Run& run : runs) {
      pixels_ += run.end - run.start;
      placed_.push_back({static_cast<std::size_t>(run.y) * pictures.size.width + run.start,
                         (static_cast<std::size_t>(run.y - bounds.top) + 1) * stride_ + 1 + (run.start - bounds.left), run.end - run.start});
    }
    cells_.grow(places);
    std::fill_n(cells_.data(), places, kClosed);
    if (announceToRows(pictures.ground)) {
      enterMarkers(pictures.markers, rows_);
      floodByRow();
    } else {
      announceToQueue(pictures.ground);
      enterMarkers(pictures.markers, queue_);
      floodByPlace();
    }
    for (const Placed& run : placed_) {
      const std::int32_t* cells = cells_.data() + run.place;
      std::transform(cells, cells + run.length, pictures.labels + run.pixel, [](std::int32_t cell) { return std::max(cell, kNoLabel); });
    }
  }

 private:
  // Pixels side by side: where the first lies in the pictures, and where among the cells.
  struct Placed {
    std::size_t pixel;
    std::size_t place;
    std::int32_t length;
  };

  // A cell is closed, holds the label with which it was entered, or is open and below 0: what it has to show when it enters.
  static constexpr std::int32_t kClosed = 0;
  static std::int32_t open(std::uint32_t ticket) { return ~static_cast<std::int32_t>(ticket); }
  static std::uint32_t ticketOf(std::int32_t cell) { return static_cast<std::uint32_t>(~cell); }

  // Whether there are few heights.
  bool announceToRows(const float* ground) {
    rows_.clear(pixels_);
    for (const Placed& run : placed_) {
      for (std::int32_t x = 0; x < run.length; x++) {
        const std::uint32_t row = rows_.announce(ground[run.pixel + x]);
        if (row == HeightRows::kTooMany) return false;
        cells_[run.place + x] = open(row);
      }
    }
    rows_.start();
    return true;
  }

  void announceToQueue(const float* ground) {
    queue_.reserve(pixels_);
    for (const Placed& run : placed_) {
      for (std::int32_t x = 0; x < run.length; x++) queue_.announce(static_cast<std::uint32_t>(run.place + x), ground[run.pixel + x]);
    }
    queue_.start([&](std::uint32_t place, std::uint32_t ticket) { cells_[place] = open(ticket); });
  }

  template <class Queue>
  void enterMarkers(const std::int32_t* markers, Queue& queue) {
    for (const Placed& run : placed_) {
      for (std::int32_t x = 0; x < run.length; x++) {
        if (markers[run.pixel + x] > 0) enter(run.place + x, markers[run.pixel + x], queue);
      }
    }
  }

  template <class Queue>
  void enter(std::size_t place, std::int32_t label, Queue& queue) {
    std::int32_t& cell = cells_[place];
    if (cell >= 0) return;
    const std::uint32_t ticket = ticketOf(cell);
    cell = label;
    queue.push(ticket, static_cast<std::uint32_t>(place));
  }

  // Empties the highest row until one that is higher is entered. Most pixels lie on level ground and enter the row that is
  // being emptied, so that one's ends are kept at hand.
  void floodByRow() {
    std::int32_t* const cells = cells_.data();
    std::uint32_t* const places = rows_.places();
    const std::size_t stride = stride_;
    while (!rows_.isEmpty()) {
      const std::uint32_t number = rows_.highest();
      const std::int32_t level = open(number);
      HeightRows::Row& row = rows_.row(number);
      const std::uint32_t rank = row.rank;
      std::uint32_t first = row.first;
      std::uint32_t end = row.end;
      bool isHighest = true;
      const auto enterFromHere = [&](std::size_t place, std::int32_t label) {
        const std::int32_t cell = cells[place];
        if (cell >= 0) return;
        cells[place] = label;
        if (cell == level) places[end++] = static_cast<std::uint32_t>(place);
        else if (rows_.push(ticketOf(cell), static_cast<std::uint32_t>(place)) < rank) isHighest = false;
      };
      while (first < end && isHighest) {
        const std::size_t place = places[first++];
        // The fronts lie all over the picture: memory is fetched for a later place while this one is worked on.
        if (end - first > kSoon) fetch(places[first + kSoon]);
        const std::int32_t label = cells[place];
        enterFromHere(place - stride, label);
        enterFromHere(place - 1, label);
        enterFromHere(place + 1, label);
        enterFromHere(place + stride, label);
      }
      row.first = first;
      row.end = end;
      if (first == end) rows_.setEmpty(row);
    }
  }

  void floodByPlace() {
    while (!queue_.isEmpty()) {
      const std::size_t place = queue_.pop();
      if (!queue_.isEmpty()) {
        fetch(queue_.next());
        fetch(queue_.soon());
      }
      const std::int32_t label = cells_[place];
      enter(place - stride_, label, queue_);
      enter(place - 1, label, queue_);
      enter(place + 1, label, queue_);
      enter(place + stride_, label, queue_);
    }
  }

  void fetch([[maybe_unused]] std::size_t place) {
#if defined(__GNUC__)
    __builtin_prefetch(&cells_[place - stride_]);
    __builtin_prefetch(&cells_[place]);
    __builtin_prefetch(&cells_[place + stride_]);
#endif
  }

  static constexpr std::uint32_t kSoon = 30;

  std::size_t stride_ = 0;
  std::vector<Placed> placed_;
  std::size_t pixels_ = 0;
  Scratch<std::int32_t> cells_;
  HeightRows rows_;
  FloodQueue queue_;
};

// Parts with several labels: their runs, part by part.
struct Contested {
  std::vector<std::vector<Run>> parts;
  std::vector<Bounds> bounds;
};

// Fills the parts with one label and finds those with several.
Contested fillTheRest(const Pictures& pictures, ConnectedRuns& parts) {
  const std::vector<Run>& runs = parts.runs();
  std::vector<std::int32_t> labels(runs.size(), kNoLabel);
  for (std::uint32_t i = 0; i < runs.size(); i++) {
    std::int32_t& label = labels[parts.rootOf(i)];
    if (label != kSeveralLabels) label = together(label, labelOfRun(pictures, runs[i]));
  }
  Contested contested;
  // Of a contested part's first run: the place of the part in `contested`.
  std::vector<std::uint32_t> partOf(runs.size());
  for (std::uint32_t i = 0; i < runs.size(); i++) {
    const Run& run = runs[i];
    const std::uint32_t root = parts.rootOf(i);
    if (labels[root] != kSeveralLabels) {
      std::int32_t* row = pictures.labels + static_cast<std::size_t>(run.y) * pictures.size.width;
      std::fill(row + run.start, row + run.end, labels[root]);
      continue;
    }
    if (root == i) {
      partOf[root] = static_cast<std::uint32_t>(contested.parts.size());
      contested.parts.emplace_back();
      contested.bounds.emplace_back();
    }
    contested.parts[partOf[root]].push_back(run);
    contested.bounds[partOf[root]].add(run);
  }
  return contested;
}

}  // namespace

napi_value watershed(Call& call) {
  const Size size = call.size(1);
  const auto ground = call.array<float>(0, size.pixels());
  const auto markers = call.array<std::int32_t>(3, size.pixels());
  const auto mask = call.array<std::uint8_t>(5, size.pixels());
  const auto result = call.clearOrMake<std::int32_t>(6, size.pixels());
  const Pictures pictures{size, ground.data, markers.data, result.data};
  ConnectedRuns parts(packBits(mask.data, size.width, size.height, false));
  Contested contested = fillTheRest(pictures, parts);
  std::size_t piecewise = 0;
  for (const Bounds& bounds : contested.bounds) piecewise += bounds.pixels();
  Flood flood;
  if (piecewise <= 4 * size.pixels()) {
    for (std::size_t i = 0; i < contested.parts.size(); i++) flood.run(pictures, contested.parts[i], contested.bounds[i]);
    return result.value;
  }
  // Parts inside of parts, many deep: one piece of memory for all of them together.
  std::vector<Run> all;
  Bounds bounds;
  for (const std::vector<Run>& part : contested.parts) {
    all.insert(all.end(), part.begin(), part.end());
    for (const Run& run : part) bounds.add(run);
  }
  std::sort(all.begin(), all.end(), [](const Run& a, const Run& b) { return a.y != b.y ? a.y < b.y : a.start < b.start; });
  flood.run(pictures, all, bounds);
  return result.value;
}

}  // namespace ocular::kernels
