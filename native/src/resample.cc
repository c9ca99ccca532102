// Brings a part of a picture to another scale, straight from the samples as they lie; see
// src/core/kernels/reference/resample.ts. Whole numbers: the same bits in whatever order they are added, but for the
// rows, whose sums are rounded four (two, one) at a time as there.
#include <algorithm>
#include <vector>

#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

constexpr std::int32_t kWeightBits = 14;
constexpr std::int32_t kMostTaps = 1 << 16;

// For each target sample along an axis: its first source sample, and the weights of that and the following ones.
struct AxisWeights {
  std::int32_t taps = 0;
  const std::int32_t* first = nullptr;
  const std::int32_t* weights = nullptr;
};

struct Colour {
  std::int32_t channel = 0;
  std::int32_t rowPhase = 0;
  std::int32_t step = 0;
  std::int32_t first = 0;
  // Bits that are dropped: one where two colours of a mosaic share their plane.
  std::int32_t shift = 0;
  AxisWeights columns;
};

struct Plan {
  std::int32_t rowSamples = 0;
  std::int32_t bits = 0;
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::vector<AxisWeights> rows;
  std::vector<Colour> colours;
};

// Reads what packed-plan.ts wrote; nothing of it is believed.
class PlanReader {
 public:
  PlanReader(Span<const std::int32_t> numbers, std::size_t samples) : numbers_(numbers), samples_(samples) {}

  Plan read() {
    Plan plan;
    plan.rowSamples = next(1, 3 * 65535);
    plan.bits = next(8, 16);
    plan.width = next(1, 65535);
    plan.height = next(1, 65535);
    plan.rows.resize(static_cast<std::size_t>(next(1, 2)));
    plan.colours.resize(static_cast<std::size_t>(next(1, 4)));
    const auto rows = static_cast<std::int32_t>(std::min<std::size_t>(samples_ / static_cast<std::size_t>(plan.rowSamples), 65535));
    const auto kinds = static_cast<std::int32_t>(plan.rows.size());
    for (std::int32_t phase = 0; phase < kinds; phase++) plan.rows[static_cast<std::size_t>(phase)] = table(plan.height, (rows - 1 - phase + kinds) / kinds);
    for (Colour& colour : plan.colours) {
      colour.channel = next(0, 2);
      colour.rowPhase = next(0, kinds - 1);
      colour.step = next(1, 3);
      colour.first = next(0, plan.rowSamples - 1);
      colour.shift = next(0, 1);
      colour.columns = table(plan.width, (plan.rowSamples - 1 - colour.first) / colour.step + 1);
    }
    return plan;
  }

 private:
  std::int32_t next(std::int32_t least, std::int32_t most) {
    const std::int32_t value = *take(1);
    if (value < least || value > most) throw RangeError("The plan holds " + std::to_string(value) + " where " + std::to_string(least) + " to " + std::to_string(most) + " should be.");
    return value;
  }

  const std::int32_t* take(std::size_t count) {
    if (count > numbers_.size - at_) throw RangeError("The plan is cut off.");
    const std::int32_t* numbers = numbers_.data + at_;
    at_ += count;
    return numbers;
  }

  // @param samples how many there are along the axis.
  AxisWeights table(std::int32_t count, std::int32_t samples) {
    AxisWeights axis;
    axis.taps = next(1, kMostTaps);
    axis.first = take(static_cast<std::size_t>(count));
    axis.weights = take(static_cast<std::size_t>(count) * static_cast<std::size_t>(axis.taps));
    const auto [least, most] = std::minmax_element(axis.first, axis.first + count);
    if (*least < 0 || *most > samples - axis.taps) throw RangeError("The plan reads beyond the picture.");
    return axis;
  }

  Span<const std::int32_t> numbers_;
  std::size_t samples_;
  std::size_t at_ = 0;
};

// row = (or +=) `kCount` weighed rows of samples, rounded.
template <int kCount, class Sample>
OCULAR_LOOP void weighRows(const Sample* samples, std::size_t stride, const std::int32_t* weights, std::int32_t shift, bool isAdding, std::int32_t* row, std::size_t length) {
  const std::int32_t round = (1 << shift) >> 1;
  const auto meanAt = [&](std::size_t i) {
    std::int32_t sum = round;
    for (int k = 0; k < kCount; k++) sum += weights[k] * static_cast<std::int32_t>(samples[static_cast<std::size_t>(k) * stride + i]);
    return sum >> shift;
  };
  if (isAdding) {
    for (std::size_t i = 0; i < length; i++) row[i] += meanAt(i);
  } else {
    for (std::size_t i = 0; i < length; i++) row[i] = meanAt(i);
  }
}

// The weighed mean of the source rows that target row y sees, brought to 16 bits.
template <class Sample>
OCULAR_LOOP void averageRows(const Sample* samples, const Plan& plan, std::size_t phase, std::int32_t y, std::int32_t* row) {
  const AxisWeights& table = plan.rows[phase];
  const auto length = static_cast<std::size_t>(plan.rowSamples);
  const std::size_t stride = plan.rows.size() * length;
  const std::int32_t shift = kWeightBits + plan.bits - 16;
  const Sample* from = samples + static_cast<std::size_t>(table.first[y]) * stride + phase * length;
  const std::int32_t* weights = table.weights + static_cast<std::size_t>(y) * static_cast<std::size_t>(table.taps);
  std::int32_t tap = 0;
  for (; tap + 4 <= table.taps; tap += 4) {
    const std::int32_t* four = weights + tap;
    if (tap > 0 && four[0] == 0 && four[1] == 0 && four[2] == 0 && four[3] == 0) continue;
    weighRows<4>(from + static_cast<std::size_t>(tap) * stride, stride, four, shift, tap > 0, row, length);
  }
  for (; tap + 2 <= table.taps; tap += 2) weighRows<2>(from + static_cast<std::size_t>(tap) * stride, stride, weights + tap, shift, tap > 0, row, length);
  for (; tap < table.taps; tap++) weighRows<1>(from + static_cast<std::size_t>(tap) * stride, stride, weights + tap, shift, tap > 0, row, length);
}

