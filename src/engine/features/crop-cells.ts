import type { BoxPx } from "../../shared/domain/detection.ts";
import type { RgbPicture } from "../session/field-picture.ts";

/** Side of the square round a cell, in the longer side of its box: some surround, to know it again. */
const SURROUND = 1.6;
/** Smallest square, px of the picture: a platelet blown up to a blur tells nothing. */
const LEAST_PX = 24;
/** Beyond the picture's edge. */
const OUTSIDE = 96;

/** Squares round boxes, each resampled to `sidePx` (bilinear), one after the other as 8-bit RGB. */
export function cropCells(picture: RgbPicture, boxes: readonly BoxPx[], sidePx: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(boxes.length * sidePx * sidePx * 3);
  for (const [index, box] of boxes.entries()) {
    cropOne(picture, box, sidePx, out.subarray(index * sidePx * sidePx * 3, (index + 1) * sidePx * sidePx * 3));
  }
  return out;
}

function cropOne({ width, height, rgb }: RgbPicture, box: BoxPx, sidePx: number, out: Uint8Array): void {
  const side = Math.max(Math.max(box.width, box.height) * SURROUND, LEAST_PX);
  const step = side / sidePx;
  const left = box.x + box.width / 2 - side / 2;
  const top = box.y + box.height / 2 - side / 2;
  for (let row = 0, to = 0; row < sidePx; row++) {
    // Of pixel centres: 0 is the middle of the first pixel.
    const y = top + (row + 0.5) * step - 0.5;
    for (let column = 0; column < sidePx; column++, to += 3) {
      const x = left + (column + 0.5) * step - 0.5;
      if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) {
        out.fill(OUTSIDE, to, to + 3);
        continue;
      }
      const x0 = Math.min(Math.max(Math.floor(x), 0), width - 1);
      const y0 = Math.min(Math.max(Math.floor(y), 0), height - 1);
      const x1 = Math.min(x0 + 1, width - 1);
      const y1 = Math.min(y0 + 1, height - 1);
      const fx = Math.min(Math.max(x - x0, 0), 1);
      const fy = Math.min(Math.max(y - y0, 0), 1);
      for (let channel = 0; channel < 3; channel++) {
        const at = (px: number, py: number): number => rgb[3 * (py * width + px) + channel] as number;
        const upper = at(x0, y0) * (1 - fx) + at(x1, y0) * fx;
        const lower = at(x0, y1) * (1 - fx) + at(x1, y1) * fx;
        out[to + channel] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  }
}
