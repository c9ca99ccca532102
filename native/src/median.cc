// Median of a window; see src/core/kernels/reference/median.ts. Small windows go through a network of minima and maxima,
// eight pixels at a time; others slide over the picture as a set of ranks.
#include <algorithm>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "sliding-median.h"

namespace ocular::kernels {
namespace {

constexpr std::int32_t kMostRadiusPx = 7;

#if OCULAR_X86
OCULAR_AVX2 inline void order(__m256& a, __m256& b) {
  const __m256 low = _mm256_min_ps(a, b);
  b = _mm256_max_ps(a, b);
  a = low;
}

OCULAR_AVX2 inline void sort3(__m256* v) {
  order(v[0], v[1]);
  order(v[1], v[2]);
  order(v[0], v[1]);
}

OCULAR_AVX2 inline void sort5(__m256* v) {
  order(v[0], v[1]);
  order(v[3], v[4]);
  order(v[2], v[4]);
  order(v[2], v[3]);
  order(v[0], v[3]);
  order(v[0], v[2]);
  order(v[1], v[4]);
  order(v[1], v[3]);
  order(v[1], v[2]);
}

// Brings the least of v to its front and the largest to its end.
template <int kCount>
OCULAR_AVX2 inline void extremesOut(__m256* v) {
  for (int i = 0; i < kCount / 2; i++) order(v[i], v[kCount - 1 - i]);
  for (int i = 1; i <= (kCount - 1) / 2; i++) order(v[0], v[i]);
  for (int i = kCount / 2; i < kCount - 1; i++) order(v[i], v[kCount - 1]);
}

// Each column of the window sorted once, for all windows it is part of: sorted[rank] are rows of a picture.
template <int kSide>
OCULAR_AVX2 void sortColumns(const float* const* rows, float* const* sorted, std::int32_t columns) {
  for (std::int32_t x = 0; x < columns; x += 8) {
    __m256 v[kSide];
    for (int i = 0; i < kSide; i++) v[i] = _mm256_loadu_ps(rows[i] + x);
    if constexpr (kSide == 3) sort3(v);
    else sort5(v);
    for (int i = 0; i < kSide; i++) _mm256_storeu_ps(sorted[i] + x, v[i]);
  }
}

// Of nine values in sorted columns: the median of the largest of the least, the middle of the middle, the least of the largest.
OCULAR_AVX2 void medianOf3(float* const* sorted, float* median, std::int32_t columns) {
  for (std::int32_t x = 0; x < columns; x += 8) {
    const auto at = [&](int rank, int column) OCULAR_AVX2 { return _mm256_loadu_ps(sorted[rank] + x + column); };
    __m256 middle[3] = {at(1, 0), at(1, 1), at(1, 2)};
    sort3(middle);
    __m256 v[3] = {_mm256_max_ps(_mm256_max_ps(at(0, 0), at(0, 1)), at(0, 2)), middle[1], _mm256_min_ps(_mm256_min_ps(at(2, 0), at(2, 1)), at(2, 2))};
    sort3(v);
    _mm256_storeu_ps(median + x, v[1]);
  }
}

// Of 25 values in sorted columns. Sorting the rows too leaves columns sorted; then an element with 14 or more that are no
// larger (itself, above and to the left) cannot be the 13th, nor one with 14 or more no smaller. The median of the
// 13 that remain is that of all: from 8 of them, the two extremes go and one more comes, until one is left.
OCULAR_AVX2 void medianOf5(float* const* sorted, float* median, std::int32_t columns) {
  for (std::int32_t x = 0; x < columns; x += 8) {
    __m256 r[5][5];
    for (int rank = 0; rank < 5; rank++) {
      for (int column = 0; column < 5; column++) r[rank][column] = _mm256_loadu_ps(sorted[rank] + x + column);
      sort5(r[rank]);
    }
    __m256 v[13] = {r[0][3], r[1][2], r[2][1], r[3][0], r[1][4], r[2][3], r[3][2], r[4][1], r[0][4], r[1][3], r[2][2], r[3][1], r[4][0]};
    // The first four hold the least, the next four the largest.
    order(v[0], v[1]);
    order(v[2], v[3]);
    order(v[0], v[2]);
    order(v[4], v[5]);
    order(v[6], v[7]);
    order(v[5], v[7]);
    v[7] = v[8];
    extremesOut<7>(v + 1);
    v[7] = v[9];
    extremesOut<6>(v + 2);
    v[7] = v[10];
    extremesOut<5>(v + 3);
    v[7] = v[11];
    extremesOut<4>(v + 4);
    v[7] = v[12];
    extremesOut<3>(v + 5);
    _mm256_storeu_ps(median + x, v[6]);
  }
}

void medianByNetwork(const float* picture, Size size, std::int32_t radius, float* median) {
  const std::int32_t side = 2 * radius + 1;
  const std::int32_t columns = (size.width + 7) / 8 * 8;
  // A row with its ends repeated, and room for whole steps of eight behind it.
  const std::size_t stride = static_cast<std::size_t>(columns) + 16;
  std::vector<float> padded(stride * side, 0.0f);
  std::vector<float> ranks(stride * side, 0.0f);
  std::vector<float> result(columns);
  const float* rows[5];
  float* sorted[5];
  for (std::int32_t i = 0; i < side; i++) sorted[i] = ranks.data() + stride * i;
  const auto place = [&](std::int32_t y) { return padded.data() + stride * static_cast<std::size_t>((y + side) % side); };
  const auto fill = [&](std::int32_t y) {
    const float* from = picture + static_cast<std::size_t>(std::clamp(y, 0, size.height - 1)) * size.width;
    float* to = place(y);
    std::fill(to, to + radius, from[0]);
    std::copy(from, from + size.width, to + radius);
    std::fill(to + radius + size.width, to + 2 * radius + size.width, from[size.width - 1]);
  };
  for (std::int32_t y = -radius; y < radius; y++) fill(y);
  for (std::int32_t y = 0; y < size.height; y++) {
    fill(y + radius);
    for (std::int32_t i = 0; i < side; i++) rows[i] = place(y - radius + i);
    // Of whole steps of eight, the last window reaches 2 * radius further.
    if (radius == 1) {
      sortColumns<3>(rows, sorted, columns + 8);
      medianOf3(sorted, result.data(), columns);
    } else {
      sortColumns<5>(rows, sorted, columns + 8);
      medianOf5(sorted, result.data(), columns);
    }
    std::copy_n(result.begin(), size.width, median + static_cast<std::size_t>(y) * size.width);
  }
}
#endif

}  // namespace

napi_value medianBlur(Call& call) {
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::int32_t radius = call.integer(3, 0, kMostRadiusPx);
  const auto result = call.make<float>(size.pixels());
  if (size.pixels() == 0) return result.value;
  if (radius == 0) {
    std::copy_n(picture.data, picture.size, result.data);
    return result.value;
  }
#if OCULAR_X86
  if (hasAvx2() && radius <= 2) {
    medianByNetwork(picture.data, size, radius, result.data);
    return result.value;
  }
#endif
  slidingMedian(picture.data, size.width, size.height, radius, result.data);
  return result.value;
}

}  // namespace ocular::kernels
