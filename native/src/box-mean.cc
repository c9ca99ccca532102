// Mean of a window; see src/core/kernels/reference/box-mean.ts. Small windows are added up anew for each pixel, a
// vector of pixels at a time; for others, double-precision sums run down the columns and along the rows.
#include <algorithm>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "api/float-lanes.h"
#include "border-index.h"
#include "window-pieces.h"

namespace ocular::kernels {
namespace {

constexpr std::int32_t kMostRadiusPx = 10000;

OCULAR_LOOP void addRowLoop(double* sums, const float* entering, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) sums[x] += entering[x];
}
OCULAR_DISPATCH(void, addRow, (double* sums, const float* entering, std::int32_t width), (sums, entering, width))

OCULAR_LOOP void moveRowLoop(double* sums, const float* entering, const float* leaving, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) sums[x] = (sums[x] + entering[x]) - leaving[x];
}
OCULAR_DISPATCH(void, moveRow, (double* sums, const float* entering, const float* leaving, std::int32_t width), (sums, entering, leaving, width))

// Means of a row's windows from the sums of their columns, of which the first window has those from 0 on.
void meansOfRowPlain(const double* columnSums, std::int32_t side, double sum, double scale, float* means, std::int32_t from, std::int32_t width) {
  for (std::int32_t x = from; x < width; x++) {
    means[x] = static_cast<float>(sum * scale);
    if (x + 1 < width) sum += columnSums[x + side] - columnSums[x];
  }
}

#if OCULAR_X86
// Four steps to the right are summed up among themselves first: then one addition in four pixels waits for the one before.
OCULAR_AVX2 void meansOfRowAvx2(const double* columnSums, std::int32_t side, double sum, double scale, float* means, std::int32_t width) {
  const __m256d zero = _mm256_setzero_pd();
  const __m256d scales = _mm256_set1_pd(scale);
  __m256d before = _mm256_set1_pd(sum);
  means[0] = static_cast<float>(sum * scale);
  std::int32_t x = 0;
  for (; x + 4 < width; x += 4) {
    const __m256d steps = _mm256_sub_pd(_mm256_loadu_pd(columnSums + x + side), _mm256_loadu_pd(columnSums + x));
    const __m256d pairs = _mm256_add_pd(steps, _mm256_shuffle_pd(zero, steps, 0));
    const __m256d sums = _mm256_add_pd(pairs, _mm256_blend_pd(zero, _mm256_permute4x64_pd(pairs, 0x55), 0b1100));
    _mm_storeu_ps(means + x + 1, _mm256_cvtpd_ps(_mm256_mul_pd(_mm256_add_pd(before, sums), scales)));
    before = _mm256_add_pd(before, _mm256_permute4x64_pd(sums, 0xff));
  }
  meansOfRowPlain(columnSums, side, _mm256_cvtsd_f64(before), scale, means, x, width);
}

// Windows up to this are added up anew.
constexpr std::int32_t kSmallRadius = 4;
constexpr std::int32_t kLargestSmallSide = 2 * kSmallRadius + 1;

namespace eight {
using Lanes = EightFloats;
#define OCULAR_TARGET OCULAR_AVX2
#include "box-window.inc"
#undef OCULAR_TARGET
}  // namespace eight

namespace sixteen {
using Lanes = SixteenFloats;
#define OCULAR_TARGET OCULAR_AVX512
#include "box-window.inc"
#undef OCULAR_TARGET
}  // namespace sixteen

template <int kSide>
void meansOfSmall(const float* picture, Size size, float* means) {
  static_assert(kSide <= kLargestSmallSide && kLargestSmallSide - 1 <= EightFloats::kCount);
  const PieceWork work = hasAvx512() ? sixteen::meansOfPiece<kSide> : eight::meansOfPiece<kSide>;
  inPieces<kSide>(picture, size, mirroredIndex(size.width, kSide / 2), mirroredIndex(size.height, kSide / 2), means, work);
}
#endif

// `sum` is that of the first window.
void meansOfRow(const double* columnSums, std::int32_t side, double sum, double scale, float* means, std::int32_t width) {
#if OCULAR_X86
  if (hasAvx2()) {
    meansOfRowAvx2(columnSums, side, sum, scale, means, width);
    return;
  }
#endif
  meansOfRowPlain(columnSums, side, sum, scale, means, 0, width);
}

void meansByRunningSums(const float* picture, Size size, std::int32_t radius, float* means) {
  const std::int32_t width = size.width;
  const std::int32_t side = 2 * radius + 1;
  const double scale = 1.0 / (static_cast<double>(side) * side);
  const std::vector<std::int32_t> sourceX = mirroredIndex(width, radius);
  const std::vector<std::int32_t> sourceY = mirroredIndex(size.height, radius);
  const auto row = [&](std::int32_t place) { return picture + static_cast<std::size_t>(sourceY[place]) * width; };
  // Of each place of a row, mirrored ones included, the sum over the rows of the window.
  std::vector<double> columnSums(sourceX.size(), 0.0);
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
    meansOfRow(columnSums.data(), side, sum, scale, means + static_cast<std::size_t>(y) * width, width);
  }
}

}  // namespace

napi_value boxMean(Call& call) {
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::int32_t radius = call.integer(3, 0, kMostRadiusPx);
  const auto result = call.takeOrMake<float>(4, size.pixels());
  if (size.pixels() == 0) return result.value;
#if OCULAR_X86
  if (hasAvx2() && radius <= kSmallRadius) {
    switch (radius) {
      case 0: std::copy_n(picture.data, picture.size, result.data); break;
      case 1: meansOfSmall<3>(picture.data, size, result.data); break;
      case 2: meansOfSmall<5>(picture.data, size, result.data); break;
      case 3: meansOfSmall<7>(picture.data, size, result.data); break;
      default: meansOfSmall<kLargestSmallSide>(picture.data, size, result.data);
    }
    return result.value;
  }
#endif
  meansByRunningSums(picture.data, size, radius, result.data);
  return result.value;
}

}  // namespace ocular::kernels
