// Interleaved 8-bit picture to planes of floats, resized. Single precision in a fixed order, so the reference gives the
// same bits: rows are weighed together first (whole rows at once), then pixels of that one row.
#include <algorithm>
#include <cmath>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

// For each target sample along an axis: its first source sample, and the weight of that and the following ones.
struct AxisTaps {
  std::size_t taps;
  std::vector<std::int32_t> first;
  std::vector<float> weights;
};

// See axisTaps in src/core/kernels/reference/resize-to-tensor.ts.
AxisTaps axisTaps(std::int32_t source, std::int32_t target) {
  const double scale = static_cast<double>(source) / target;
  AxisTaps axis;
  axis.taps = target < source ? static_cast<std::size_t>(std::ceil(scale)) + 1 : 2;
  axis.first.resize(static_cast<std::size_t>(target));
  axis.weights.resize(static_cast<std::size_t>(target) * axis.taps);
  for (std::int32_t i = 0; i < target; i++) {
    float* weights = axis.weights.data() + static_cast<std::size_t>(i) * axis.taps;
    std::int32_t& first = axis.first[static_cast<std::size_t>(i)];
    if (target < source) {
      const double begin = i * scale;
      const double end = (i + 1) * scale;
      first = static_cast<std::int32_t>(std::floor(begin));
      for (std::size_t tap = 0; tap < axis.taps; tap++) {
        const double at = first + static_cast<double>(tap);
        const double covered = std::min(end, at + 1) - std::max(begin, at);
        weights[tap] = static_cast<float>(std::max(covered, 0.0) / scale);
      }
    } else {
      const double centre = std::min(std::max((i + 0.5) * scale - 0.5, 0.0), source - 1.0);
      first = std::min(static_cast<std::int32_t>(std::floor(centre)), std::max(source - 2, 0));
      weights[0] = static_cast<float>(1 - (centre - first));
      weights[1] = static_cast<float>(centre - first);
    }
  }
  return axis;
}

// sum = (or, not at the first taps, +=) up to four weighed rows; unused ones weigh 0 and repeat one that is used.
struct FourRows {
  const std::uint8_t* row[4];
  float weight[4];
};

OCULAR_LOOP void blendFirstLoop(const FourRows& rows, float* sum, std::size_t count) {
  const std::uint8_t *a = rows.row[0], *b = rows.row[1], *c = rows.row[2], *d = rows.row[3];
  const float wa = rows.weight[0], wb = rows.weight[1], wc = rows.weight[2], wd = rows.weight[3];
  for (std::size_t i = 0; i < count; i++) {
    sum[i] = ((wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i])) + wc * static_cast<float>(c[i])) + wd * static_cast<float>(d[i]);
  }
}
OCULAR_DISPATCH(void, blendFirst, (const FourRows& rows, float* sum, std::size_t count), (rows, sum, count))

OCULAR_LOOP void blendMoreLoop(const std::uint8_t* row, float weight, float* sum, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) sum[i] += weight * static_cast<float>(row[i]);
}
OCULAR_DISPATCH(void, blendMore, (const std::uint8_t* row, float weight, float* sum, std::size_t count), (row, weight, sum, count))

// The weighed sum of the source rows of target row `y`. Rows of no weight are left out: adding zero changes nothing.
void blendRows(const std::uint8_t* pixels, std::size_t rowSamples, std::int32_t height, const AxisTaps& rows, std::size_t y, float* sum) {
  const float* weights = rows.weights.data() + y * rows.taps;
  const auto rowAt = [&](std::size_t tap) {
    return pixels + static_cast<std::size_t>(std::min(rows.first[y] + static_cast<std::int32_t>(tap), height - 1)) * rowSamples;
  };
  FourRows four;
  for (std::size_t tap = 0; tap < 4; tap++) {
    four.row[tap] = tap < rows.taps ? rowAt(tap) : rowAt(0);
    four.weight[tap] = tap < rows.taps ? weights[tap] : 0.0f;
  }
  blendFirst(four, sum, rowSamples);
  for (std::size_t tap = 4; tap < rows.taps; tap++) {
    if (weights[tap] != 0.0f) blendMore(rowAt(tap), weights[tap], sum, rowSamples);
  }
}

struct Tensor {
  float* plane[3];
  float gain[3];
  float offset[3];
};

// `row` has three more floats than samples.
OCULAR_LOOP void columnsOfThreeLoop(const float* row, std::int32_t width, const AxisTaps& columns, std::size_t outWidth, const Tensor& tensor, std::size_t at) {
  for (std::size_t x = 0; x < outWidth; x++) {
    const float* weights = columns.weights.data() + x * columns.taps;
    // Four lanes, the last of them unused: one vector.
    float sum[4] = {0, 0, 0, 0};
    for (std::size_t tap = 0; tap < columns.taps; tap++) {
      const float* pixel = row + 3 * std::min(columns.first[x] + static_cast<std::int32_t>(tap), width - 1);
      const float weight = weights[tap];
      for (int lane = 0; lane < 4; lane++) sum[lane] += weight * pixel[lane];
    }
    for (int channel = 0; channel < 3; channel++) {
      tensor.plane[channel][at + x] = sum[channel] * tensor.gain[channel] + tensor.offset[channel];
    }
  }
}
OCULAR_DISPATCH(void, columnsOfThree, (const float* row, std::int32_t width, const AxisTaps& columns, std::size_t outWidth, const Tensor& tensor, std::size_t at),
                (row, width, columns, outWidth, tensor, at))

void columnsOfOne(const float* row, std::int32_t width, const AxisTaps& columns, std::size_t outWidth, const Tensor& tensor, std::size_t at) {
  for (std::size_t x = 0; x < outWidth; x++) {
    const float* weights = columns.weights.data() + x * columns.taps;
    float sum = 0;
    for (std::size_t tap = 0; tap < columns.taps; tap++) sum += weights[tap] * row[std::min(columns.first[x] + static_cast<std::int32_t>(tap), width - 1)];
    for (int channel = 0; channel < 3; channel++) {
      tensor.plane[channel][at + x] = sum * tensor.gain[channel] + tensor.offset[channel];
    }
  }
}

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
  const auto result = call.make<float>(3 * plane);
  Tensor tensor;
  for (std::size_t channel = 0; channel < 3; channel++) {
    tensor.plane[channel] = result.data + channel * plane;
    tensor.gain[channel] = gain[channel];
    tensor.offset[channel] = offset[channel];
  }
  const AxisTaps columns = axisTaps(width, outWidth);
  const AxisTaps rows = axisTaps(height, outHeight);
  std::vector<float> row(rowSamples + 3);
  for (std::int32_t y = 0; y < outHeight; y++) {
    blendRows(pixels.data, rowSamples, height, rows, static_cast<std::size_t>(y), row.data());
    const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(outWidth);
    if (isColour) columnsOfThree(row.data(), width, columns, static_cast<std::size_t>(outWidth), tensor, at);
    else columnsOfOne(row.data(), width, columns, static_cast<std::size_t>(outWidth), tensor, at);
  }
  return result.value;
}

}  // namespace ocular::kernels
