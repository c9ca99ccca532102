// Focus metrics. Sums over a row are whole numbers and exact; rows are added in double precision from top to bottom, as
// the reference does, so that both give the same bits.
#include <algorithm>
#include <cstdlib>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

struct RowSums {
  std::int64_t sum = 0;
  std::int64_t sumOfSquares = 0;
};

template <class Sample>
inline std::int64_t laplacianAt(const Sample* up, const Sample* row, const Sample* down, std::size_t x) {
  return static_cast<std::int64_t>(row[x - 1]) + row[x + 1] + up[x] + down[x] - 4 * static_cast<std::int64_t>(row[x]);
}

template <class Sample>
inline std::int64_t squaredGradientAt(const Sample* up, const Sample* row, const Sample* down, std::size_t x) {
  const std::int32_t across = (up[x + 1] + 2 * row[x + 1] + down[x + 1]) - (up[x - 1] + 2 * row[x - 1] + down[x - 1]);
  const std::int32_t along = (down[x - 1] + 2 * down[x] + down[x + 1]) - (up[x - 1] + 2 * up[x] + up[x + 1]);
  return static_cast<std::int64_t>(across) * across + static_cast<std::int64_t>(along) * along;
}

// From column `from` to the last but one.
template <class Sample>
RowSums laplacianRow(const Sample* up, const Sample* row, const Sample* down, std::size_t from, std::size_t width) {
  RowSums sums;
  for (std::size_t x = from; x + 1 < width; x++) {
    const std::int64_t value = laplacianAt(up, row, down, x);
    sums.sum += value;
    sums.sumOfSquares += value * value;
  }
  return sums;
}

template <class Sample>
std::int64_t gradientRow(const Sample* up, const Sample* row, const Sample* down, std::size_t from, std::size_t width) {
  std::int64_t sum = 0;
  for (std::size_t x = from; x + 1 < width; x++) sum += squaredGradientAt(up, row, down, x);
  return sum;
}

// Values up to which Laplacian and gradients, at most four times as large, and sums of four of their squares fit the lanes.
constexpr std::uint16_t kMostInLanes = 4095;

template <class Sample>
OCULAR_LOOP bool fitsLanesLoop(const Sample* row, std::size_t width) {
  if (sizeof(Sample) == 1) return true;
  Sample most = 0;
  for (std::size_t x = 0; x < width; x++) most = std::max(most, row[x]);
  return most <= kMostInLanes;
}

#if OCULAR_X86

template <class Sample>
OCULAR_AVX2 bool fitsLanesAvx2(const Sample* row, std::size_t width) {
  return fitsLanesLoop(row, width);
}

// Sixteen samples as signed 16-bit lanes.
OCULAR_AVX2 inline __m256i lanes(const std::uint8_t* at) { return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))); }
OCULAR_AVX2 inline __m256i lanes(const std::uint16_t* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }

// Adds eight 32-bit lanes, none of them negative, to four of 64 bits.
OCULAR_AVX2 inline __m256i addWide(__m256i sum, __m256i values) {
  const __m256i low = _mm256_and_si256(values, _mm256_set1_epi64x(0xffffffff));
  return _mm256_add_epi64(_mm256_add_epi64(sum, low), _mm256_srli_epi64(values, 32));
}

OCULAR_AVX2 inline std::int64_t total64(__m256i values) {
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
  return _mm_extract_epi64(half, 0) + _mm_extract_epi64(half, 1);
}

OCULAR_AVX2 inline std::int64_t total32(__m256i values) {
  alignas(32) std::int32_t lane[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane), values);
  std::int64_t sum = 0;
  for (const std::int32_t value : lane) sum += value;
  return sum;
}

template <class Sample>
OCULAR_AVX2 RowSums laplacianRowAvx2(const Sample* up, const Sample* row, const Sample* down, std::size_t width) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sum = _mm256_setzero_si256();
  __m256i squares = _mm256_setzero_si256();
  std::size_t x = 1;
  for (; x + 16 < width; x += 16) {
    const __m256i beside = _mm256_add_epi16(lanes(row + x - 1), lanes(row + x + 1));
    const __m256i above = _mm256_add_epi16(lanes(up + x), lanes(down + x));
    const __m256i value = _mm256_sub_epi16(_mm256_add_epi16(beside, above), _mm256_slli_epi16(lanes(row + x), 2));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(value, ones));
    squares = addWide(squares, _mm256_madd_epi16(value, value));
  }
  RowSums rest = laplacianRow(up, row, down, x, width);
  rest.sum += total32(sum);
  rest.sumOfSquares += total64(squares);
  return rest;
}

