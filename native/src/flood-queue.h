// Places by the height of their ground: highest first, and among equals in the order in which they entered. For ground of
// many heights; see height-rows.h for few.
//
// All places that can enter are known and sorted beforehand, so that each has a slot: those of equal height share a row
// of slots and take them as they enter. What waits is then a set of slots, one bit each, and the next is the lowest bit:
// no heap, and little memory is touched.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "api/scratch.h"
#include "bit-rows.h"
#include "ordered-floats.h"

namespace ocular {

class FloodQueue {
 public:
  // Before `start`: room for `count` places.
  void reserve(std::size_t count) {
    entries_.grow(count);
    sorting_.grow(count);
    placeAt_.grow(count);
    nextSlot_.grow(count);
    count_ = 0;
  }

  // A place that may enter, once.
  void announce(std::uint32_t place, float height) {
    entries_[count_++] = static_cast<std::uint64_t>(~orderOf(height + 0.0f)) << 32 | place;
  }

  // Begins, empty, with the places announced. `setTicket(place, ticket)` is told what each has to show when it enters.
  template <class SetTicket>
  void start(SetTicket setTicket) {
    const std::uint64_t* sorted = sortByUpperHalf(entries_.data(), sorting_.data(), count_);
    for (std::size_t first = 0; first < count_;) {
      const std::uint64_t height = sorted[first] >> 32;
      std::size_t end = first + 1;
      while (end < count_ && sorted[end] >> 32 == height) end++;
      const std::uint32_t shared = end - first > 1 ? kShared : 0;
      nextSlot_[first] = static_cast<std::uint32_t>(first);
      for (std::size_t slot = first; slot < end; slot++) {
        const auto place = static_cast<std::uint32_t>(sorted[slot]);
        placeAt_[slot] = place;
        setTicket(place, static_cast<std::uint32_t>(first) | shared);
      }
      first = end;
    }
    top_ = 0;
    bits_[0].assign(count_ / 64 + 1, 0);
    while (bits_[top_].size() > 1) {
      top_++;
      bits_[top_].assign(bits_[top_ - 1].size() / 64 + 1, 0);
    }
    waiting_ = 0;
  }

  bool isEmpty() const { return waiting_ == 0; }

  void push(std::uint32_t ticket, std::uint32_t place) {
    std::size_t slot = ticket;
    if ((ticket & kShared) != 0) {
      slot = nextSlot_[ticket & ~kShared]++;
      placeAt_[slot] = place;
    }
    word_ = waiting_++ == 0 ? slot / 64 : std::min(word_, slot / 64);
    for (int level = 0; level <= top_; level++) {
      std::uint64_t& word = bits_[level][slot / 64];
      const bool isKnownAbove = word != 0;
      word |= std::uint64_t{1} << (slot % 64);
      if (isKnownAbove) break;
      slot /= 64;
    }
  }

  std::uint32_t pop() {
    const std::uint32_t place = next();
    std::uint64_t& word = bits_[0][word_];
    word &= word - 1;
    waiting_--;
    if (word == 0) advance();
    return place;
  }

  // The place that comes next if none enters before it, when the queue is not empty: a good guess of where memory will
  // be read.
  std::uint32_t next() const { return placeAt_[64 * word_ + static_cast<std::size_t>(lowestBit(bits_[0][word_]))]; }

  // A place that will come soon: most pixels share their height with others, whose row is emptied slot by slot.
  std::uint32_t soon() const {
    const std::size_t slot = 64 * word_ + static_cast<std::size_t>(lowestBit(bits_[0][word_])) + kSoon;
    return placeAt_[std::min(slot, count_ - 1)];
  }

  // Slots, and so places, there can be: a ticket fits a number above 0.
  static constexpr std::size_t kMostPlaces = std::size_t{1} << 30;

 private:
  static constexpr std::size_t kSoon = 20;

  // In the ticket of a place that shares its height with others; the rest is the first slot of their row.
  static constexpr std::uint32_t kShared = std::uint32_t{1} << 30;

  // Moves on from a word that has become empty. All words before it are empty too, so that in each word above the
  // lowest bit is what is sought.
  void advance() {
    int level = 0;
    std::size_t place = word_;
    do {
      if (level == top_) return;
      level++;
      bits_[level][place / 64] &= ~(std::uint64_t{1} << (place % 64));
      place /= 64;
    } while (bits_[level][place] == 0);
    for (; level > 0; level--) place = 64 * place + static_cast<std::size_t>(lowestBit(bits_[level][place]));
    word_ = place;
  }

  std::size_t count_ = 0;
  Scratch<std::uint64_t> entries_;
  Scratch<std::uint64_t> sorting_;
  Scratch<std::uint32_t> placeAt_;
  // Of the first slot of a row: which is free next.
  Scratch<std::uint32_t> nextSlot_;
  // Bit i of a level says whether word i of the level before holds anything; the first holds the slots themselves.
  std::vector<std::uint64_t> bits_[7];
  int top_ = 0;
  std::size_t waiting_ = 0;
  // The first word of slots that holds anything, when anything waits.
  std::size_t word_ = 0;
};

}  // namespace ocular
