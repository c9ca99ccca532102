// Separable Gaussian in single precision; see src/core/kernels/reference/gaussian.ts.
//
// Rows first, then columns. Time goes into one multiplication and addition per tap and pixel, so both passes keep a tile
// of sums in registers while the taps go by: 64 pixels of a row, or 16 columns of 6 rows.
#include <algorithm>
#include <cmath>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"
#include "api/scratch.h"
#include "mirrored-index.h"

namespace ocular::kernels {
namespace {

// Columns of a tile. Rows between the passes are padded to a multiple of it.
constexpr std::int32_t kTileColumns = 16;
constexpr std::int32_t kTileRows = 6;

// sums[x] = row[x] * weights[0] + ... + row[x + taps - 1] * weights[taps - 1] for `columns`, a multiple of kTileColumns.
void blurRowPlain(const float* row, float* sums, std::int32_t columns, const float* weights, std::int32_t taps) {
  std::fill(sums, sums + columns, 0.0f);
  for (std::int32_t k = 0; k < taps; k++) {
    for (std::int32_t x = 0; x < columns; x++) sums[x] += row[x + k] * weights[k];
  }
}

// The same down the columns of one tile: row k + j of `rows` is tap k of the j-th result.
void blurTilePlain(const float* const* rows, std::int32_t left, float (*sums)[kTileColumns], std::int32_t resultRows, const float* weights, std::int32_t taps) {
  for (std::int32_t j = 0; j < resultRows; j++) {
    std::fill(sums[j], sums[j] + kTileColumns, 0.0f);
    for (std::int32_t k = 0; k < taps; k++) {
      const float* row = rows[j + k] + left;
      for (std::int32_t x = 0; x < kTileColumns; x++) sums[j][x] += row[x] * weights[k];
    }
  }
}

#if OCULAR_X86
template <int kVectors>
OCULAR_AVX2 inline void blurSpanAvx2(const float* row, float* sums, const float* weights, std::int32_t taps) {
  __m256 sum[kVectors];
  for (int v = 0; v < kVectors; v++) sum[v] = _mm256_setzero_ps();
  for (std::int32_t k = 0; k < taps; k++) {
    const __m256 weight = _mm256_broadcast_ss(weights + k);
    for (int v = 0; v < kVectors; v++) sum[v] = _mm256_fmadd_ps(_mm256_loadu_ps(row + k + 8 * v), weight, sum[v]);
  }
  for (int v = 0; v < kVectors; v++) _mm256_storeu_ps(sums + 8 * v, sum[v]);
}

OCULAR_AVX2 void blurRowAvx2(const float* row, float* sums, std::int32_t columns, const float* weights, std::int32_t taps) {
  std::int32_t x = 0;
  for (; x + 64 <= columns; x += 64) blurSpanAvx2<8>(row + x, sums + x, weights, taps);
  for (; x < columns; x += 16) blurSpanAvx2<2>(row + x, sums + x, weights, taps);
}

// A row of the picture serves all results of the tile it is a tap of. Taps past the ends of `weights` are zeros: the
// caller pads them by kTileRows on both sides.
OCULAR_AVX2 void blurTileAvx2(const float* const* rows, std::int32_t left, float (*sums)[kTileColumns], const float* weights, std::int32_t taps) {
  __m256 sum[kTileRows][2];
  for (auto& pair : sum) pair[0] = pair[1] = _mm256_setzero_ps();
  for (std::int32_t r = 0; r < taps + kTileRows - 1; r++) {
    const float* row = rows[r] + left;
    const __m256 first = _mm256_loadu_ps(row);
    const __m256 second = _mm256_loadu_ps(row + 8);
    for (std::int32_t j = 0; j < kTileRows; j++) {
      const __m256 weight = _mm256_broadcast_ss(weights + (r - j));
      sum[j][0] = _mm256_fmadd_ps(first, weight, sum[j][0]);
      sum[j][1] = _mm256_fmadd_ps(second, weight, sum[j][1]);
    }
  }
  for (std::int32_t j = 0; j < kTileRows; j++) {
    _mm256_storeu_ps(sums[j], sum[j][0]);
    _mm256_storeu_ps(sums[j] + 8, sum[j][1]);
  }
}
#endif

// The whole kernel from its half, with room before and after it that holds zeros.
std::vector<float> wholeKernel(Span<const double> half) {
  const std::size_t radius = half.size - 1;
  std::vector<float> whole(2 * radius + 1 + 2 * kTileRows, 0.0f);
  for (std::size_t k = 0; k <= radius; k++) {
    const auto weight = static_cast<float>(half[k]);
    whole[kTileRows + radius + k] = whole[kTileRows + radius - k] = weight;
  }
  return whole;
}

struct Kernel {
  const float* weights;
  std::int32_t taps;
  std::int32_t radius() const { return taps / 2; }
};

// The rows of a picture, blurred along themselves one after the other, as far as they are asked for.
class BlurredRows {
 public:
  BlurredRows(const float* picture, Size size, Kernel kernel, std::int32_t kept)
      : picture_(picture), size_(size), kernel_(kernel), kept_(kept),
        stride_((size.width + kTileColumns - 1) / kTileColumns * kTileColumns),
        source_(mirroredIndex(size.width, kernel.radius())),
        // What lies behind the last mirrored pixel goes into columns nobody reads.
        row_(static_cast<std::size_t>(stride_) + 2 * static_cast<std::size_t>(kernel.radius()), 0.0f),
        blurred_(static_cast<std::size_t>(stride_) * kept) {}

