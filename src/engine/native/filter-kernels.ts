import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { largestBoxRadiusPx } from "../../core/kernels/reference/box-mean.ts";
import { gaussianWeights } from "../../core/kernels/reference/gaussian.ts";
import { largestMedianRadiusPx } from "../../core/kernels/reference/median.ts";
import { checkPlane, checkRadius } from "../../core/kernels/reference/plane-checks.ts";
import type { NativeAddon } from "./addon.ts";

/** Smoothing and background. */
export function nativeFilterKernels(addon: NativeAddon): Pick<PixelKernels, "gaussianBlur" | "boxMean" | "medianBlur"> {
  return {
    gaussianBlur(plane, sigmaPx) {
      checkPlane(plane, "gaussianBlur");
      return { width: plane.width, height: plane.height, data: addon.gaussianBlur(plane.data, plane.width, plane.height, gaussianWeights(sigmaPx)) };
    },
    boxMean(plane, radiusPx) {
      checkPlane(plane, "boxMean");
      checkRadius(radiusPx, largestBoxRadiusPx, "boxMean");
      return { width: plane.width, height: plane.height, data: addon.boxMean(plane.data, plane.width, plane.height, radiusPx) };
    },
    medianBlur(plane, radiusPx) {
      checkPlane(plane, "medianBlur");
      checkRadius(radiusPx, largestMedianRadiusPx, "medianBlur");
      return { width: plane.width, height: plane.height, data: addon.medianBlur(plane.data, plane.width, plane.height, radiusPx) };
    },
  };
}