template <int kTaps>
OCULAR_LOOP void weighColumns(const std::int32_t* row, const Colour& colour, std::int32_t width, bool isAdding, std::int32_t* line) {
  const std::int32_t taps = kTaps > 0 ? kTaps : colour.columns.taps;
  const std::int32_t* first = colour.columns.first;
  const std::int32_t* weights = colour.columns.weights;
  for (std::int32_t x = 0; x < width; x++, weights += taps) {
    const std::int32_t* at = row + first[x] * colour.step + colour.first;
    std::int32_t sum = 0;
    for (std::int32_t tap = 0; tap < taps; tap++) sum += weights[tap] * at[tap * colour.step];
    line[x] = (isAdding ? line[x] : 0) + (sum >> colour.shift);
  }
}

OCULAR_LOOP void averageColumns(const std::int32_t* row, const Colour& colour, std::int32_t width, bool isAdding, std::int32_t* line) {
  if (colour.columns.taps == 2) weighColumns<2>(row, colour, width, isAdding, line);
  else if (colour.columns.taps == 4) weighColumns<4>(row, colour, width, isAdding, line);
  else weighColumns<0>(row, colour, width, isAdding, line);
}

OCULAR_LOOP void writeLine(const std::int32_t* line, double gain, std::uint8_t* target, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) target[x] = static_cast<std::uint8_t>(static_cast<std::int32_t>(line[x] * gain + 0.5));
}
OCULAR_LOOP void writeLine(const std::int32_t* line, double gain, float* target, std::int32_t width) {
  for (std::int32_t x = 0; x < width; x++) target[x] = static_cast<float>(line[x] * gain);
}

template <class Sample, class Target>
OCULAR_LOOP void resampleLoop(const Plan& plan, const Sample* samples, Target* target) {
  const auto width = static_cast<std::size_t>(plan.width);
  const auto rowSamples = static_cast<std::size_t>(plan.rowSamples);
  std::vector<std::int32_t> averaged(plan.rows.size() * rowSamples);
  std::vector<std::int32_t> line(width);
  const double gain = 255.0 / (65536 - (1 << (16 - plan.bits))) / (1 << kWeightBits);
  for (std::int32_t y = 0; y < plan.height; y++) {
    for (std::size_t phase = 0; phase < plan.rows.size(); phase++) averageRows(samples, plan, phase, y, averaged.data() + phase * rowSamples);
    for (std::size_t i = 0; i < plan.colours.size(); i++) {
      const Colour& colour = plan.colours[i];
      const bool isAdding = i > 0 && plan.colours[i - 1].channel == colour.channel;
      averageColumns(averaged.data() + static_cast<std::size_t>(colour.rowPhase) * rowSamples, colour, plan.width, isAdding, line.data());
      // The second green of a mosaic is added to the first before they are written.
      if (i + 1 < plan.colours.size() && plan.colours[i + 1].channel == colour.channel) continue;
      const std::size_t row = static_cast<std::size_t>(colour.channel) * static_cast<std::size_t>(plan.height) + static_cast<std::size_t>(y);
      writeLine(line.data(), gain, target + row * width, plan.width);
    }
  }
}

#if OCULAR_X86
template <class Sample, class Target>
OCULAR_AVX2 void resampleAvx2(const Plan& plan, const Sample* samples, Target* target) { resampleLoop(plan, samples, target); }
#endif

template <class Sample, class Target>
void resampleAs(Call& call) {
  const std::size_t length = call.length(0);
  const auto samples = call.array<Sample>(0, length);
  const Plan plan = PlanReader(call.array<std::int32_t>(1, call.length(1)), length).read();
  std::size_t planes = 0;
  for (const Colour& colour : plan.colours) planes = std::max(planes, static_cast<std::size_t>(colour.channel) + 1);
  const std::size_t room = call.length(2);
  if (room < planes * static_cast<std::size_t>(plan.width) * static_cast<std::size_t>(plan.height)) throw RangeError("The target is too small.");
  const auto target = call.target<Target>(2, room);
#if OCULAR_X86
  if (hasAvx2()) {
    resampleAvx2(plan, samples.data, target.data);
    return;
  }
#endif
  resampleLoop(plan, samples.data, target.data);
}

template <class Target>
void resampleInto(Call& call) {
  if (call.isArrayOf<std::uint8_t>(0)) resampleAs<std::uint8_t, Target>(call);
  else resampleAs<std::uint16_t, Target>(call);
}

}  // namespace

napi_value resample(Call& call) {
  if (call.isArrayOf<std::uint8_t>(2)) resampleInto<std::uint8_t>(call);
  else resampleInto<float>(call);
  return nullptr;
}

}  // namespace ocular::kernels
