// Exact Euclidean distances; see src/core/kernels/reference/distance-transform.ts.
//
// First the distances within columns, whole rows at a time. Then, within a row, a pixel's square is the least of
// (x - x')2 + column distance(x')2 over all x'. Each run between two zeros stands by itself: what lies behind a zero is
// never nearer than the zero. Where distances are short, and they are in cells, the least is taken over all offsets up
// to the longest distance, sixteen pixels at a time; else from the lower envelope of the parabolas.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "api/scratch.h"
#include "bit-rows.h"
#include "connected-runs.h"
#include "squared-distance.h"

namespace ocular {
namespace {

using Square = std::uint16_t;
constexpr std::uint16_t kNone = 65535;
// Longest distance of which the square, plus the square of such an offset, still is a Square.
constexpr std::int32_t kShort = 180;
// Pixels worked on at once; spans are rounded up to it.
constexpr std::int32_t kLanes = 16;
// Room on both sides of a row, so that offsets and rounded spans stay inside of it.
constexpr std::int32_t kMargin = kShort + kLanes;

// Distance to the nearest 0 above, from that of the row above.
OCULAR_LOOP void columnsDownLoop(const std::uint8_t* mask, const std::uint16_t* above, std::uint16_t* distance, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) {
    const std::uint16_t next = static_cast<std::uint16_t>((above[x] < kNone - 1 ? above[x] : kNone - 1) + 1);
    distance[x] = mask[x] != 0 ? next : std::uint16_t{0};
  }
}
OCULAR_DISPATCH(void, columnsDown, (const std::uint8_t* mask, const std::uint16_t* above, std::uint16_t* distance, std::int32_t width), (mask, above, distance, width))

// The nearer of that and of the nearest 0 below; and its square where that is short.
OCULAR_LOOP void columnsUpLoop(const std::uint16_t* below, std::uint16_t* distance, Square* squares, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) {
    const std::uint16_t next = static_cast<std::uint16_t>((below[x] < kNone - 1 ? below[x] : kNone - 1) + 1);
    const std::uint16_t nearer = distance[x] < next ? distance[x] : next;
    distance[x] = nearer;
    const std::uint16_t capped = nearer < kShort ? nearer : static_cast<std::uint16_t>(kShort);
    squares[x] = static_cast<Square>(capped * capped);
  }
}
OCULAR_DISPATCH(void, columnsUp, (const std::uint16_t* below, std::uint16_t* distance, Square* squares, std::int32_t width), (below, distance, squares, width))

OCULAR_LOOP std::uint16_t largestOfLoop(const std::uint16_t* values, std::int32_t count) {
  std::uint16_t largest = 0;
  for (std::int32_t x = 0; x < count; x++) largest = largest < values[x] ? values[x] : largest;
  return largest;
}
OCULAR_DISPATCH(std::uint16_t, largestOf, (const std::uint16_t* values, std::int32_t count), (values, count))

// The least over offsets up to `reach`, for `count` pixels, a multiple of kLanes.
OCULAR_LOOP void leastOfOffsetsLoop(const Square* squares, Square* least, std::int32_t count, std::int32_t reach) {
  for (std::int32_t start = 0; start < count; start += kLanes) {
    Square best[kLanes];
    for (std::int32_t x = 0; x < kLanes; x++) best[x] = squares[start + x];
    for (std::int32_t k = 1; k <= reach; k++) {
      const Square* left = squares + start - k;
      const Square* right = squares + start + k;
      const auto offset = static_cast<Square>(k * k);
      for (std::int32_t x = 0; x < kLanes; x++) {
        const Square nearer = left[x] < right[x] ? left[x] : right[x];
        const Square candidate = static_cast<Square>(nearer + offset);
        best[x] = candidate < best[x] ? candidate : best[x];
      }
    }
    for (std::int32_t x = 0; x < kLanes; x++) least[start + x] = best[x];
  }
}
OCULAR_DISPATCH(void, leastOfOffsets, (const Square* squares, Square* least, std::int32_t count, std::int32_t reach), (squares, least, count, reach))

// Lower envelope of the parabolas over part of a row (Felzenszwalb and Huttenlocher 2012).
class LowerEnvelope {
 public:
  explicit LowerEnvelope(std::int32_t width) : apex_(width), height_(width), start_(width) {}

