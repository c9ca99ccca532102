// Mean of a window; see src/core/kernels/reference/box-mean.ts. Small windows are added up anew for each pixel, eight
// pixels at a time; for others, double-precision sums run down the columns and along the rows.
#include <algorithm>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "mirrored-index.h"

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
// A row is worked on in pieces: what has been added up stays in the processor's first cache.
constexpr std::int32_t kPiece = 128;
// Pixels around a piece that are read, in whole steps of eight.
constexpr std::int32_t kReach = kPiece + 8;

// Means of a piece; rows[i][0] is the upper left pixel of the first window's row i. Terms are scaled before they are
// added: no sum can be larger than the largest pixel.
template <int kSide>
OCULAR_AVX2 void meansOfPiece(const float* const* rows, float* means) {
  float columns[kReach];
  const __m256 scale = _mm256_set1_ps(1.0f / kSide);
  for (std::int32_t x = 0; x < kReach; x += 8) {
    __m256 sum = _mm256_mul_ps(_mm256_loadu_ps(rows[0] + x), scale);
    for (int i = 1; i < kSide; i++) sum = _mm256_fmadd_ps(_mm256_loadu_ps(rows[i] + x), scale, sum);
    _mm256_storeu_ps(columns + x, sum);
  }
  for (std::int32_t x = 0; x < kPiece; x += 8) {
    __m256 sum = _mm256_mul_ps(_mm256_loadu_ps(columns + x), scale);
    for (int i = 1; i < kSide; i++) sum = _mm256_fmadd_ps(_mm256_loadu_ps(columns + x + i), scale, sum);
    _mm256_storeu_ps(means + x, sum);
  }
}

template <int kSide>
void meansOfSmall(const float* picture, Size size, float* means) {
  constexpr std::int32_t radius = kSide / 2;
  static_assert(kSide <= kLargestSmallSide && kPiece + kSide - 1 <= kReach);
  const std::vector<std::int32_t> sourceX = mirroredIndex(size.width, radius);
  const std::vector<std::int32_t> sourceY = mirroredIndex(size.height, radius);
  float padded[kSide][kReach] = {};
  float partial[kPiece];
  for (std::int32_t y = 0; y < size.height; y++) {
    float* const to = means + static_cast<std::size_t>(y) * size.width;
    for (std::int32_t left = 0; left < size.width; left += kPiece) {
      const std::int32_t start = left - radius;
      const bool isInside = start >= 0 && start + kReach <= size.width;
      const float* windows[kSide];
      for (std::int32_t i = 0; i < kSide; i++) {
        const float* const row = picture + static_cast<std::size_t>(sourceY[y + i]) * size.width;
        windows[i] = isInside ? row + start : padded[i];
        if (isInside) continue;
        const std::int32_t count = std::min(kReach, size.width + 2 * radius - left);
        for (std::int32_t x = 0; x < count; x++) padded[i][x] = row[sourceX[left + x]];
      }
      const std::int32_t columns = std::min(kPiece, size.width - left);
      meansOfPiece<kSide>(windows, columns == kPiece ? to + left : partial);
      if (columns < kPiece) std::copy_n(partial, columns, to + left);
    }
  }
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
