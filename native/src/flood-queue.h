// Places by the height of their ground: highest first, and among equals in the order in which they entered.
//
// A heap of all that waits is slow for its size. Heights are spread over many small heaps, each for one slice of the
// range, and bits say which of these hold something. The order is exact whatever the heights are; the slices only make
// it fast.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "bit-rows.h"

namespace ocular {

class FloodQueue {
 public:
  // Lowest and highest finite ground to come.
  struct Range {
    float lowest = std::numeric_limits<float>::max();
    float highest = std::numeric_limits<float>::lowest();
    void add(float height) {
      if (height < lowest && height >= std::numeric_limits<float>::lowest()) lowest = height;
      if (height > highest && height <= std::numeric_limits<float>::max()) highest = height;
    }
  };

  // Begins anew, empty, for about `places` places.
  void start(const Range& range, std::size_t places) {
    const std::size_t slices = places < 4096 ? 64 : places < 65536 ? 512 : kMostSlices;
    if (slices_.size() < slices) slices_.resize(slices);
    lowest_ = range.lowest <= range.highest ? range.lowest : 0.0f;
    const float span = range.lowest < range.highest ? range.highest - range.lowest : 0.0f;
    // One slice of less than all: the highest ground falls into the last.
    scale_ = span > 0 && span <= std::numeric_limits<float>::max() ? static_cast<float>(slices - 1) / span : 0.0f;
    last_ = static_cast<float>(slices - 1);
    entered_ = 0;
    waiting_ = 0;
  }

  bool isEmpty() const { return waiting_ == 0; }

  void push(std::uint32_t place, float height) {
    const std::size_t slice = sliceOf(height);
    std::vector<Entry>& heap = slices_[slice];
    heap.push_back({static_cast<std::uint64_t>(orderOf(height)) << 32 | static_cast<std::uint32_t>(~entered_++), place});
    std::push_heap(heap.begin(), heap.end());
    filled_[slice / 64] |= std::uint64_t{1} << (slice % 64);
    summary_ |= std::uint64_t{1} << (slice / 64);
    waiting_++;
  }

  std::uint32_t pop() {
    const int group = highestBit(summary_);
    const int bit = highestBit(filled_[group]);
    std::vector<Entry>& heap = slices_[static_cast<std::size_t>(group) * 64 + bit];
    const std::uint32_t place = heap.front().place;
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
    if (heap.empty()) {
      filled_[group] &= ~(std::uint64_t{1} << bit);
      if (filled_[group] == 0) summary_ &= ~(std::uint64_t{1} << group);
    }
    waiting_--;
    return place;
  }

 private:
  static constexpr std::size_t kMostSlices = 4096;

  struct Entry {
    // Height above, then how early it entered: the largest goes first.
    std::uint64_t order;
    std::uint32_t place;
    bool operator<(const Entry& other) const { return order < other.order; }
  };

  // Never falls as the height rises.
  std::size_t sliceOf(float height) const {
    const float slice = (height - lowest_) * scale_;
    if (!(slice > 0)) return 0;
    return static_cast<std::size_t>(slice < last_ ? slice : last_);
  }

  // Whole numbers in the order of the heights; 0 and -0 are one height.
  static std::uint32_t orderOf(float height) {
    const float positiveZero = height + 0.0f;
    std::uint32_t bits = 0;
    std::memcpy(&bits, &positiveZero, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  }

  std::vector<std::vector<Entry>> slices_;
  std::uint64_t filled_[kMostSlices / 64] = {};
  std::uint64_t summary_ = 0;
  float lowest_ = 0;
  float scale_ = 0;
  float last_ = 0;
  std::uint32_t entered_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace ocular
