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

OCULAR_AVX2 inline __m256 middleOf(__m256 a, __m256 b, __m256 c) {
  order(a, b);
  return _mm256_max_ps(a, _mm256_min_ps(b, c));
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

// Eight columns of the window sorted, for all windows they are part of: sorted[rank] are rows of a picture.
template <int kSide>
OCULAR_AVX2 inline void sortEight(const float* const* rows, float* const* sorted, std::int32_t x) {
  __m256 v[kSide];
  for (int i = 0; i < kSide; i++) v[i] = _mm256_loadu_ps(rows[i] + x);
  if constexpr (kSide == 3) sort3(v);
  else sort5(v);
  for (int i = 0; i < kSide; i++) _mm256_storeu_ps(sorted[i] + x, v[i]);
}

// Of nine values in sorted columns: the median of the largest of the least, the middle of the middle, the least of the largest.
OCULAR_AVX2 inline __m256 medianOf3(float* const* sorted, std::int32_t x) {
  const auto at = [&](int rank, int column) OCULAR_AVX2 { return _mm256_loadu_ps(sorted[rank] + x + column); };
  const __m256 least = _mm256_max_ps(_mm256_max_ps(at(0, 0), at(0, 1)), at(0, 2));
  const __m256 middle = middleOf(at(1, 0), at(1, 1), at(1, 2));
  const __m256 largest = _mm256_min_ps(_mm256_min_ps(at(2, 0), at(2, 1)), at(2, 2));
  return middleOf(least, middle, largest);
}

// Of 25 values in sorted columns. Sorting the rows too leaves columns sorted; then an element with 14 or more that are no
// larger (itself, above and to the left) cannot be the 13th, nor one with 14 or more no smaller. The median of the
// 13 that remain is that of all: from 8 of them, the two extremes go and one more comes, until one is left.
OCULAR_AVX2 inline __m256 medianOf5(float* const* sorted, std::int32_t x) {
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
  return v[6];
}

// A row is worked on in pieces: what has been sorted stays in the processor's first cache.
constexpr std::int32_t kPiece = 128;
// Pixels around a piece that are read, in whole steps of eight.
constexpr std::int32_t kReach = kPiece + 8;

// Medians of a piece; rows[i][0] is the upper left pixel of the first window's column i.
template <int kSide>
OCULAR_AVX2 void mediansOfPiece(const float* const* rows, float* medians) {
  float ranks[kSide][kReach];
  float* sorted[kSide];
  for (int i = 0; i < kSide; i++) sorted[i] = ranks[i];
  for (std::int32_t x = 0; x < kReach; x += 8) sortEight<kSide>(rows, sorted, x);
  for (std::int32_t x = 0; x < kPiece; x += 8) {
    if constexpr (kSide == 3) _mm256_storeu_ps(medians + x, medianOf3(sorted, x));
    else _mm256_storeu_ps(medians + x, medianOf5(sorted, x));
  }
}

// The first `kReach` pixels of a row from `start` on, with its ends repeated as far as needed.
void copyWithEnds(const float* row, std::int32_t width, std::int32_t start, float* to) {
  const std::int32_t from = std::max(start, 0);
  const std::int32_t end = std::min(start + kReach, width);
  std::fill(to, to + (from - start), row[0]);
  std::copy(row + from, row + end, to + (from - start));
  std::fill(to + (end - start), to + kReach, row[width - 1]);
}

template <int kSide>
void medianByNetwork(const float* picture, Size size, float* median) {
  constexpr std::int32_t radius = kSide / 2;
  float padded[kSide][kReach];
  float partial[kPiece];
  for (std::int32_t y = 0; y < size.height; y++) {
    const float* rows[kSide];
    for (std::int32_t i = 0; i < kSide; i++) rows[i] = picture + static_cast<std::size_t>(std::clamp(y - radius + i, 0, size.height - 1)) * size.width;
    float* const to = median + static_cast<std::size_t>(y) * size.width;
    for (std::int32_t left = 0; left < size.width; left += kPiece) {
      const std::int32_t start = left - radius;
      const bool isInside = start >= 0 && start + kReach <= size.width;
      const float* windows[kSide];
      for (std::int32_t i = 0; i < kSide; i++) {
        windows[i] = isInside ? rows[i] + start : padded[i];
        if (!isInside) copyWithEnds(rows[i], size.width, start, padded[i]);
      }
      const std::int32_t columns = std::min(kPiece, size.width - left);
      float* const medians = columns == kPiece ? to + left : partial;
      mediansOfPiece<kSide>(windows, medians);
      if (columns < kPiece) std::copy_n(partial, columns, to + left);
    }
  }
}
#endif

}  // namespace

napi_value medianBlur(Call& call) {
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::int32_t radius = call.integer(3, 0, kMostRadiusPx);
  const auto result = call.takeOrMake<float>(4, size.pixels());
  if (size.pixels() == 0) return result.value;
  if (radius == 0) {
    std::copy_n(picture.data, picture.size, result.data);
    return result.value;
  }
#if OCULAR_X86
  if (hasAvx2() && radius <= 2) {
    if (radius == 1) medianByNetwork<3>(picture.data, size, result.data);
    else medianByNetwork<5>(picture.data, size, result.data);
    return result.value;
  }
#endif
  slidingMedian(picture.data, size.width, size.height, radius, result.data);
  return result.value;
}

}  // namespace ocular::kernels
