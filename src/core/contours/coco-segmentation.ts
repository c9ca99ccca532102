import { crossesItself } from "./crossing.ts";
import { areaOfContour, cornersOfContour } from "./polygon.ts";
import { rasteriseContour } from "./rasterise.ts";
import { areaOfRunLengths, countsToText, encodeRunLengths } from "./run-lengths.ts";

/** The shape of an object as COCO's annotation format writes it; pycocotools reads both forms. */
export interface CocoShape {
  /** One polygon (x and y in turn, pixel edges at whole numbers), or run lengths of the whole picture in their short form. */
  readonly segmentation: ReadonlyArray<readonly number[]> | { readonly size: readonly [height: number, width: number]; readonly counts: string };
  /** Square pixels. */
  readonly area: number;
}

const DECIMALS = 100;

/**
 * An outline as COCO has it: a polygon to a hundredth of a pixel. An outline that crosses itself encloses several parts,
 * which a polygon's readers fill each in their own way: those go out as run lengths of the pixels whose centres it holds.
 */
export function cocoShape(contour: readonly number[], picture: { readonly width: number; readonly height: number }): CocoShape {
  if (!crossesItself(contour)) return { segmentation: [contour.map((place) => Math.round(place * DECIMALS) / DECIMALS)], area: areaOfContour(contour) };
  const { width, height } = picture;
  const whole = { width, height, data: new Uint8Array(width * height) };
  const { x0, y0, x1, y1 } = cornersOfContour(contour);
  const [left, top] = [Math.max(Math.floor(x0), 0), Math.max(Math.floor(y0), 0)];
  const window = { x: left, y: top, width: Math.max(Math.min(Math.ceil(x1), width) - left, 0), height: Math.max(Math.min(Math.ceil(y1), height) - top, 0) };
  const part = rasteriseContour(contour, window);
  for (let row = 0; row < window.height; row++) whole.data.set(part.data.subarray(row * window.width, (row + 1) * window.width), (top + row) * width + left);
  const runs = encodeRunLengths(whole);
  return { segmentation: { size: [height, width], counts: countsToText(runs.counts) }, area: areaOfRunLengths(runs) };
}
