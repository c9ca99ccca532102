import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { checkCorrection } from "../../core/kernels/reference/flat-field.ts";
import { checkHistogram } from "../../core/kernels/reference/histogram.ts";
import { checkPlane } from "../../core/kernels/reference/plane-checks.ts";
import { checkTensor } from "../../core/kernels/reference/resize-to-tensor.ts";
import { checkPacked } from "../../core/kernels/reference/unpack.ts";
import { PACKED_FORMATS, type NativeAddon } from "./addon.ts";

type SensorKernels = Pick<PixelKernels, "unpack" | "demosaic" | "correctFlatField" | "histogram" | "resizeToTensor" | "varianceOfLaplacian" | "tenengrad">;

/** From sensor to picture, and the focus metrics. */
export function nativeSensorKernels(addon: NativeAddon): SensorKernels {
  return {
    unpack(packed, width, height, format) {
      checkPacked(packed, width, height, format);
      return { width, height, data: addon.unpack(packed, width, height, PACKED_FORMATS.indexOf(format)) };
    },
    demosaic(raw, cfa) {
      checkPlane(raw, "demosaic");
      const red = cfa.indexOf("R");
      return addon.demosaic(raw.data, raw.width, raw.height, red & 1, red >> 1);
    },
    correctFlatField(raw, dark, gain, maximum) {
      checkCorrection(raw, dark, gain, maximum);
      return { width: raw.width, height: raw.height, data: addon.correctFlatField(raw.data, dark.data, gain.data, maximum) };
    },
    histogram(plane, maximum) {
      checkHistogram(plane, maximum);
      const counts = addon.histogram(plane.data, maximum);
      return { counts, saturated: counts[maximum] ?? 0 };
    },
    resizeToTensor(pixels, width, height, channels, outWidth, outHeight, gain, offset) {
      checkTensor(pixels, width, height, channels, outWidth, outHeight, gain, offset);
      return addon.resizeToTensor(pixels, width, height, channels, outWidth, outHeight, Float32Array.from(gain), Float32Array.from(offset));
    },
    varianceOfLaplacian(plane) {
      checkPlane(plane, "varianceOfLaplacian");
      return addon.varianceOfLaplacian(plane.data, plane.width, plane.height);
    },
    tenengrad(plane) {
      checkPlane(plane, "tenengrad");
      return addon.tenengrad(plane.data, plane.width, plane.height);
    },
  };
}
