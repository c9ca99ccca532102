// Area, box and centroid of each label, from the runs of each row.
#include <algorithm>
#include <string>
#include <vector>

#include "api/call.h"
#include "runs.h"

namespace ocular::kernels {
namespace {

struct Totals {
  std::int64_t area = 0;
  std::int64_t sumX = 0;
  std::int64_t sumY = 0;
  std::int32_t left = 0;
  std::int32_t top = 0;
  std::int32_t right = 0;
  std::int32_t bottom = 0;

  // Adds the pixels of row y from `begin` to before `end`.
  void add(std::int32_t y, std::int32_t begin, std::int32_t end) {
    left = area == 0 ? begin : std::min(left, begin);
    right = area == 0 ? end - 1 : std::max(right, end - 1);
    if (area == 0) top = y;
    bottom = y;
    const std::int64_t pixels = end - begin;
    area += pixels;
    sumX += (static_cast<std::int64_t>(begin) + end - 1) * pixels / 2;
    sumY += y * pixels;
  }
};

OCULAR_LOOP void addRowsWith(const std::int32_t* labels, Size size, std::vector<Totals>& totals,
                             std::size_t (*runEndOf)(const std::int32_t*, std::size_t, std::size_t, std::int32_t)) {
  const auto width = static_cast<std::size_t>(size.width);
  for (std::int32_t y = 0; y < size.height; y++) {
    const std::int32_t* row = labels + static_cast<std::size_t>(y) * width;
    std::size_t x = runEndOf(row, 0, width, 0);
    while (x < width) {
      const std::int32_t label = row[x];
      const std::size_t end = runEndOf(row, x + 1, width, label);
      if (label != 0) {
        if (label < 0 || static_cast<std::size_t>(label) > totals.size()) {
          throw RangeError("componentStatistics: the map holds label " + std::to_string(label) + ", but only " + std::to_string(totals.size()) + " objects");
        }
        totals[static_cast<std::size_t>(label) - 1].add(y, static_cast<std::int32_t>(x), static_cast<std::int32_t>(end));
      }
      x = end;
    }
  }
}

#if OCULAR_X86
OCULAR_AVX2 void addRowsAvx2(const std::int32_t* labels, Size size, std::vector<Totals>& totals) { addRowsWith(labels, size, totals, runEnd); }
#endif

void addRows(const std::int32_t* labels, Size size, std::vector<Totals>& totals) {
#if OCULAR_X86
  if (hasAvx2()) return addRowsAvx2(labels, size, totals);
#endif
  addRowsWith(labels, size, totals, runEndPlain);
}

}  // namespace

napi_value componentStatistics(Call& call) {
  const Size size = call.size(1);
  const auto labels = call.array<std::int32_t>(0, size.pixels());
  const auto count = static_cast<std::size_t>(call.integer(3, 0, 0x7fffffff));
  if (count > size.pixels()) throw RangeError("componentStatistics: there are more objects than pixels");
  std::vector<Totals> totals(count);
  addRows(labels.data, size, totals);
  const auto area = call.make<double>(count);
  const auto box = call.make<std::int32_t>(4 * count);
  const auto centroid = call.make<double>(2 * count);
  for (std::size_t i = 0; i < count; i++) {
    const Totals& total = totals[i];
    const auto pixels = static_cast<double>(total.area);
    area.data[i] = pixels;
    centroid.data[2 * i] = static_cast<double>(total.sumX) / pixels;
    centroid.data[2 * i + 1] = static_cast<double>(total.sumY) / pixels;
    if (total.area == 0) continue;
    box.data[4 * i] = total.left;
    box.data[4 * i + 1] = total.top;
    box.data[4 * i + 2] = total.right - total.left + 1;
    box.data[4 * i + 3] = total.bottom - total.top + 1;
  }
  return call.makeObject({{"area", area.value}, {"box", box.value}, {"centroid", centroid.value}});
}

}  // namespace ocular::kernels
