// Dark and flat correction: (raw - dark) * gain, rounded half up, clamped.
#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

template <class Sample>
OCULAR_LOOP void correctSamples(const Sample* raw, const float* dark, const float* gain, Sample* out, std::size_t count, float maximum) {
  for (std::size_t i = 0; i < count; i++) {
    float value = (static_cast<float>(raw[i]) - dark[i]) * gain[i];
    // In this order, what is not a number becomes 0.
    value = value > 0.0f ? value : 0.0f;
    value = value < maximum ? value : maximum;
    // Half up without adding 0.5, which single precision would round a second time.
    const std::int32_t whole = static_cast<std::int32_t>(value);
    const std::int32_t up = value - static_cast<float>(whole) >= 0.5f ? 1 : 0;
    out[i] = static_cast<Sample>(whole + up);
  }
}

using Bytes = std::uint8_t;
using Words = std::uint16_t;

OCULAR_LOOP void correctBytesLoop(const Bytes* raw, const float* dark, const float* gain, Bytes* out, std::size_t count, float maximum) {
  correctSamples(raw, dark, gain, out, count, maximum);
}
OCULAR_DISPATCH(void, correctBytes, (const Bytes* raw, const float* dark, const float* gain, Bytes* out, std::size_t count, float maximum),
                (raw, dark, gain, out, count, maximum))

OCULAR_LOOP void correctWordsLoop(const Words* raw, const float* dark, const float* gain, Words* out, std::size_t count, float maximum) {
  correctSamples(raw, dark, gain, out, count, maximum);
}
OCULAR_DISPATCH(void, correctWords, (const Words* raw, const float* dark, const float* gain, Words* out, std::size_t count, float maximum),
                (raw, dark, gain, out, count, maximum))

}  // namespace

napi_value correctFlatField(Call& call) {
  const std::size_t count = call.length(0);
  const auto dark = call.array<float>(1, count);
  const auto gain = call.array<float>(2, count);
  if (call.isArrayOf<Bytes>(0)) {
    const auto raw = call.array<Bytes>(0, count);
    const auto maximum = static_cast<float>(call.integer(3, 0, 255));
    const auto result = call.make<Bytes>(count);
    correctBytes(raw.data, dark.data, gain.data, result.data, count, maximum);
    return result.value;
  }
  const auto raw = call.array<Words>(0, count);
  const auto maximum = static_cast<float>(call.integer(3, 0, 65535));
  const auto result = call.make<Words>(count);
  correctWords(raw.data, dark.data, gain.data, result.data, count, maximum);
  return result.value;
}

}  // namespace ocular::kernels
