// Dilation and erosion on masks of one bit a pixel; see src/core/kernels/reference/morphology.ts. Erosion is dilation of
// the background. What lies outside the picture is never set.
#include <algorithm>
#include <cmath>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "bit-rows.h"
#include "squared-distance.h"

namespace ocular::kernels {
namespace {

constexpr std::int32_t kMostRadiusPx = 10000;
// Above this, the time of the row method (which grows with the radius) is more than that of exact distances.
constexpr std::int32_t kLargestRowDisk = 40;

// row |= row moved by `by` towards higher x, in place from the end.
OCULAR_LOOP void spreadUpLoop(std::uint64_t* row, std::size_t words, std::int32_t by) {
  const std::size_t skip = static_cast<std::size_t>(by) / 64;
  const int shift = by % 64;
  for (std::size_t i = words; i-- > skip;) {
    std::uint64_t moved = row[i - skip] << shift;
    if (shift > 0 && i > skip) moved |= row[i - skip - 1] >> (64 - shift);
    row[i] |= moved;
  }
}

OCULAR_LOOP void spreadDownLoop(std::uint64_t* row, std::size_t words, std::int32_t by) {
  const std::size_t skip = static_cast<std::size_t>(by) / 64;
  const int shift = by % 64;
  for (std::size_t i = 0; i + skip < words; i++) {
    std::uint64_t moved = row[i + skip] >> shift;
    if (shift > 0 && i + skip + 1 < words) moved |= row[i + skip + 1] << (64 - shift);
    row[i] |= moved;
  }
}

// Sets every pixel within `reach` of a set one, in steps that double.
void widen(std::uint64_t* row, std::uint64_t* scratch, std::size_t words, std::int32_t reach, std::uint64_t lastWord) {
  if (words == 0) return;
  std::copy(row, row + words, scratch);
  // A pixel and those up to `covered` from it are set already; no step may leave a gap.
  for (std::int32_t covered = 0; covered < reach;) {
    const std::int32_t step = std::min(covered + 1, reach - covered);
    spreadUpLoop(row, words, step);
    spreadDownLoop(scratch, words, step);
    covered += step;
  }
  for (std::size_t i = 0; i < words; i++) row[i] |= scratch[i];
  row[words - 1] &= lastWord;
}

OCULAR_LOOP void mergeLoop(std::uint64_t* into, const std::uint64_t* from, std::size_t words) {
  for (std::size_t i = 0; i < words; i++) into[i] |= from[i];
}
OCULAR_DISPATCH(void, merge, (std::uint64_t* into, const std::uint64_t* from, std::size_t words), (into, from, words))

// The pixels of a row's last word that exist.
std::uint64_t lastWordOf(std::int32_t width) { return width % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (width % 64)) - 1; }

void dilateSquare(BitRows& bits, std::int32_t radius) {
  std::vector<std::uint64_t> scratch(bits.stride);
  const std::int32_t reachX = std::min(radius, bits.width);
  for (std::int32_t y = 0; y < bits.height; y++) widen(bits.row(y), scratch.data(), bits.stride, reachX, lastWordOf(bits.width));
  // Whole rows are moved like pixels of a row: downwards in one copy, upwards in the other.
  BitRows upwards = bits;
  const std::int32_t reachY = std::min(radius, bits.height);
  for (std::int32_t covered = 0; covered < reachY;) {
    const std::int32_t step = std::min(covered + 1, reachY - covered);
    for (std::int32_t y = bits.height - 1; y >= step; y--) merge(bits.row(y), bits.row(y - step), bits.stride);
    for (std::int32_t y = 0; y + step < bits.height; y++) merge(upwards.row(y), upwards.row(y + step), bits.stride);
    covered += step;
  }
  merge(bits.words.data(), upwards.words.data(), bits.words.size());
}

// Small squares go straight over the bytes: the largest (or, of the background, the least) of the rows above and below,
// then of the bytes beside. Packing into bits would take longer than that.
constexpr std::int32_t kLargestByteSquare = 2;

template <bool kIsInverted>
OCULAR_LOOP std::uint8_t outer(std::uint8_t a, std::uint8_t b) {
  if constexpr (kIsInverted) return a < b ? a : b;
  else return a | b;
}

template <std::int32_t kRadius, bool kIsInverted>
OCULAR_LOOP void squareOfRow(const std::uint8_t* const* rows, std::uint8_t* line, std::uint8_t* result, std::size_t width) {
  // What lies outside the picture changes nothing.
  constexpr std::uint8_t kOutside = kIsInverted ? 255 : 0;
  std::fill_n(line, kRadius, kOutside);
  std::fill_n(line + kRadius + width, kRadius, kOutside);
  std::uint8_t* inner = line + kRadius;
  // Copies: bytes that are written may, as far as the compiler knows, be those of the pointers in `rows`.
  const std::uint8_t* own[2 * kRadius + 1];
  for (std::int32_t k = 0; k <= 2 * kRadius; k++) own[k] = rows[k];
  for (std::size_t x = 0; x < width; x++) {
    std::uint8_t value = own[0][x];
    for (std::int32_t k = 1; k <= 2 * kRadius; k++) value = outer<kIsInverted>(value, own[k][x]);
    inner[x] = value;
  }
  for (std::size_t x = 0; x < width; x++) {
    std::uint8_t value = line[x];
    for (std::size_t k = 1; k <= 2 * kRadius; k++) value = outer<kIsInverted>(value, line[x + k]);
    result[x] = value != 0 ? 1 : 0;
  }
}

#define OCULAR_SQUARE(name, radius, isInverted)                                                                                       \
  OCULAR_LOOP void name##Loop(const std::uint8_t* const* rows, std::uint8_t* line, std::uint8_t* result, std::size_t width) {          \
    squareOfRow<radius, isInverted>(rows, line, result, width);                                                                       \
  }                                                                                                                                   \
  OCULAR_DISPATCH(void, name, (const std::uint8_t* const* rows, std::uint8_t* line, std::uint8_t* result, std::size_t width), (rows, line, result, width))
