// Time goes into one multiplication and addition per tap and pixel, and into reading what they work on. Along rows, 64
// sums stay in registers while the taps go by. Down the columns, the pixels at equal distance above and below are added
// first; two rows are made at once, for what is above the one (or below the other) is needed by both, one step apart.
#include "separable-filter.h"

#include <algorithm>

#include "api/cpu.h"
#include "api/scratch.h"
#include "border-index.h"

namespace ocular {
namespace {

constexpr std::int32_t kVector = 8;
// Columns of a tile; rows between the passes are padded to a multiple of it.
constexpr std::int32_t kTileColumns = 3 * kVector;
constexpr std::int32_t kTileRows = 2;

// Rows come out at half their value, and columns are weighed twice: then two pixels can be added before they are weighed,
// however large they are. Halves and doubles are exact.
struct Kernel {
  explicit Kernel(const std::vector<float>& weights) : half(weights), radius(static_cast<std::int32_t>(weights.size()) - 1), whole(2 * weights.size() - 1) {
    for (std::int32_t k = 0; k <= radius; k++) {
      whole[radius + k] = whole[radius - k] = weights[k] / 2;
      half[k] = weights[k] * 2;
    }
  }
  std::int32_t taps() const { return 2 * radius + 1; }

  // From the middle outwards, for columns; all of them, for rows.
  std::vector<float> half;
  std::int32_t radius;
  std::vector<float> whole;
};

// sums[x] = row[x] * weights[0] + ... + row[x + taps - 1] * weights[taps - 1] for `columns`, a multiple of kVector.
void filterRowPlain(const float* row, float* sums, std::int32_t columns, const float* weights, std::int32_t taps) {
  std::fill(sums, sums + columns, 0.0f);
  for (std::int32_t k = 0; k < taps; k++) {
    for (std::int32_t x = 0; x < columns; x++) sums[x] += row[x + k] * weights[k];
  }
}

// Two results of a tile: row `radius` of `rows` is the middle of the first, the next one that of the second.
void filterTilePlain(const float* const* rows, std::int32_t left, const Kernel& kernel, float* const* results) {
  for (std::int32_t j = 0; j < kTileRows; j++) {
    float sums[kTileColumns];
    const float* const* middle = rows + kernel.radius + j;
    for (std::int32_t x = 0; x < kTileColumns; x++) sums[x] = middle[0][left + x] * kernel.half[0];
    for (std::int32_t k = 1; k <= kernel.radius; k++) {
      const float* above = middle[-k] + left;
      const float* below = middle[k] + left;
      for (std::int32_t x = 0; x < kTileColumns; x++) sums[x] += (above[x] + below[x]) * kernel.half[k];
    }
    std::copy(sums, sums + kTileColumns, results[j]);
  }
}

#if OCULAR_X86
template <int kVectors>
OCULAR_AVX2 inline void filterSpanAvx2(const float* row, float* sums, const float* weights, std::int32_t taps) {
  __m256 sum[kVectors];
  for (int v = 0; v < kVectors; v++) sum[v] = _mm256_setzero_ps();
  for (std::int32_t k = 0; k < taps; k++) {
    const __m256 weight = _mm256_broadcast_ss(weights + k);
    for (int v = 0; v < kVectors; v++) sum[v] = _mm256_fmadd_ps(_mm256_loadu_ps(row + k + kVector * v), weight, sum[v]);
  }
  for (int v = 0; v < kVectors; v++) _mm256_storeu_ps(sums + kVector * v, sum[v]);
}

OCULAR_AVX2 void filterRowAvx2(const float* row, float* sums, std::int32_t columns, const float* weights, std::int32_t taps) {
  std::int32_t x = 0;
  for (; x + 64 <= columns; x += 64) filterSpanAvx2<8>(row + x, sums + x, weights, taps);
  for (; x < columns; x += kVector) filterSpanAvx2<1>(row + x, sums + x, weights, taps);
}

OCULAR_AVX2 void filterTileAvx2(const float* const* rows, std::int32_t left, const Kernel& kernel, float* const* results) {
  constexpr int kVectors = kTileColumns / kVector;
  const std::int32_t radius = kernel.radius;
  const auto at = [&](std::int32_t row, int v) OCULAR_AVX2 { return _mm256_loadu_ps(rows[row] + left + kVector * v); };
  __m256 first[kVectors], second[kVectors], upper[kVectors], lower[kVectors];
  const __m256 middle = _mm256_broadcast_ss(kernel.half.data());
  for (int v = 0; v < kVectors; v++) {
    upper[v] = at(radius, v);
    lower[v] = at(radius + 1, v);
    first[v] = _mm256_mul_ps(upper[v], middle);
    second[v] = _mm256_mul_ps(lower[v], middle);
  }
  for (std::int32_t k = 1; k <= radius; k++) {
    const __m256 weight = _mm256_broadcast_ss(kernel.half.data() + k);
    for (int v = 0; v < kVectors; v++) {
      const __m256 above = at(radius - k, v);
      const __m256 below = at(radius + 1 + k, v);
      first[v] = _mm256_fmadd_ps(_mm256_add_ps(above, lower[v]), weight, first[v]);
      second[v] = _mm256_fmadd_ps(_mm256_add_ps(upper[v], below), weight, second[v]);
      upper[v] = above;
      lower[v] = below;
    }
  }
  for (int v = 0; v < kVectors; v++) {
    _mm256_storeu_ps(results[0] + kVector * v, first[v]);
    _mm256_storeu_ps(results[1] + kVector * v, second[v]);
  }
}
#endif

void filterTile(const float* const* rows, std::int32_t left, const Kernel& kernel, float* const* results) {
#if OCULAR_X86
  if (hasAvx2()) {
    filterTileAvx2(rows, left, kernel, results);
    return;
  }
#endif
  filterTilePlain(rows, left, kernel, results);
}

// The rows of a picture, filtered along themselves one after the other, as far as they are asked for.
class FilteredRows {
 public:
  FilteredRows(const float* picture, Size size, const Kernel& kernel, std::int32_t kept)
      : picture_(picture), size_(size), kernel_(kernel), kept_(kept),
        stride_((size.width + kTileColumns - 1) / kTileColumns * kTileColumns),
        source_(mirroredIndex(size.width, kernel.radius)),
        // What lies behind the last mirrored pixel goes into columns nobody reads.
        row_(static_cast<std::size_t>(stride_) + 2 * static_cast<std::size_t>(kernel.radius), 0.0f),
        filtered_(static_cast<std::size_t>(stride_) * kept) {}

