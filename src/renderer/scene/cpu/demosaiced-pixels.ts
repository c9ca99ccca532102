import type { SizePx } from "../view-transform.ts";
import { type PixelRect, type PixelSource, SATURATED_DN, TRANSPARENT } from "./pixel-source.ts";

/**
 * Packed pixels of `rect` of a mosaic at its full size: what a site does not measure is the mean of its nearest neighbours
 * that do (bilinear). Edges are mirrored about the outermost pixel, which keeps the pattern.
 * @param size of the whole cells of the mosaic
 * @param out at least width * height long
 */
export function demosaicedPixels(out: Uint32Array, source: PixelSource, size: SizePx, rect: PixelRect): void {
  const { bytes, stride, redSite, tones, marksSaturated } = source;
  const redColumn = redSite & 1;
  const redRow = redSite >> 1;
  let to = 0;
  for (let y = rect.top; y < rect.top + rect.height; y++) {
    const here = y * stride;
    const above = mirrored(y - 1, size.height) * stride;
    const below = mirrored(y + 1, size.height) * stride;
    // A row holds green and one of the other two colours: "own" here, the other one in the rows above and below.
    const isRedRow = (y & 1) === redRow;
    const own = isRedRow ? tones.red : tones.blue;
    const other = isRedRow ? tones.blue : tones.red;
    const { green } = tones;
    const ownColumn = isRedRow ? redColumn : 1 - redColumn;
    for (let x = rect.left; x < rect.left + rect.width; x++) {
      const left = x === 0 ? 1 : x - 1;
      const right = x === size.width - 1 ? x - 1 : x + 1;
      const centre = bytes[here + x] ?? 0;
      const across = (bytes[here + left] ?? 0) + (bytes[here + right] ?? 0);
      const down = (bytes[above + x] ?? 0) + (bytes[below + x] ?? 0);
      let packed: number;
      if ((x & 1) === ownColumn) {
        const diagonal = (bytes[above + left] ?? 0) + (bytes[above + right] ?? 0) + (bytes[below + left] ?? 0) + (bytes[below + right] ?? 0);
        packed = (own[centre] ?? 0) | (green[(across + down + 2) >> 2] ?? 0) | (other[(diagonal + 2) >> 2] ?? 0);
      } else {
        packed = (own[(across + 1) >> 1] ?? 0) | (green[centre] ?? 0) | (other[(down + 1) >> 1] ?? 0);
      }
      out[to++] = marksSaturated && centre === SATURATED_DN ? TRANSPARENT : packed;
    }
  }
}

function mirrored(place: number, length: number): number {
  const last = length - 1;
  return last - Math.abs(last - Math.abs(place));
}
