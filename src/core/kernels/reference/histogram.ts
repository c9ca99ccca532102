import type { Plane } from "../../image/plane.ts";
import { checkPlane, checkWhole } from "./plane-checks.ts";

/** Throws RangeError unless plane and maximum make sense; that no sample is larger is checked while counting. */
export function checkHistogram(plane: Plane<Uint8Array | Uint16Array>, maximum: number): void {
  checkPlane(plane, "histogram");
  checkWhole(maximum, 0, plane.data instanceof Uint16Array ? 65535 : 255, "histogram: the maximum");
}

/** See PixelKernels.histogram. A sample above `maximum` is a RangeError: the plane is not what the caller believes. */
export function histogram(plane: Plane<Uint8Array | Uint16Array>, maximum: number): { readonly counts: Uint32Array; readonly saturated: number } {
  checkHistogram(plane, maximum);
  const counts = new Uint32Array(maximum + 1);
  for (const value of plane.data) {
    if (value > maximum) throw new RangeError(`histogram: a sample lies above the maximum of ${maximum}`);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return { counts, saturated: counts[maximum] ?? 0 };
}
