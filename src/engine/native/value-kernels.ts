import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { checkThreshold } from "../../core/kernels/reference/threshold.ts";
import { checkToBytes } from "../../core/kernels/reference/to-bytes.ts";
import { checkBins, checkRange } from "../../core/kernels/reference/values.ts";
import type { NativeAddon } from "./addon.ts";

const NOTHING = new Float32Array();

/** Values looked at one by one: range, counts, thresholds, bytes. */
export function nativeValueKernels(addon: NativeAddon): Pick<PixelKernels, "toBytes" | "valueRange" | "binCounts" | "threshold"> {
  return {
    toBytes(values, min, gain, target) {
      checkToBytes(values, target);
      addon.toBytes(values, min, gain, new Uint8Array(target.buffer, target.byteOffset, target.length));
    },
    valueRange: (values) => checkRange(addon.valueRange(values)),
    binCounts(values, min, binsPerUnit, bins) {
      checkBins(bins);
      return addon.binCounts(values, min, binsPerUnit, bins);
    },
    threshold(plane, side, limit, surroundings, into) {
      checkThreshold(plane, surroundings, into);
      const { width, height, data } = plane;
      return { width, height, data: addon.threshold(data, side === "above", limit, surroundings?.offset ?? 0, surroundings?.around.data ?? NOTHING, into) };
    },
  };
}