  // Row y; it holds its place until `kept` more rows are filtered.
  const float* at(std::int32_t y) { return slot(y); }

  void filterTo(std::int32_t end) {
    const std::int32_t radius = kernel_.radius;
    for (; done_ < end; done_++) {
      const float* from = picture_ + static_cast<std::size_t>(done_) * size_.width;
      std::copy(from, from + size_.width, row_.begin() + radius);
      for (std::int32_t x = 0; x < radius; x++) {
        row_[x] = from[source_[x]];
        row_[radius + size_.width + x] = from[source_[radius + size_.width + x]];
      }
#if OCULAR_X86
      if (hasAvx2()) filterRowAvx2(row_.data(), slot(done_), stride_, kernel_.whole.data(), kernel_.taps());
      else
#endif
        filterRowPlain(row_.data(), slot(done_), stride_, kernel_.whole.data(), kernel_.taps());
    }
  }

 private:
  float* slot(std::int32_t y) { return filtered_.data() + static_cast<std::size_t>(y % kept_) * stride_; }

  const float* picture_;
  Size size_;
  const Kernel& kernel_;
  std::int32_t kept_;
  std::int32_t stride_;
  std::vector<std::int32_t> source_;
  std::vector<float> row_;
  Scratch<float> filtered_;
  std::int32_t done_ = 0;
};

}  // namespace

// Only as many filtered rows are kept as the kernel is high: they stay in the processor's cache.
void filterSeparably(const float* picture, Size size, const std::vector<float>& half, float* filtered) {
  const Kernel kernel(half);
  const std::vector<std::int32_t> source = mirroredIndex(size.height, kernel.radius);
  FilteredRows rows(picture, size, kernel, std::min(size.height, kernel.taps() + kTileRows));
  std::vector<const float*> taps(static_cast<std::size_t>(kernel.taps()) + kTileRows - 1);
  float partial[kTileRows][kTileColumns];
  for (std::int32_t top = 0; top < size.height; top += kTileRows) {
    const std::int32_t resultRows = std::min(kTileRows, size.height - top);
    rows.filterTo(std::min(size.height, top + kTileRows + kernel.radius));
    // A row that only pads the last tile repeats the last place.
    for (std::size_t k = 0; k < taps.size(); k++) taps[k] = rows.at(source[std::min(top + k, source.size() - 1)]);
    float* const to = filtered + static_cast<std::size_t>(top) * size.width;
    for (std::int32_t left = 0; left < size.width; left += kTileColumns) {
      const std::int32_t columns = std::min(kTileColumns, size.width - left);
      if (columns == kTileColumns && resultRows == kTileRows) {
        float* const results[kTileRows] = {to + left, to + size.width + left};
        filterTile(taps.data(), left, kernel, results);
        continue;
      }
      float* const results[kTileRows] = {partial[0], partial[1]};
      filterTile(taps.data(), left, kernel, results);
      for (std::int32_t j = 0; j < resultRows; j++) std::copy_n(partial[j], columns, to + static_cast<std::size_t>(j) * size.width + left);
    }
  }
}

}  // namespace ocular
