import { midwayOutline } from "../../contours/midway-outline.ts";
import { cornersOfContour } from "../../contours/polygon.ts";
import { simplifyContour } from "../../contours/simplify.ts";
import type { LabelMap, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";
import { clipTo } from "../box.ts";
import type { DecodedObject, MapPlacement } from "./decoded-object.ts";

/** How far a contour may leave the outline of the cells to get along with fewer points, cells. */
const CONTOUR_TOLERANCE_CELLS = 0.35;

/** What a label is worth: undefined leaves it out. `area` is in cells. */
export type Judgement = (label: number, area: number) => { readonly label: number; readonly score: number } | undefined;

/**
 * Every label of a map as an object with contour, in the order of labels. The box is that of the cells; the contour runs
 * midway through their edges.
 */
export function objectsOfLabels(map: LabelMap, placement: MapPlacement, judge: Judgement, kernels: PixelKernels): DecodedObject[] {
  if (map.count === 0) return [];
  const { area, box } = kernels.componentStatistics(map);
  const outlines = kernels.outlines(map);
  const { stride, picture } = placement;
  const objects: DecodedObject[] = [];
  for (let index = 0; index < map.count; index++) {
    const worth = judge(index + 1, area[index] ?? 0);
    const outline = outlines[index];
    if (worth === undefined || outline === undefined) continue;
    const contour = simplifyContour(midwayOutline(outline), CONTOUR_TOLERANCE_CELLS)
      .map((value, i) => (i % 2 === 0 ? clamp(value * stride, picture.x0, picture.x1) : clamp(value * stride, picture.y0, picture.y1)));
    const [left = 0, top = 0, width = 0, height = 0] = box.subarray(4 * index, 4 * index + 4);
    const corners = clipTo({ x0: left * stride, y0: top * stride, x1: (left + width) * stride, y1: (top + height) * stride }, picture);
    objects.push({ ...corners, ...worth, contour });
  }
  return objects;
}

/** An object of a contour alone: its box is the smallest around it. */
export function objectOfContour(contour: readonly number[], label: number, score: number): DecodedObject {
  return { ...cornersOfContour(contour), label, score, contour };
}

/** 1 where `isObject` says so and the cell's centre lies in the picture. */
export function maskOf(columns: number, rows: number, placement: MapPlacement, isObject: (cell: number) => boolean): Mask {
  const { stride, picture } = placement;
  const data = new Uint8Array(columns * rows);
  const firstColumn = Math.max(Math.ceil(picture.x0 / stride - 0.5), 0);
  const endColumn = Math.min(Math.ceil(picture.x1 / stride - 0.5), columns);
  const firstRow = Math.max(Math.ceil(picture.y0 / stride - 0.5), 0);
  const endRow = Math.min(Math.ceil(picture.y1 / stride - 0.5), rows);
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) {
      const cell = row * columns + column;
      if (isObject(cell)) data[cell] = 1;
    }
  }
  return { width: columns, height: rows, data };
}

/** Mean of a plane over the cells of each label; index 0 is label 1. */
export function meanPerLabel(map: LabelMap, plane: Float32Array): Float64Array {
  const sums = new Float64Array(map.count + 1);
  const cells = new Float64Array(map.count + 1);
  for (let i = 0; i < map.labels.length; i++) {
    const label = map.labels[i] ?? 0;
    sums[label] = (sums[label] ?? 0) + (plane[i] ?? 0);
    cells[label] = (cells[label] ?? 0) + 1;
  }
  return sums.subarray(1).map((sum, i) => sum / Math.max(cells[i + 1] ?? 0, 1));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
