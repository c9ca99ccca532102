import type { Plane } from "../../image/plane.ts";
import type { Cfa } from "../pixel-kernels.ts";
import { emptyLike } from "./empty-like.ts";
import { checkPlane } from "./plane-checks.ts";

/**
 * See PixelKernels.demosaic. A missing colour is the mean, rounded half up, of the samples of that colour among the
 * nearest neighbours; at the border the picture is mirrored without repeating the border pixel, which keeps the pattern.
 */
export function demosaic<Data extends Uint8Array | Uint16Array>(raw: Plane<Data>, cfa: Cfa): Data {
  checkPlane(raw, "demosaic");
  const { width, height, data } = raw;
  const rgb = emptyLike(data, 3 * data.length);
  const red = cfa.indexOf("R");
  const [redX, redY] = [red & 1, red >> 1];
  for (let y = 0; y < height; y++) {
    const up = mirrored(y - 1, height) * width;
    const down = mirrored(y + 1, height) * width;
    const row = y * width;
    const isRedRow = (y & 1) === redY;
    for (let x = 0; x < width; x++) {
      const left = mirrored(x - 1, width);
      const right = mirrored(x + 1, width);
      const here = data[row + x] ?? 0;
      const beside = (data[row + left] ?? 0) + (data[row + right] ?? 0);
      const above = (data[up + x] ?? 0) + (data[down + x] ?? 0);
      const isRedColumn = (x & 1) === redX;
      const out = 3 * (row + x);
      if (isRedRow !== isRedColumn) {
        rgb[out] = ((isRedRow ? beside : above) + 1) >> 1;
        rgb[out + 1] = here;
        rgb[out + 2] = ((isRedRow ? above : beside) + 1) >> 1;
      } else {
        const corners = (data[up + left] ?? 0) + (data[up + right] ?? 0) + (data[down + left] ?? 0) + (data[down + right] ?? 0);
        rgb[out] = isRedRow ? here : (corners + 2) >> 2;
        rgb[out + 1] = (beside + above + 2) >> 2;
        rgb[out + 2] = isRedRow ? (corners + 2) >> 2 : here;
      }
    }
  }
  return rgb;
}

/** A place one beyond the border, brought back inside; a picture of one row or column has only itself. */
function mirrored(place: number, size: number): number {
  const inside = place < 0 ? 1 : place >= size ? size - 2 : place;
  return Math.min(Math.max(inside, 0), size - 1);
}
