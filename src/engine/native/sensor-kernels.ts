import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { checkCorrection } from "../../core/kernels/reference/flat-field.ts";
import { checkHistogram } from "../../core/kernels/reference/histogram.ts";
import { checkLookUp } from "../../core/kernels/reference/look-up.ts";
import { checkPlane } from "../../core/kernels/reference/plane-checks.ts";
import { checkTensor } from "../../core/kernels/reference/resize-to-tensor.ts";
import { checkInto } from "../../core/kernels/reference/result-memory.ts";
import { checkPacked, checkUnpackInto } from "../../core/kernels/reference/unpack.ts";
import { checkResample } from "../../core/kernels/resample-plan.ts";
import { PACKED_FORMATS, type NativeAddon } from "./addon.ts";
import { packedPlan } from "./packed-plan.ts";

type SensorKernels = Pick<PixelKernels, "unpack" | "unpackInto" | "demosaic" | "correctFlatField" | "histogram" | "resizeToTensor" | "resample" | "lookUp" | "varianceOfLaplacian" | "tenengrad">;

/** From sensor to picture, and the focus metrics. */
export function nativeSensorKernels(addon: NativeAddon): SensorKernels {
  return {
    unpack(packed, width, height, format) {
      checkPacked(packed, width, height, format);
      return { width, height, data: addon.unpack(packed, width, height, PACKED_FORMATS.indexOf(format)) };
    },
    unpackInto(packed, format, up, target) {
      checkUnpackInto(packed, format, up, target);
      addon.unpackInto(packed, PACKED_FORMATS.indexOf(format), up, target);
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
    resizeToTensor(pixels, width, height, channels, outWidth, outHeight, gain, offset, into) {
      checkTensor(pixels, width, height, channels, outWidth, outHeight, gain, offset);
      checkInto(into, 3 * outWidth * outHeight, pixels, "resizeToTensor");
      return addon.resizeToTensor(pixels, width, height, channels, outWidth, outHeight, Float32Array.from(gain), Float32Array.from(offset), into);
    },
    resample(samples, plan, target) {
      checkResample(samples, plan, target);
      addon.resample(samples, packedPlan(plan), target);
    },
    lookUp(bytes, table, target) {
      checkLookUp(bytes, table, target);
      addon.lookUp(bytes, table, target);
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