  // Squares of [from, to) out of the column distances of [first, end).
  void sample(const std::uint16_t* distance, std::int32_t first, std::int32_t end, std::int32_t from, std::int32_t to, double* squares) {
    std::size_t count = 0;
    for (std::int32_t x = first; x < end; x++) {
      if (distance[x] == kNone) continue;
      const double height = static_cast<double>(distance[x]) * distance[x];
      double start = -std::numeric_limits<double>::infinity();
      while (count > 0) {
        const double last = apex_[count - 1];
        start = (height + static_cast<double>(x) * x - height_[count - 1] - last * last) / (2 * (x - last));
        if (start > start_[count - 1]) break;
        if (--count == 0) start = -std::numeric_limits<double>::infinity();
      }
      apex_[count] = x;
      height_[count] = height;
      start_[count++] = start;
    }
    if (count == 0) {
      std::fill(squares + from, squares + to, std::numeric_limits<double>::infinity());
      return;
    }
    std::size_t k = 0;
    for (std::int32_t x = from; x < to; x++) {
      while (k + 1 < count && start_[k + 1] < x) k++;
      const double dx = x - apex_[k];
      squares[x] = dx * dx + height_[k];
    }
  }

 private:
  std::vector<double> apex_;
  std::vector<double> height_;
  std::vector<double> start_;
};

// The squares of one row: in `large` within the long runs, else in `small`.
struct RowOfSquares {
  const Square* small;
  const double* large;
  const std::vector<Run>& longRuns;
};

// Calls `visit(y, RowOfSquares)` for each row, the last one first.
template <class Visit>
void visitRows(const std::uint8_t* mask, std::int32_t width, std::int32_t height, Visit visit) {
  if (width == 0 || height == 0) return;
  const std::size_t stride = width;
  Scratch<std::uint16_t> distance(stride * height);
  const std::vector<std::uint16_t> outside(stride, kNone);
  for (std::int32_t y = 0; y < height; y++) {
    columnsDown(mask + y * stride, y == 0 ? outside.data() : &distance[(y - 1) * stride], &distance[y * stride], width);
  }
  std::vector<Square> column(stride + 2 * kMargin, static_cast<Square>(kShort * kShort));
  std::vector<Square> least(stride + kLanes);
  std::vector<double> large(stride);
  std::vector<Run> longRuns;
  LowerEnvelope envelope(width);
  BitRows bits = packBits(mask, width, height, false);
  for (std::int32_t y = height - 1; y >= 0; y--) {
    std::uint16_t* row = &distance[y * stride];
    Square* squares = column.data() + kMargin;
    columnsUp(y == height - 1 ? outside.data() : row + stride, row, squares, width);
    std::fill(least.begin(), least.end(), Square{0});
    longRuns.clear();
    forEachRun(bits, y, [&](std::int32_t start, std::int32_t end) {
      const bool isOpenLeft = start == 0;
      const bool isOpenRight = end == width;
      const std::int32_t length = end - start;
      // No pixel is farther than this from the zeros at the run's ends, nor from the zero in its column.
      std::int32_t reach = isOpenLeft && isOpenRight ? kNone : isOpenLeft || isOpenRight ? length : (length + 1) / 2;
      reach = std::min<std::int32_t>(reach, largestOf(row + start, length));
      if (reach <= kShort) {
        // Pixels behind the run get what is no less than theirs, before their own turn comes.
        leastOfOffsets(squares + start, least.data() + start, (length + kLanes - 1) / kLanes * kLanes, reach);
        std::fill(least.begin() + end, least.begin() + std::min<std::size_t>(end + kLanes, least.size()), Square{0});
      } else {
        envelope.sample(row, std::max(start - 1, 0), std::min(end + 1, width), start, end, large.data());
        longRuns.push_back({y, start, end});
      }
    });
    visit(y, RowOfSquares{least.data(), large.data(), longRuns});
  }
}

OCULAR_LOOP void rootsLoop(const Square* squares, float* roots, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) roots[x] = std::sqrt(static_cast<float>(squares[x]));
}
OCULAR_DISPATCH(void, roots, (const Square* squares, float* roots, std::int32_t width), (squares, roots, width))

}  // namespace

void forEachRowOfSquares(const std::uint8_t* mask, std::int32_t width, std::int32_t height, const SquaresSink& sink) {
  std::vector<double> squares(width);
  visitRows(mask, width, height, [&](std::int32_t y, const RowOfSquares& row) {
    std::copy(row.small, row.small + width, squares.begin());
    for (const Run& run : row.longRuns) std::copy(row.large + run.start, row.large + run.end, squares.begin() + run.start);
    sink(y, squares.data());
  });
}

namespace kernels {

napi_value distanceTransform(Call& call) {
  const Size size = call.size(1);
  const auto mask = call.array<std::uint8_t>(0, size.pixels());
  const auto result = call.takeOrMake<float>(3, size.pixels());
  visitRows(mask.data, size.width, size.height, [&](std::int32_t y, const RowOfSquares& row) {
    float* distance = result.data + static_cast<std::size_t>(y) * size.width;
    roots(row.small, distance, size.width);
    for (const Run& run : row.longRuns) {
      for (std::int32_t x = run.start; x < run.end; x++) distance[x] = static_cast<float>(std::sqrt(row.large[x]));
    }
  });
  return result.value;
}

}  // namespace kernels
}  // namespace ocular
