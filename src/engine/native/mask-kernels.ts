import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { largestElementRadiusPx } from "../../core/kernels/reference/morphology.ts";
import { checkPlane, checkRadius } from "../../core/kernels/reference/plane-checks.ts";
import type { NativeAddon } from "./addon.ts";

/** Masks in, masks or distances out. */
export function nativeMaskKernels(addon: NativeAddon): Pick<PixelKernels, "erode" | "dilate" | "fillHoles" | "distanceTransform"> {
  return {
    erode(mask, radiusPx, shape) {
      checkPlane(mask, "erode");
      checkRadius(radiusPx, largestElementRadiusPx, "erode");
      return { width: mask.width, height: mask.height, data: addon.erode(mask.data, mask.width, mask.height, radiusPx, shape === "disk") };
    },
    dilate(mask, radiusPx, shape) {
      checkPlane(mask, "dilate");
      checkRadius(radiusPx, largestElementRadiusPx, "dilate");
      return { width: mask.width, height: mask.height, data: addon.dilate(mask.data, mask.width, mask.height, radiusPx, shape === "disk") };
    },
    fillHoles(mask) {
      checkPlane(mask, "fillHoles");
      return { width: mask.width, height: mask.height, data: addon.fillHoles(mask.data, mask.width, mask.height) };
    },
    distanceTransform(mask) {
      checkPlane(mask, "distanceTransform");
      return { width: mask.width, height: mask.height, data: addon.distanceTransform(mask.data, mask.width, mask.height) };
    },
  };
}
