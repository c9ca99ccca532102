import type { Mask } from "../../image/plane.ts";
import { checkPlane } from "./plane-checks.ts";
import { maskFor } from "./result-memory.ts";

/** See PixelKernels.fillHoles: floods the background from the border; what stays dry is object. */
export function fillHoles(mask: Mask, into?: Uint8Array): Mask {
  checkPlane(mask, "fillHoles");
  const { width, height, data } = mask;
  const filled = maskFor(into, data.length, data, "fillHoles").fill(1);
  /** Flooded pixels whose neighbours have not been looked at. */
  const open = new Int32Array(data.length);
  let count = 0;
  const flood = (i: number): void => {
    if (data[i] !== 0 || filled[i] === 0) return;
    filled[i] = 0;
    open[count++] = i;
  };
  for (let x = 0; x < width; x++) {
    flood(x);
    flood((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    flood(y * width);
    flood((y + 1) * width - 1);
  }
  while (count > 0) {
    const i = open[--count] ?? 0;
    const x = i % width;
    if (x > 0) flood(i - 1);
    if (x < width - 1) flood(i + 1);
    if (i >= width) flood(i - width);
    if (i + width < data.length) flood(i + width);
  }
  return { width, height, data: filled };
}