OCULAR_SQUARE(dilateRow1, 1, false)
OCULAR_SQUARE(dilateRow2, 2, false)
OCULAR_SQUARE(erodeRow1, 1, true)
OCULAR_SQUARE(erodeRow2, 2, true)
#undef OCULAR_SQUARE

void squareOverBytes(const std::uint8_t* mask, Size size, std::int32_t radius, bool isInverted, std::uint8_t* result) {
  const auto width = static_cast<std::size_t>(size.width);
  std::vector<std::uint8_t> line(width + 2 * kLargestByteSquare);
  const auto row = isInverted ? (radius == 1 ? erodeRow1 : erodeRow2) : (radius == 1 ? dilateRow1 : dilateRow2);
  for (std::int32_t y = 0; y < size.height; y++) {
    const std::uint8_t* rows[2 * kLargestByteSquare + 1];
    // A row outside is the outermost one inside, which is among them anyway.
    for (std::int32_t k = 0; k <= 2 * radius; k++) rows[k] = mask + static_cast<std::size_t>(std::clamp(y - radius + k, 0, size.height - 1)) * width;
    row(rows, line.data(), result + static_cast<std::size_t>(y) * width, width);
  }
}

// Half of the disk's width at each height: the largest dx with dx2 + dy2 <= (r + 0.5)2, which is r2 + r in whole numbers.
std::vector<std::int32_t> diskHalfWidths(std::int32_t radius) {
  std::vector<std::int32_t> half(static_cast<std::size_t>(radius) + 1);
  std::int32_t dx = radius;
  for (std::int32_t dy = 0; dy <= radius; dy++) {
    while (dx * dx + dy * dy > radius * radius + radius) dx--;
    half[dy] = dx;
  }
  return half;
}

// Each row, widened step by step from the disk's tip to its middle, is laid into the rows above and below.
BitRows dilateDisk(const BitRows& bits, std::int32_t radius) {
  const std::vector<std::int32_t> half = diskHalfWidths(radius);
  BitRows dilated(bits.width, bits.height);
  std::vector<std::uint64_t> row(bits.stride);
  std::vector<std::uint64_t> scratch(bits.stride);
  for (std::int32_t y = 0; y < bits.height; y++) {
    const std::uint64_t* from = bits.row(y);
    if (std::all_of(from, from + bits.stride, [](std::uint64_t word) { return word == 0; })) continue;
    std::copy(from, from + bits.stride, row.begin());
    std::int32_t width = 0;
    for (std::int32_t dy = radius; dy >= 0; dy--) {
      if (half[dy] > width) widen(row.data(), scratch.data(), bits.stride, half[dy] - width, lastWordOf(bits.width));
      width = half[dy];
      if (y + dy < bits.height) merge(dilated.row(y + dy), row.data(), bits.stride);
      if (dy > 0 && y - dy >= 0) merge(dilated.row(y - dy), row.data(), bits.stride);
    }
  }
  return dilated;
}

// A disk holds every offset up to a length, so it reaches an object just where the distance to one is no longer than that.
void dilateDiskByDistance(Span<const std::uint8_t> mask, Size size, std::int32_t radius, bool isInverted, std::uint8_t* result) {
  std::vector<std::uint8_t> away(mask.size);
  for (std::size_t i = 0; i < mask.size; i++) away[i] = (mask[i] != 0) == isInverted;
  const double reach = (radius + 0.5) * (radius + 0.5);
  forEachRowOfSquares(away.data(), size.width, size.height, [&](std::int32_t y, const double* squares) {
    std::uint8_t* to = result + static_cast<std::size_t>(y) * size.width;
    for (std::int32_t x = 0; x < size.width; x++) to[x] = (squares[x] <= reach) != isInverted;
  });
}

napi_value dilateWith(Call& call, bool isInverted) {
  const Size size = call.size(1);
  const auto mask = call.array<std::uint8_t>(0, size.pixels());
  const std::int32_t radius = call.integer(3, 0, kMostRadiusPx);
  const bool isDisk = call.boolean(4);
  const auto result = call.takeOrMake<std::uint8_t>(5, size.pixels());
  if (isDisk && radius > kLargestRowDisk) {
    dilateDiskByDistance(mask, size, radius, isInverted, result.data);
    return result.value;
  }
  if (!isDisk && radius >= 1 && radius <= kLargestByteSquare) {
    squareOverBytes(mask.data, size, radius, isInverted, result.data);
    return result.value;
  }
  BitRows bits = packBits(mask.data, size.width, size.height, isInverted);
  if (isDisk) bits = dilateDisk(bits, radius);
  else dilateSquare(bits, radius);
  unpackBits(bits, result.data, isInverted);
  return result.value;
}

}  // namespace

napi_value dilate(Call& call) { return dilateWith(call, false); }
napi_value erode(Call& call) { return dilateWith(call, true); }

}  // namespace ocular::kernels