template <class Sample>
OCULAR_AVX2 std::int64_t gradientRowAvx2(const Sample* up, const Sample* row, const Sample* down, std::size_t width) {
  __m256i squares = _mm256_setzero_si256();
  std::size_t x = 1;
  for (; x + 16 < width; x += 16) {
    const __m256i upLeft = lanes(up + x - 1);
    const __m256i upRight = lanes(up + x + 1);
    const __m256i downLeft = lanes(down + x - 1);
    const __m256i downRight = lanes(down + x + 1);
    const __m256i falling = _mm256_sub_epi16(downRight, upLeft);
    const __m256i rising = _mm256_sub_epi16(upRight, downLeft);
    const __m256i beside = _mm256_sub_epi16(lanes(row + x + 1), lanes(row + x - 1));
    const __m256i above = _mm256_sub_epi16(lanes(down + x), lanes(up + x));
    const __m256i across = _mm256_add_epi16(_mm256_add_epi16(falling, rising), _mm256_slli_epi16(beside, 1));
    const __m256i along = _mm256_add_epi16(_mm256_sub_epi16(falling, rising), _mm256_slli_epi16(above, 1));
    squares = addWide(squares, _mm256_add_epi32(_mm256_madd_epi16(across, across), _mm256_madd_epi16(along, along)));
  }
  return total64(squares) + gradientRow(up, row, down, x, width);
}

#endif

// Whether the fast rows may be used for `row`.
template <class Sample>
bool fitsLanes([[maybe_unused]] const Sample* row, [[maybe_unused]] std::size_t width) {
#if OCULAR_X86
  return hasAvx2() && fitsLanesAvx2(row, width);
#else
  return false;
#endif
}

// Calls work(up, row, down, isFast) for every row but the first and the last.
template <class Sample, class Work>
void forEachInnerRow(const Sample* samples, Size size, Work work) {
  const auto width = static_cast<std::size_t>(size.width);
  bool upFits = fitsLanes(samples, width);
  bool rowFits = fitsLanes(samples + width, width);
  for (std::int32_t y = 1; y + 1 < size.height; y++) {
    const Sample* row = samples + static_cast<std::size_t>(y) * width;
    const bool downFits = fitsLanes(row + width, width);
    work(row - width, row, row + width, upFits && rowFits && downFits);
    upFits = rowFits;
    rowFits = downFits;
  }
}

double innerPixels(Size size) { return static_cast<double>(size.width - 2) * static_cast<double>(size.height - 2); }

template <class Sample>
double varianceOf(const Sample* samples, Size size) {
  const auto width = static_cast<std::size_t>(size.width);
  double sum = 0;
  double sumOfSquares = 0;
  forEachInnerRow(samples, size, [&](const Sample* up, const Sample* row, const Sample* down, [[maybe_unused]] bool isFast) {
#if OCULAR_X86
    const RowSums sums = isFast ? laplacianRowAvx2(up, row, down, width) : laplacianRow(up, row, down, 1, width);
#else
    const RowSums sums = laplacianRow(up, row, down, 1, width);
#endif
    sum += static_cast<double>(sums.sum);
    sumOfSquares += static_cast<double>(sums.sumOfSquares);
  });
  const double mean = sum / innerPixels(size);
  return sumOfSquares / innerPixels(size) - mean * mean;
}

template <class Sample>
double tenengradOf(const Sample* samples, Size size) {
  const auto width = static_cast<std::size_t>(size.width);
  double sum = 0;
  forEachInnerRow(samples, size, [&](const Sample* up, const Sample* row, const Sample* down, [[maybe_unused]] bool isFast) {
#if OCULAR_X86
    sum += static_cast<double>(isFast ? gradientRowAvx2(up, row, down, width) : gradientRow(up, row, down, 1, width));
#else
    sum += static_cast<double>(gradientRow(up, row, down, 1, width));
#endif
  });
  return sum / innerPixels(size);
}

bool isTooSmall(Size size) { return size.width < 3 || size.height < 3; }

}  // namespace

napi_value varianceOfLaplacian(Call& call) {
  const Size size = call.size(1);
  if (call.isArrayOf<std::uint8_t>(0)) {
    const auto samples = call.array<std::uint8_t>(0, size.pixels());
    return call.makeNumber(isTooSmall(size) ? 0 : varianceOf(samples.data, size));
  }
  const auto samples = call.array<std::uint16_t>(0, size.pixels());
  return call.makeNumber(isTooSmall(size) ? 0 : varianceOf(samples.data, size));
}

napi_value tenengrad(Call& call) {
  const Size size = call.size(1);
  if (call.isArrayOf<std::uint8_t>(0)) {
    const auto samples = call.array<std::uint8_t>(0, size.pixels());
    return call.makeNumber(isTooSmall(size) ? 0 : tenengradOf(samples.data, size));
  }
  const auto samples = call.array<std::uint16_t>(0, size.pixels());
  return call.makeNumber(isTooSmall(size) ? 0 : tenengradOf(samples.data, size));
}

}  // namespace ocular::kernels
