// Median of a window; see src/core/kernels/reference/median.ts. Small windows go through a network of minima and maxima,
// a vector of pixels at a time; others slide over the picture as a set of ranks.
#include <algorithm>

#include "api/call.h"
#include "api/cpu.h"
#include "api/float-lanes.h"
#include "border-index.h"
#include "sliding-median.h"
#include "window-pieces.h"

namespace ocular::kernels {
namespace {

constexpr std::int32_t kMostRadiusPx = 7;

#if OCULAR_X86
namespace eight {
using Lanes = EightFloats;
#define OCULAR_TARGET OCULAR_AVX2
#include "median-network.inc"
#undef OCULAR_TARGET
}  // namespace eight

namespace sixteen {
using Lanes = SixteenFloats;
#define OCULAR_TARGET OCULAR_AVX512
#include "median-network.inc"
#undef OCULAR_TARGET
}  // namespace sixteen

template <int kSide>
void medianByNetwork(const float* picture, Size size, float* median) {
  const PieceWork work = hasAvx512() ? sixteen::mediansOfPiece<kSide> : eight::mediansOfPiece<kSide>;
  inPieces<kSide>(picture, size, repeatedIndex(size.width, kSide / 2), repeatedIndex(size.height, kSide / 2), median, work);
}
#endif

}  // namespace

napi_value medianBlur(Call& call) {
  const Size size = call.size(1);
  const auto picture = call.array<float>(0, size.pixels());
  const std::int32_t radius = call.integer(3, 0, kMostRadiusPx);
  const auto result = call.takeOrMake<float>(4, size.pixels());
  if (size.pixels() == 0) return result.value;
  if (radius == 0) {
    std::copy_n(picture.data, picture.size, result.data);
    return result.value;
  }
#if OCULAR_X86
  if (hasAvx2() && radius <= 2) {
    if (radius == 1) medianByNetwork<3>(picture.data, size, result.data);
    else medianByNetwork<5>(picture.data, size, result.data);
    return result.value;
  }
#endif
  slidingMedian(picture.data, size.width, size.height, radius, result.data);
  return result.value;
}

}  // namespace ocular::kernels
