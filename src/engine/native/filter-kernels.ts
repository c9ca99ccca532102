import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { largestBoxRadiusPx } from "../../core/kernels/reference/box-mean.ts";
import { gaussianWeights } from "../../core/kernels/reference/gaussian.ts";
import { largestMedianRadiusPx } from "../../core/kernels/reference/median.ts";
import { checkPlane, checkRadius } from "../../core/kernels/reference/plane-checks.ts";
import { checkInto } from "../../core/kernels/reference/result-memory.ts";
import type { NativeAddon } from "./addon.ts";

/** Smoothing and background. */
export function nativeFilterKernels(addon: NativeAddon): Pick<PixelKernels, "gaussianBlur" | "boxMean" | "medianBlur"> {
  return {
    gaussianBlur(plane, sigmaPx, into) {
      checkPlane(plane, "gaussianBlur");
      checkInto(into, plane.data.length, plane.data, "gaussianBlur");
      return { width: plane.width, height: plane.height, data: addon.gaussianBlur(plane.data, plane.width, plane.height, gaussianWeights(sigmaPx), into) };
    },
    boxMean(plane, radiusPx, into) {
      checkPlane(plane, "boxMean");
      checkInto(into, plane.data.length, plane.data, "boxMean");
      checkRadius(radiusPx, largestBoxRadiusPx, "boxMean");
      return { width: plane.width, height: plane.height, data: addon.boxMean(plane.data, plane.width, plane.height, radiusPx, into) };
    },
    medianBlur(plane, radiusPx, into) {
      checkPlane(plane, "medianBlur");
      checkInto(into, plane.data.length, plane.data, "medianBlur");
      checkRadius(radiusPx, largestMedianRadiusPx, "medianBlur");
      return { width: plane.width, height: plane.height, data: addon.medianBlur(plane.data, plane.width, plane.height, radiusPx, into) };
    },
  };
}
