import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { checkElement } from "../../core/kernels/reference/morphology.ts";
import { checkPlane } from "../../core/kernels/reference/plane-checks.ts";
import { checkInto } from "../../core/kernels/reference/result-memory.ts";
import type { NativeAddon } from "./addon.ts";

/** Masks in, masks or distances out. */
export function nativeMaskKernels(addon: NativeAddon): Pick<PixelKernels, "erode" | "dilate" | "fillHoles" | "distanceTransform"> {
  return {
    erode(mask, radiusPx, shape, into) {
      checkElement(mask, radiusPx, into, "erode");
      return { width: mask.width, height: mask.height, data: addon.erode(mask.data, mask.width, mask.height, radiusPx, shape === "disk", into) };
    },
    dilate(mask, radiusPx, shape, into) {
      checkElement(mask, radiusPx, into, "dilate");
      return { width: mask.width, height: mask.height, data: addon.dilate(mask.data, mask.width, mask.height, radiusPx, shape === "disk", into) };
    },
    fillHoles(mask, into) {
      checkPlane(mask, "fillHoles");
      checkInto(into, mask.data.length, mask.data, "fillHoles");
      return { width: mask.width, height: mask.height, data: addon.fillHoles(mask.data, mask.width, mask.height, into) };
    },
    distanceTransform(mask, into) {
      checkPlane(mask, "distanceTransform");
      checkInto(into, mask.data.length, mask.data, "distanceTransform");
      return { width: mask.width, height: mask.height, data: addon.distanceTransform(mask.data, mask.width, mask.height, into) };
    },
  };
}
