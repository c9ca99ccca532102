// Interleaved 8-bit picture to planes of floats, resized. Single precision in a fixed order, so the reference gives the
// same bits: rows are weighed together first (whole rows at once), then pixels of that one row.
#include <algorithm>
#include <cmath>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

// For each target sample along an axis: its first source sample, and the weights of that and the following ones. The
// first weights of all come first, then their second ones, and so on.
struct AxisTaps {
  std::size_t taps;
  std::size_t count;
  std::vector<std::int32_t> first;
  std::vector<float> weights;
  float weight(std::size_t target, std::size_t tap) const { return weights[tap * count + target]; }
};

// See axisTaps in src/core/kernels/reference/resize-to-tensor.ts.
AxisTaps axisTaps(std::int32_t source, std::int32_t target) {
  const double scale = static_cast<double>(source) / target;
  AxisTaps axis;
  axis.taps = target < source ? static_cast<std::size_t>(std::ceil(scale)) + 1 : 2;
  axis.count = static_cast<std::size_t>(target);
  axis.first.resize(axis.count);
  axis.weights.resize(axis.count * axis.taps);
  for (std::int32_t i = 0; i < target; i++) {
    float* weights = axis.weights.data() + i;
    std::int32_t& first = axis.first[static_cast<std::size_t>(i)];
    if (target < source) {
      const double begin = i * scale;
      const double end = (i + 1) * scale;
      first = static_cast<std::int32_t>(std::floor(begin));
      for (std::size_t tap = 0; tap < axis.taps; tap++) {
        const double at = first + static_cast<double>(tap);
        const double covered = std::min(end, at + 1) - std::max(begin, at);
        weights[tap * axis.count] = static_cast<float>(std::max(covered, 0.0) / scale);
      }
    } else {
      const double centre = std::min(std::max((i + 0.5) * scale - 0.5, 0.0), source - 1.0);
      first = std::min(static_cast<std::int32_t>(std::floor(centre)), std::max(source - 2, 0));
      weights[0] = static_cast<float>(1 - (centre - first));
      weights[axis.count] = static_cast<float>(centre - first);
    }
  }
  // Where the scale is a whole number nobody reaches the last tap. Adding nothing changes no bit: leave it out.
  const auto weighsNothing = [&](std::size_t tap) {
    const float* weights = axis.weights.data() + tap * axis.count;
    return std::all_of(weights, weights + axis.count, [](float weight) { return weight == 0.0f; });
  };
  while (axis.taps > 1 && weighsNothing(axis.taps - 1)) axis.taps--;
  return axis;
}

// sum = (or, not at the first taps, +=) up to four weighed rows.
struct FourRows {
  const std::uint8_t* row[4];
  float weight[4];
};

OCULAR_LOOP void blendTwoLoop(const FourRows& rows, float* sum, std::size_t count) {
  const std::uint8_t *a = rows.row[0], *b = rows.row[1];
  const float wa = rows.weight[0], wb = rows.weight[1];
  for (std::size_t i = 0; i < count; i++) sum[i] = wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i]);
}
OCULAR_DISPATCH(void, blendTwo, (const FourRows& rows, float* sum, std::size_t count), (rows, sum, count))

OCULAR_LOOP void blendThreeLoop(const FourRows& rows, float* sum, std::size_t count) {
  const std::uint8_t *a = rows.row[0], *b = rows.row[1], *c = rows.row[2];
  const float wa = rows.weight[0], wb = rows.weight[1], wc = rows.weight[2];
  for (std::size_t i = 0; i < count; i++) sum[i] = (wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i])) + wc * static_cast<float>(c[i]);
}
OCULAR_DISPATCH(void, blendThree, (const FourRows& rows, float* sum, std::size_t count), (rows, sum, count))

OCULAR_LOOP void blendFourLoop(const FourRows& rows, float* sum, std::size_t count) {
  const std::uint8_t *a = rows.row[0], *b = rows.row[1], *c = rows.row[2], *d = rows.row[3];
  const float wa = rows.weight[0], wb = rows.weight[1], wc = rows.weight[2], wd = rows.weight[3];
  for (std::size_t i = 0; i < count; i++) {
    sum[i] = ((wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i])) + wc * static_cast<float>(c[i])) + wd * static_cast<float>(d[i]);
  }
}
OCULAR_DISPATCH(void, blendFour, (const FourRows& rows, float* sum, std::size_t count), (rows, sum, count))

