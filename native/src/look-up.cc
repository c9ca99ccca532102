// Bytes to floats by a table; see PixelKernels.lookUp.
#include "api/call.h"
#include "api/cpu.h"

namespace ocular::kernels {
namespace {

OCULAR_LOOP void lookUpAllLoop(const std::uint8_t* bytes, const float* table, float* target, std::size_t count) {
  for (std::size_t i = 0; i < count; i++) target[i] = table[bytes[i]];
}
OCULAR_DISPATCH(void, lookUpAll, (const std::uint8_t* bytes, const float* table, float* target, std::size_t count), (bytes, table, target, count))

}  // namespace

napi_value lookUp(Call& call) {
  const std::size_t count = call.length(0);
  const auto bytes = call.array<std::uint8_t>(0, count);
  const auto table = call.array<float>(1, 256);
  const auto target = call.target<float>(2, count);
  lookUpAll(bytes.data, table.data, target.data, count);
  return nullptr;
}

}  // namespace ocular::kernels
