import type { GreyPlane, Mask } from "../../image/plane.ts";
import { checkPlane, checkSameSize } from "./plane-checks.ts";
import { checkInto, maskFor } from "./result-memory.ts";

/** Throws RangeError unless both are of one size, the height is 0 or more, and the result has its place. */
export function checkMaxima(plane: GreyPlane, h: number, mask: Mask, into?: Uint8Array): void {
  checkPlane(plane, "hMaxima");
  checkPlane(mask, "hMaxima");
  checkSameSize(plane, mask, "hMaxima");
  if (!(h >= 0 && h < Infinity)) throw new RangeError(`hMaxima: the height is ${h}, not 0 or more`);
  for (const { data } of [plane, mask]) checkInto(into, plane.data.length, data, "hMaxima");
}

/**
 * See PixelKernels.hMaxima. The textbook reconstructs plane - h under plane and takes the regional maxima of that. They
 * are the same as this: a summit's pixels down to `h` below it, connected to it, when nothing higher is among them.
 *
 * Summits are visited from the highest down, each flooding down to its own level. A flood that meets a pixel seen before
 * may stop: that pixel is connected, not below this level, to a summit that is no lower and was flooded already. So
 * every pixel is flooded at most once.
 */
export function hMaxima(plane: GreyPlane, h: number, mask: Mask, into?: Uint8Array): Mask {
  checkMaxima(plane, h, mask, into);
  const { width, height, data } = plane;
  const maxima = maskFor(into, data.length, data, "hMaxima");
  const seen = new Uint8Array(data.length);
  const flooded = new Int32Array(data.length);
  for (const summit of localMaxima(plane, mask)) {
    if (seen[summit] !== 0) continue;
    const top = data[summit] ?? 0;
    const level = Math.fround(top - Math.fround(h));
    let higherGround = false;
    let count = 1;
    flooded[0] = summit;
    seen[summit] = 1;
    for (let next = 0; next < count && !higherGround; next++) {
      forEachNeighbour(flooded[next] ?? 0, width, height, (i) => {
        const value = data[i] ?? 0;
        if (mask.data[i] === 0 || value < level) return;
        if (value > top) higherGround = true;
        // A neighbour of this same flood is met again and again; of an earlier one only when that reached up here.
        else if (seen[i] === 0) {
          seen[i] = 1;
          flooded[count++] = i;
        } else if (seen[i] !== 1) higherGround = true;
      });
    }
    for (let n = 0; n < count; n++) {
      seen[flooded[n] ?? 0] = 2;
      if (!higherGround) maxima[flooded[n] ?? 0] = 1;
    }
  }
  return { width, height, data: maxima };
}

/** Pixels inside the mask with no higher neighbour inside it, the highest first. */
function localMaxima({ width, height, data }: GreyPlane, mask: Mask): number[] {
  const found: number[] = [];
  for (let i = 0; i < data.length; i++) {
    if (mask.data[i] === 0) continue;
    let highest = true;
    forEachNeighbour(i, width, height, (n) => {
      if (mask.data[n] !== 0 && (data[n] ?? 0) > (data[i] ?? 0)) highest = false;
    });
    if (highest) found.push(i);
  }
  return found.sort((a, b) => compareDescending(data[a] ?? 0, data[b] ?? 0) || a - b);
}

/** A difference would not do: that of two infinities is not a number. */
function compareDescending(a: number, b: number): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}

/** Calls `visit` with each of the up to 8 neighbours. */
function forEachNeighbour(i: number, width: number, height: number, visit: (neighbour: number) => void): void {
  const x = i % width;
  const y = (i - x) / width;
  for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
    for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
      if (nx !== x || ny !== y) visit(ny * width + nx);
    }
  }
}