OCULAR_LOOP void blendMoreLoop(const std::uint8_t* row, float weight, float* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) sum[i] += weight * static_cast<float>(row[i]);
}
OCULAR_DISPATCH(void, blendMore, (const std::uint8_t* row, float weight, float* sum, std::size_t count), (row, weight, sum, count))

// The weighed sum of the source rows of target row `y`. Rows of no weight are left out: adding zero changes nothing.
void blendRows(const std::uint8_t* pixels, std::size_t rowSamples, std::int32_t height, const AxisTaps& rows, std::size_t y, float* sum) {
  const auto rowAt = [&](std::size_t tap) {
    return pixels + static_cast<std::size_t>(std::min(rows.first[y] + static_cast<std::int32_t>(tap), height - 1)) * rowSamples;
  };
  FourRows four;
  for (std::size_t tap = 0; tap < 4; tap++) {
    four.row[tap] = tap < rows.taps ? rowAt(tap) : rowAt(0);
    four.weight[tap] = tap < rows.taps ? rows.weight(y, tap) : 0.0f;
  }
  // One row alone is two, the second of which weighs nothing.
  if (rows.taps <= 2 || (rows.weight(y, 2) == 0.0f && (rows.taps == 3 || rows.weight(y, 3) == 0.0f))) blendTwo(four, sum, rowSamples);
  else if (rows.taps == 3 || rows.weight(y, 3) == 0.0f) blendThree(four, sum, rowSamples);
  else blendFour(four, sum, rowSamples);
  for (std::size_t tap = 4; tap < rows.taps; tap++) {
    if (rows.weight(y, tap) != 0.0f) blendMore(rowAt(tap), rows.weight(y, tap), sum, rowSamples);
  }
}

// One channel of a row, weighed along x. Samples of the channel lie `step` apart; behind the last one, it is repeated.
OCULAR_LOOP void weighColumnsLoop(const float* row, const AxisTaps& columns, std::size_t step, float gain, float offset, float* out) {
  constexpr std::size_t kBlock = 64;
  for (std::size_t start = 0; start < columns.count; start += kBlock) {
    const std::size_t count = std::min(kBlock, columns.count - start);
    const std::int32_t* first = columns.first.data() + start;
    float sum[kBlock] = {};
    for (std::size_t tap = 0; tap < columns.taps; tap++) {
      const float* weights = columns.weights.data() + tap * columns.count + start;
      const float* samples = row + tap * step;
      for (std::size_t k = 0; k < count; k++) sum[k] += weights[k] * samples[first[k]];
    }
    for (std::size_t k = 0; k < count; k++) out[start + k] = sum[k] * gain + offset;
  }
}
OCULAR_DISPATCH(void, weighColumns, (const float* row, const AxisTaps& columns, std::size_t step, float gain, float offset, float* out),
                (row, columns, step, gain, offset, out))

}  // namespace

napi_value resizeToTensor(Call& call) {
  const std::int32_t width = call.integer(1, 1, 65535);
  const std::int32_t height = call.integer(2, 1, 65535);
  const bool isColour = call.integer(3, 1, 3) == 3;
  const std::int32_t outWidth = call.integer(4, 1, 65535);
  const std::int32_t outHeight = call.integer(5, 1, 65535);
  const std::size_t rowSamples = static_cast<std::size_t>(width) * (isColour ? 3 : 1);
  const auto pixels = call.array<std::uint8_t>(0, rowSamples * static_cast<std::size_t>(height));
  const auto gain = call.array<float>(6, 3);
  const auto offset = call.array<float>(7, 3);
  const std::size_t plane = static_cast<std::size_t>(outWidth) * static_cast<std::size_t>(outHeight);
  const auto result = call.takeOrMake<float>(8, 3 * plane);
  const std::size_t step = isColour ? 3 : 1;
  AxisTaps columns = axisTaps(width, outWidth);
  for (std::int32_t& first : columns.first) first *= static_cast<std::int32_t>(step);
  const AxisTaps rows = axisTaps(height, outHeight);
  std::vector<float> row(rowSamples + columns.taps * step);
  for (std::size_t y = 0; y < rows.count; y++) {
    blendRows(pixels.data, rowSamples, height, rows, y, row.data());
    for (std::size_t i = rowSamples; i < row.size(); i++) row[i] = row[i - step];
    for (std::size_t channel = 0; channel < 3; channel++) {
      float* out = result.data + channel * plane + y * columns.count;
      weighColumns(row.data() + (isColour ? channel : 0), columns, step, gain[channel], offset[channel], out);
    }
  }
  return result.value;
}

}  // namespace ocular::kernels
