import type { GreyPlane, Mask } from "../../image/plane.ts";
import type { Surroundings } from "../pixel-kernels.ts";
import { checkPlane, checkSameSize } from "./plane-checks.ts";
import { checkInto } from "./result-memory.ts";

/** Throws RangeError unless the planes are of one size and the result has its place. */
export function checkThreshold(plane: GreyPlane, surroundings: Surroundings | undefined, into: Uint8Array | undefined): void {
  checkPlane(plane, "threshold");
  if (surroundings !== undefined) {
    checkPlane(surroundings.around, "threshold");
    checkSameSize(plane, surroundings.around, "threshold");
    checkInto(into, plane.data.length, surroundings.around.data, "threshold");
  }
  checkInto(into, plane.data.length, plane.data, "threshold");
}

/** See PixelKernels.threshold. */
export function threshold(plane: GreyPlane, side: "above" | "below", limit: number, surroundings?: Surroundings, into?: Uint8Array): Mask {
  checkThreshold(plane, surroundings, into);
  const { width, height, data } = plane;
  const mask = into ?? new Uint8Array(data.length);
  if (surroundings === undefined) {
    if (side === "above") for (let at = 0; at < data.length; at++) mask[at] = (data[at] as number) > limit ? 1 : 0;
    else for (let at = 0; at < data.length; at++) mask[at] = (data[at] as number) < limit ? 1 : 0;
    return { width, height, data: mask };
  }
  const { around: { data: around }, offset } = surroundings;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] as number;
    const edge = (around[at] as number) - offset;
    mask[at] = (side === "above" ? value > limit && value > edge : value < limit && value < edge) ? 1 : 0;
  }
  return { width, height, data: mask };
}
