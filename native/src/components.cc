// Connected components by runs: each row's runs of object pixels are joined with those of the row before that they touch
// (He, Chao, Suzuki 2008, "A run-based two-scan labeling algorithm"), then written out with their final labels.
#include <algorithm>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

// Object pixels of a row from `begin` to before `end`. Its number in the list is its provisional label.
struct Run {
  std::int32_t begin;
  std::int32_t end;
};

// Which of 64 pixels are not 0, the first one in the lowest bit.
OCULAR_LOOP std::uint64_t objectBits(const std::uint8_t* pixels) {
#if OCULAR_X86 && defined(__SSE2__)
  std::uint64_t bits = 0;
  for (int k = 0; k < 4; k++) {
    const __m128i isZero = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(pixels + 16 * k)), _mm_setzero_si128());
    bits |= static_cast<std::uint64_t>(~static_cast<std::uint32_t>(_mm_movemask_epi8(isZero)) & 0xffff) << (16 * k);
  }
  return bits;
#else
  std::uint64_t bits = 0;
  for (int k = 0; k < 64; k++) bits |= static_cast<std::uint64_t>(pixels[k] != 0) << k;
  return bits;
#endif
}

inline int lowestBit(std::uint64_t bits) {
#if defined(__GNUC__)
  return __builtin_ctzll(bits);
#else
  int place = 0;
  while ((bits >> place & 1) == 0) place++;
  return place;
#endif
}

// Appends the runs of a row.
void findRuns(const std::uint8_t* row, std::int32_t width, std::vector<Run>& runs) {
  // Bits where a run begins or ends, in turn; `inside` is all ones between.
  std::uint64_t inside = 0;
  const auto note = [&](std::uint64_t bits, std::int32_t at) {
    std::uint64_t changes = bits ^ (bits << 1 | (inside & 1));
    inside = bits >> 63;
    for (; changes != 0; changes &= changes - 1) {
      const std::int32_t place = at + lowestBit(changes);
      if (runs.empty() || runs.back().end >= 0) runs.push_back({place, -1});
      else runs.back().end = place;
    }
  };
  std::int32_t x = 0;
  for (; x + 64 <= width; x += 64) note(objectBits(row + x), x);
  if (x < width) {
    std::uint64_t bits = 0;
    for (std::int32_t k = 0; x + k < width; k++) bits |= static_cast<std::uint64_t>(row[x + k] != 0) << k;
    note(bits, x);
  }
  if (!runs.empty() && runs.back().end < 0) runs.back().end = width;
}

// Sets of runs, each known by its smallest number.
class Sets {
 public:
  void add() { parent_.push_back(static_cast<std::int32_t>(parent_.size())); }
  void join(std::int32_t a, std::int32_t b) {
    a = rootOf(a);
    b = rootOf(b);
    if (a < b) parent_[static_cast<std::size_t>(b)] = a;
    else parent_[static_cast<std::size_t>(a)] = b;
  }
  // Replaces every number by its set's label, 1 onwards in the order of the sets; returns how many there are.
  std::int32_t number() {
    std::int32_t count = 0;
    // A parent is never larger than its child, so it has its label already.
    for (std::size_t i = 0; i < parent_.size(); i++) {
      const auto parent = static_cast<std::size_t>(parent_[i]);
      parent_[i] = parent == i ? ++count : parent_[parent];
    }
    return count;
  }
  std::int32_t operator[](std::size_t run) const { return parent_[run]; }

 private:
  std::int32_t rootOf(std::int32_t run) {
    while (parent_[static_cast<std::size_t>(run)] != run) {
      std::int32_t& parent = parent_[static_cast<std::size_t>(run)];
      parent = parent_[static_cast<std::size_t>(parent)];
      run = parent;
    }
    return run;
  }
  std::vector<std::int32_t> parent_;
};

// Joins the runs of a row, [middle, end), with those of the row before, [begin, middle), that they touch; `reach` is 1
// where corners touch.
void joinRows(const std::vector<Run>& runs, std::size_t begin, std::size_t middle, std::size_t end, std::int32_t reach, Sets& sets) {
  std::size_t above = begin;
  for (std::size_t run = middle; run < end; run++) {
    while (above < middle && runs[above].end + reach <= runs[run].begin) above++;
    // The last one that touches may touch the next run too.
    for (std::size_t other = above; other < middle && runs[other].begin < runs[run].end + reach; other++) {
      sets.join(static_cast<std::int32_t>(other), static_cast<std::int32_t>(run));
    }
  }
}

}  // namespace

napi_value connectedComponents(Call& call) {
  const Size size = call.size(1);
  const auto mask = call.array<std::uint8_t>(0, size.pixels());
  const std::int32_t reach = call.integer(3, 4, 8) == 8 ? 1 : 0;
  const auto width = static_cast<std::size_t>(size.width);
  const auto result = call.clearOrMake<std::int32_t>(4, size.pixels());
  std::vector<Run> runs;
  std::vector<std::size_t> firstOfRow = {0};
  Sets sets;
  for (std::int32_t y = 0; y < size.height; y++) {
    const std::size_t middle = runs.size();
    findRuns(mask.data + static_cast<std::size_t>(y) * width, size.width, runs);
    for (std::size_t run = middle; run < runs.size(); run++) sets.add();
    joinRows(runs, firstOfRow[y > 0 ? static_cast<std::size_t>(y) - 1 : 0], middle, runs.size(), reach, sets);
    firstOfRow.push_back(runs.size());
  }
  const std::int32_t count = sets.number();
  for (std::size_t y = 0; y + 1 < firstOfRow.size(); y++) {
    std::int32_t* row = result.data + y * width;
    for (std::size_t run = firstOfRow[y]; run < firstOfRow[y + 1]; run++) std::fill(row + runs[run].begin, row + runs[run].end, sets[run]);
  }
  return call.makeObject({{"labels", result.value}, {"count", call.makeNumber(count)}});
}

}  // namespace ocular::kernels
