// Places by the height of their ground, highest first and among equals in the order in which they entered, where there are
// few heights: distances within a mask, for one, are roots of whole numbers. Each height has a row of places, as long as
// the pixels of that height are many, which is filled at one end and emptied at the other. Nothing is sorted but the heights.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "api/scratch.h"
#include "bit-rows.h"
#include "ordered-floats.h"

namespace ocular {

class HeightRows {
 public:
  struct Row {
    // What waits: from the first place to the one before the end, both counted over all rows.
    std::uint32_t first;
    std::uint32_t end;
    // How many rows are higher.
    std::uint32_t rank;
    std::uint32_t pixels;
  };

  static constexpr std::uint32_t kMostHeights = 4096;
  // Pixels there must be for each height: sorting heights one by one takes longer than sorting as many pixels by their bits.
  static constexpr std::size_t kFewest = 3;
  static constexpr std::uint32_t kTooMany = kMostHeights;
  static_assert(kMostHeights <= 64 * 64, "One word tells which words hold anything.");

  // Before `start`, for so many pixels: forgets all heights.
  void clear(std::size_t pixels) {
    most_ = static_cast<std::uint32_t>(std::min<std::size_t>(kMostHeights, pixels / kFewest));
    for (const std::uint32_t slot : slots_) table_[slot] = 0;
    rows_.clear();
    orders_.clear();
    slots_.clear();
    isNear_ = false;
  }

  // Counts a pixel. The number of its row, from 0 up in the order in which heights were met, or kTooMany.
  std::uint32_t announce(float height) {
    const std::uint32_t order = ~orderOf(height + 0.0f);
    if (!isNear_ || order != nearOrder_) {
      const std::uint32_t number = rowOf(order);
      if (number == kTooMany) return kTooMany;
      nearRow_ = number;
      nearOrder_ = order;
      isNear_ = true;
    }
    rows_[nearRow_].pixels++;
    return nearRow_;
  }

  // Begins, empty.
  void start() {
    byRank_.resize(rows_.size());
    for (std::uint32_t i = 0; i < byRank_.size(); i++) byRank_[i] = i;
    std::sort(byRank_.begin(), byRank_.end(), [this](std::uint32_t a, std::uint32_t b) { return orders_[a] < orders_[b]; });
    std::uint32_t places = 0;
    for (std::uint32_t rank = 0; rank < byRank_.size(); rank++) {
      Row& row = rows_[byRank_[rank]];
      row.rank = rank;
      row.first = row.end = places;
      places += row.pixels;
    }
    places_.grow(places);
    std::fill(std::begin(words_), std::end(words_), 0);
    filledWords_ = 0;
  }

  bool isEmpty() const { return filledWords_ == 0; }

  // The number of the highest row in which anything waits, where something does.
  std::uint32_t highest() const {
    const int word = lowestBit(filledWords_);
    return byRank_[64 * static_cast<std::size_t>(word) + static_cast<std::size_t>(lowestBit(words_[word]))];
  }

  Row& row(std::uint32_t number) { return rows_[number]; }
  // The places of all rows.
  std::uint32_t* places() { return places_.data(); }

  // Puts a place at the end of its row. The row's rank.
  std::uint32_t push(std::uint32_t number, std::uint32_t place) {
    Row& row = rows_[number];
    places_[row.end++] = place;
    words_[row.rank / 64] |= std::uint64_t{1} << (row.rank % 64);
    filledWords_ |= std::uint64_t{1} << (row.rank / 64);
    return row.rank;
  }

  // Tells that nothing waits in a row any more.
  void setEmpty(const Row& row) {
    std::uint64_t& word = words_[row.rank / 64];
    word &= ~(std::uint64_t{1} << (row.rank % 64));
    if (word == 0) filledWords_ &= ~(std::uint64_t{1} << (row.rank / 64));
  }

 private:
  static constexpr int kTableBits = 14;
  static constexpr std::uint32_t kTableSize = std::uint32_t{1} << kTableBits;

  std::uint32_t rowOf(std::uint32_t order) {
    // Multiplied by the golden ratio's digits the upper bits are well mixed (D. Knuth, volume 3, 6.4).
    std::uint32_t slot = (order * 0x9E3779B1u) >> (32 - kTableBits);
    for (; table_[slot] != 0; slot = (slot + 1) % kTableSize) {
      if (table_[slot] >> 32 == order) return static_cast<std::uint32_t>(table_[slot]) - 1;
    }
    const auto number = static_cast<std::uint32_t>(rows_.size());
    if (number >= most_) return kTooMany;
    table_[slot] = static_cast<std::uint64_t>(order) << 32 | (number + 1);
    rows_.push_back({0, 0, 0, 0});
    orders_.push_back(order);
    slots_.push_back(slot);
    return number;
  }

  std::uint32_t most_ = 0;
  std::vector<Row> rows_;
  // Of each row: what is lower the higher the ground, and where the table holds it.
  std::vector<std::uint32_t> orders_;
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint32_t> byRank_;
  // By a hash of the order: the order, and the row's number plus one; 0 where there is none.
  std::vector<std::uint64_t> table_ = std::vector<std::uint64_t>(kTableSize);
  // What was asked for last: neighbours are often level.
  bool isNear_ = false;
  std::uint32_t nearOrder_ = 0;
  std::uint32_t nearRow_ = 0;
  Scratch<std::uint32_t> places_;
  // Bit i: something waits in the row of rank i; then the same of the words.
  std::uint64_t words_[kMostHeights / 64] = {};
  std::uint64_t filledWords_ = 0;
};

}  // namespace ocular
