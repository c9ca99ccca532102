// Mean of a window by running sums in double precision; see src/core/kernels/reference/box-mean.ts.
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "mirrored-index.h"

namespace ocular::kernels {
namespace {

OCULAR_LOOP void addRowLoop(double* sums, const float* entering, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) sums[x] += entering[x];
}
OCULAR_DISPATCH(void, addRow, (double* sums, const float* entering, std::int32_t width), (sums, entering, width))

OCULAR_LOOP void moveRowLoop(double* sums, const float* entering, const float* leaving, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) sums[x] = (sums[x] + entering[x]) - leaving[x];
}
OCULAR_DISPATCH(void, moveRow, (double* sums, const float* entering, const float* leaving, std::int32_t width), (sums, entering, leaving, width))

// What the sum of a window gains by each step to the right, for then one addition a pixel waits for the one before.
OCULAR_LOOP void windowStepsLoop(const double* columnSums, double* steps, std::int32_t side, std::int32_t count) {
  for (std::int32_t x = 0; x < count; x++) steps[x] = columnSums[x + side] - columnSums[x];
}
OCULAR_DISPATCH(void, windowSteps, (const double* columnSums, double* steps, std::int32_t side, std::int32_t count), (columnSums, steps, side, count))

}  // namespace

napi_value boxMean(Call& call) {
  constexpr std::int32_t kMostRadiusPx = 10000;
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::int32_t radius = call.integer(3, 0, kMostRadiusPx);
  const auto result = call.make<float>(size.pixels());
  if (size.pixels() == 0) return result.value;
  const std::int32_t width = size.width;
  const std::int32_t side = 2 * radius + 1;
  const double scale = 1.0 / (static_cast<double>(side) * side);
  const std::vector<std::int32_t> sourceX = mirroredIndex(width, radius);
  const std::vector<std::int32_t> sourceY = mirroredIndex(size.height, radius);
  const auto row = [&](std::int32_t place) { return picture.data + static_cast<std::size_t>(sourceY[place]) * width; };
  // Of each place of a row, mirrored ones included, the sum over the rows of the window.
  std::vector<double> columnSums(sourceX.size(), 0.0);
  std::vector<double> steps(width);
  double* inner = columnSums.data() + radius;
  for (std::int32_t place = 0; place < side; place++) addRow(inner, row(place), width);
  for (std::int32_t y = 0; y < size.height; y++) {
    if (y > 0) moveRow(inner, row(y + side - 1), row(y - 1), width);
    for (std::int32_t x = 0; x < radius; x++) {
      columnSums[x] = inner[sourceX[x]];
      columnSums[radius + width + x] = inner[sourceX[radius + width + x]];
    }
    double sum = 0;
    for (std::int32_t place = 0; place < side; place++) sum += columnSums[place];
    windowSteps(columnSums.data(), steps.data(), side, width - 1);
    float* means = result.data + static_cast<std::size_t>(y) * width;
    for (std::int32_t x = 0; x < width - 1; x++) {
      means[x] = static_cast<float>(sum * scale);
      sum += steps[x];
    }
    means[width - 1] = static_cast<float>(sum * scale);
  }
  return result.value;
}

}  // namespace ocular::kernels
