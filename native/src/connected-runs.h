// A mask as its runs of set pixels, row by row, and which of them belong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bit-rows.h"

namespace ocular {

struct Run {
  std::int32_t y;
  // First pixel, and the one behind the last.
  std::int32_t start;
  std::int32_t end;
};

// Calls `visit(start, end)` for each run of a row.
template <class Visit>
void forEachRun(const BitRows& bits, std::int32_t y, Visit visit) {
  const std::uint64_t* row = bits.row(y);
  std::int32_t start = -1;
  for (std::size_t i = 0; i < bits.stride; i++) {
    // Bits that differ from the bit before them.
    const std::uint64_t before = i == 0 ? 0 : row[i - 1] >> 63;
    for (std::uint64_t edges = row[i] ^ (row[i] << 1 | before); edges != 0; edges &= edges - 1) {
      const std::int32_t x = static_cast<std::int32_t>(64 * i) + lowestBit(edges);
      if (start < 0) {
        start = x;
      } else {
        visit(start, x);
        start = -1;
      }
    }
  }
  if (start >= 0) visit(start, bits.width);
}

// Runs in reading order, joined where they touch from row to row (4-connected).
class ConnectedRuns {
 public:
  explicit ConnectedRuns(const BitRows& bits) {
    std::size_t above = 0;
    for (std::int32_t y = 0; y < bits.height; y++) {
      const std::size_t first = runs_.size();
      forEachRun(bits, y, [&](std::int32_t start, std::int32_t end) {
        const auto run = static_cast<std::uint32_t>(runs_.size());
        runs_.push_back({y, start, end});
        parents_.push_back(run);
        while (above < first && runs_[above].end <= start) above++;
        for (std::size_t other = above; other < first && runs_[other].start < end; other++) join(run, static_cast<std::uint32_t>(other));
      });
      above = first;
    }
  }

  const std::vector<Run>& runs() const { return runs_; }

  // The first run of the component to which this one belongs.
  std::uint32_t rootOf(std::uint32_t run) {
    while (parents_[run] != run) {
      parents_[run] = parents_[parents_[run]];
      run = parents_[run];
    }
    return run;
  }

 private:
  void join(std::uint32_t a, std::uint32_t b) {
    a = rootOf(a);
    b = rootOf(b);
    if (a < b) parents_[b] = a;
    else parents_[a] = b;
  }

  std::vector<Run> runs_;
  std::vector<std::uint32_t> parents_;
};

}  // namespace ocular
