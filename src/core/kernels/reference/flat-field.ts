import type { GreyPlane, Plane } from "../../image/plane.ts";
import { emptyLike } from "./empty-like.ts";
import { checkPlane, checkSameSize, checkWhole } from "./plane-checks.ts";

/** Throws RangeError unless the three planes are of one size and the maximum fits the samples. */
export function checkCorrection(raw: Plane<Uint8Array | Uint16Array>, dark: GreyPlane, gain: GreyPlane, maximum: number): void {
  for (const plane of [raw, dark, gain]) checkPlane(plane, "correctFlatField");
  checkSameSize(raw, dark, "correctFlatField");
  checkSameSize(raw, gain, "correctFlatField");
  checkWhole(maximum, 0, raw.data instanceof Uint16Array ? 65535 : 255, "correctFlatField: the maximum");
}

/**
 * See PixelKernels.correctFlatField. Difference and product are computed in single precision, as the planes are held;
 * what is not a number becomes 0.
 */
export function correctFlatField<Data extends Uint8Array | Uint16Array>(raw: Plane<Data>, dark: GreyPlane, gain: GreyPlane, maximum: number): Plane<Data> {
  checkCorrection(raw, dark, gain, maximum);
  const data = emptyLike(raw.data, raw.data.length);
  for (let i = 0; i < data.length; i++) {
    const signal = Math.fround((raw.data[i] ?? 0) - (dark.data[i] ?? 0));
    const corrected = Math.fround(signal * (gain.data[i] ?? 0));
    data[i] = corrected > 0 ? Math.min(Math.floor(corrected + 0.5), maximum) : 0;
  }
  return { width: raw.width, height: raw.height, data };
}