  // Row y; it holds its place until `kept` more rows are blurred.
  const float* at(std::int32_t y) { return slot(y); }

  void blurTo(std::int32_t end) {
    const std::int32_t radius = kernel_.radius();
    for (; done_ < end; done_++) {
      const float* from = picture_ + static_cast<std::size_t>(done_) * size_.width;
      std::copy(from, from + size_.width, row_.begin() + radius);
      for (std::int32_t x = 0; x < radius; x++) {
        row_[x] = from[source_[x]];
        row_[radius + size_.width + x] = from[source_[radius + size_.width + x]];
      }
#if OCULAR_X86
      if (hasAvx2()) blurRowAvx2(row_.data(), slot(done_), stride_, kernel_.weights, kernel_.taps);
      else
#endif
        blurRowPlain(row_.data(), slot(done_), stride_, kernel_.weights, kernel_.taps);
    }
  }

 private:
  float* slot(std::int32_t y) { return blurred_.data() + static_cast<std::size_t>(y % kept_) * stride_; }

  const float* picture_;
  Size size_;
  Kernel kernel_;
  std::int32_t kept_;
  std::int32_t stride_;
  std::vector<std::int32_t> source_;
  std::vector<float> row_;
  Scratch<float> blurred_;
  std::int32_t done_ = 0;
};

// Only as many blurred rows are kept as the kernel is high: they stay in the processor's cache.
void blur(const float* picture, Size size, Kernel kernel, float* blurred) {
  const std::int32_t radius = kernel.radius();
  const std::vector<std::int32_t> source = mirroredIndex(size.height, radius);
  BlurredRows rows(picture, size, kernel, std::min(size.height, kernel.taps + kTileRows));
  std::vector<const float*> taps(kernel.taps + kTileRows);
  float sums[kTileRows][kTileColumns];
  for (std::int32_t top = 0; top < size.height; top += kTileRows) {
    const std::int32_t resultRows = std::min(kTileRows, size.height - top);
    rows.blurTo(std::min(size.height, top + kTileRows + radius));
    // Rows that only pad the last tile repeat the last place.
    for (std::size_t k = 0; k < taps.size(); k++) taps[k] = rows.at(source[std::min(top + k, source.size() - 1)]);
    for (std::int32_t left = 0; left < size.width; left += kTileColumns) {
#if OCULAR_X86
      if (hasAvx2()) blurTileAvx2(taps.data(), left, sums, kernel.weights, kernel.taps);
      else
#endif
        blurTilePlain(taps.data(), left, sums, resultRows, kernel.weights, kernel.taps);
      const std::int32_t columns = std::min(kTileColumns, size.width - left);
      for (std::int32_t j = 0; j < resultRows; j++) {
        std::copy(sums[j], sums[j] + columns, blurred + static_cast<std::size_t>(top + j) * size.width + left);
      }
    }
  }
}

}  // namespace

napi_value gaussianBlur(Call& call) {
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::size_t halfTaps = call.length(3);
  if (halfTaps < 1 || halfTaps > 65536) throw RangeError("The kernel holds no weights, or too many.");
  const auto half = call.array<double>(3, halfTaps);
  const auto result = call.make<float>(size.pixels());
  if (size.pixels() == 0) return result.value;
  const std::vector<float> whole = wholeKernel(half);
  const Kernel kernel{whole.data() + kTileRows, static_cast<std::int32_t>(2 * halfTaps - 1)};
  blur(picture.data, size, kernel, result.data);
  return result.value;
}

}  // namespace ocular::kernels
