// The picture is worked on in tiles. All values around a tile are sorted once, so that each pixel has a rank of its own;
// a window is then a set of ranks, one bit each, small enough for the processor's first cache. The window slides in
// serpentines: pixels that leave take their bit along, and the middle bit is found by counting from where it last was.
#include "sliding-median.h"

#include <algorithm>
#include <vector>

#include "api/cpu.h"
#include "bit-rows.h"
#include "ordered-floats.h"

namespace ocular {
namespace {

constexpr std::int32_t kTile = 64;
constexpr std::int32_t kMostRadius = 7;
constexpr std::int32_t kMostSide = kTile + 2 * kMostRadius;
constexpr std::int32_t kMostPixels = kMostSide * kMostSide;

// A tile with the pixels around it.
struct Tile {
  std::int32_t side = 0;
  std::vector<std::uint64_t> entries = std::vector<std::uint64_t>(kMostPixels);
  std::vector<std::uint64_t> scratch = std::vector<std::uint64_t>(kMostPixels);
  std::uint16_t rank[kMostPixels];
  float value[kMostPixels];
};

void rankTile(const float* picture, std::int32_t width, std::int32_t height, std::int32_t left, std::int32_t top, std::int32_t radius, Tile& tile) {
  tile.side = kTile + 2 * radius;
  std::uint64_t count = 0;
  for (std::int32_t dy = -radius; dy < kTile + radius; dy++) {
    const float* row = picture + static_cast<std::size_t>(std::clamp(top + dy, 0, height - 1)) * width;
    for (std::int32_t dx = -radius; dx < kTile + radius; dx++) {
      tile.entries[count] = static_cast<std::uint64_t>(orderOf(row[std::clamp(left + dx, 0, width - 1)])) << 32 | count;
      count++;
    }
  }
  const std::uint64_t* sorted = sortByUpperHalf(tile.entries.data(), tile.scratch.data(), count);
  for (std::size_t i = 0; i < count; i++) {
    tile.rank[static_cast<std::uint32_t>(sorted[i])] = static_cast<std::uint16_t>(i);
    tile.value[i] = valueOf(static_cast<std::uint32_t>(sorted[i] >> 32));
  }
}

// Which ranks are in the window, and the word of bits that holds the middle one.
struct Window {
  std::uint64_t bits[kMostPixels / 64 + 1] = {};
  std::int32_t word = 0;
  // Ranks in the words before that.
  std::int32_t before = 0;
};

OCULAR_LOOP void slideLoop(const Tile& tile, std::int32_t radius, std::int32_t columns, std::int32_t rows, float* median, std::size_t stride) {
  Window window;
  const std::int32_t side = 2 * radius + 1;
  const std::int32_t middle = side * side / 2;
  // `step` pixels apart, a row or a column of the window; comes in for sign 1, goes for -1.
  const auto flip = [&](std::int32_t first, std::int32_t step, std::int32_t sign) {
    for (std::int32_t k = 0; k < side; k++) {
      const std::int32_t rank = tile.rank[first + k * step];
      window.bits[rank / 64] ^= std::uint64_t{1} << (rank % 64);
      window.before += rank / 64 < window.word ? sign : 0;
    }
  };
  const auto find = [&]() {
    while (window.before > middle) window.before -= countBits(window.bits[--window.word]);
    for (std::int32_t here = countBits(window.bits[window.word]); window.before + here <= middle; here = countBits(window.bits[window.word])) {
      window.before += here;
      window.word++;
    }
    std::uint64_t bits = window.bits[window.word];
    for (std::int32_t k = window.before; k < middle; k++) bits &= bits - 1;
    return tile.value[64 * window.word + lowestBit(bits)];
  };
  for (std::int32_t dy = 0; dy < side; dy++) flip(dy * tile.side, 1, 1);
  std::int32_t x = 0;
  for (std::int32_t y = 0; y < rows; y++) {
    const std::int32_t top = y * tile.side;
    const bool isRightwards = y % 2 == 0;
    for (std::int32_t n = 0; n < columns; n++) {
      if (n > 0) {
        const std::int32_t leaving = isRightwards ? x : x + side - 1;
        const std::int32_t entering = isRightwards ? x + side : x - 1;
        flip(top + leaving, tile.side, -1);
        flip(top + entering, tile.side, 1);
        x += isRightwards ? 1 : -1;
      }
      median[static_cast<std::size_t>(y) * stride + x] = find();
    }
    if (y + 1 < rows) {
      flip(top + x, 1, -1);
      flip(top + side * tile.side + x, 1, 1);
    }
  }
}
OCULAR_DISPATCH(void, slide, (const Tile& tile, std::int32_t radius, std::int32_t columns, std::int32_t rows, float* median, std::size_t stride), (tile, radius, columns, rows, median, stride))

}  // namespace

void slidingMedian(const float* picture, std::int32_t width, std::int32_t height, std::int32_t radius, float* median) {
  Tile tile;
  for (std::int32_t top = 0; top < height; top += kTile) {
    for (std::int32_t left = 0; left < width; left += kTile) {
      rankTile(picture, width, height, left, top, radius, tile);
      float* to = median + static_cast<std::size_t>(top) * width + left;
      slide(tile, radius, std::min(kTile, width - left), std::min(kTile, height - top), to, width);
    }
  }
}

}  // namespace ocular
