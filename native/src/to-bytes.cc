// Numbers as bytes of a picture, as JavaScript's Uint8ClampedArray takes them.
#include "api/call.h"
#include "api/cpu.h"
#include "api/stream-in.h"
#include "pack-bytes.h"

namespace ocular::kernels {
namespace {

// Adding and taking away a number whose last bit is a one rounds to whole numbers, halves to even.
constexpr float kRounding = 12582912.0f;  // 1.5 * 2^23

void writeSome(const float* values, std::size_t count, float min, float gain, std::uint8_t* bytes) {
  for (std::size_t i = 0; i < count; i++) {
    float value = (values[i] - min) * gain;
    // In this order what is not a number becomes 0.
    value = value > 0.0f ? value : 0.0f;
    value = value < 255.0f ? value : 255.0f;
    bytes[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>((value + kRounding) - kRounding));
  }
}

#if OCULAR_X86
OCULAR_AVX2 void writeBytesAvx2(const float* values, std::size_t count, float min, float gain, std::uint8_t* bytes) {
  const __m256 from = _mm256_set1_ps(min);
  const __m256 by = _mm256_set1_ps(gain);
  const __m256 black = _mm256_setzero_ps();
  const __m256 white = _mm256_set1_ps(255.0f);
  std::size_t i = beforeLine(values, count);
  writeSome(values, i, min, gain, bytes);
  for (; i + kPacked <= count; i += kPacked) {
    __m256i wholes[4];
    for (std::size_t k = 0; k < 4; k++) {
      fetchAhead(values + i + 8 * k);
      const __m256 value = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(values + i + 8 * k), from), by);
      // Of a number and none the maximum is its second argument.
      wholes[k] = _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(value, black), white));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes + i), packToBytes(wholes));
  }
  writeSome(values + i, count - i, min, gain, bytes + i);
}

OCULAR_AVX512 void writeBytesAvx512(const float* values, std::size_t count, float min, float gain, std::uint8_t* bytes) {
  constexpr std::size_t kLanes = 16;
  constexpr std::size_t kAtOnce = 4 * kLanes;
  const __m512 from = _mm512_set1_ps(min);
  const __m512 by = _mm512_set1_ps(gain);
  const __m512 black = _mm512_setzero_ps();
  std::size_t i = beforeLine(values, count);
  writeSome(values, i, min, gain, bytes);
  for (; i + kAtOnce <= count; i += kAtOnce) {
    for (std::size_t k = i; k < i + kAtOnce; k += kLanes) {
      fetchAhead(values + k);
      const __m512 value = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(values + k), from), by);
      // What is too large for a whole number becomes the largest one without a sign, and so white.
      const __m512i wholes = _mm512_cvtps_epi32(_mm512_max_ps(value, black));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + k), _mm512_cvtusepi32_epi8(wholes));
    }
  }
  writeSome(values + i, count - i, min, gain, bytes + i);
}
#endif

void writeBytes(const float* values, std::size_t count, float min, float gain, std::uint8_t* bytes) {
#if OCULAR_X86
  if (hasAvx512()) {
    writeBytesAvx512(values, count, min, gain, bytes);
    return;
  }
  if (hasAvx2()) {
    writeBytesAvx2(values, count, min, gain, bytes);
    return;
  }
#endif
  writeSome(values, count, min, gain, bytes);
}

}  // namespace

napi_value toBytes(Call& call) {
  const std::size_t count = call.length(0);
  const auto values = call.array<float>(0, count);
  const auto bytes = call.target<std::uint8_t>(3, count);
  writeBytes(values.data, count, static_cast<float>(call.number(1)), static_cast<float>(call.number(2)), bytes.data);
  return nullptr;
}

}  // namespace ocular::kernels
