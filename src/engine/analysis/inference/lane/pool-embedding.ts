import { contourHolds } from "../../../../core/contours/polygon.ts";
import type { DecodedObject } from "../../../../core/detection/heads/decoded-object.ts";
import type { OutputMaps } from "./output-reader.ts";

/**
 * Mean of a model's features over one object: over the cells whose centre lies in its contour (in its box where it has
 * none), the nearest cell where none does.
 *
 * @param object in pixels of the tile, as `features` are.
 */
export function poolEmbedding(features: OutputMaps, object: DecodedObject): Float32Array {
  const { columns, rows, stride } = features;
  const pooled = new Float64Array(features.planes);
  let cells = 0;
  const add = (column: number, row: number): void => {
    cells++;
    for (let plane = 0; plane < features.planes; plane++) pooled[plane] = (pooled[plane] ?? 0) + (features.data[(plane * rows + row) * columns + column] ?? 0);
  };
  const { contour } = object;
  for (let row = Math.max(Math.ceil(object.y0 / stride - 0.5), 0); row < Math.min(object.y1 / stride - 0.5, rows); row++) {
    for (let column = Math.max(Math.ceil(object.x0 / stride - 0.5), 0); column < Math.min(object.x1 / stride - 0.5, columns); column++) {
      if (contour === undefined || contourHolds(contour, (column + 0.5) * stride, (row + 0.5) * stride)) add(column, row);
    }
  }
  if (cells === 0) add(cellAt((object.x0 + object.x1) / 2, stride, columns), cellAt((object.y0 + object.y1) / 2, stride, rows));
  return Float32Array.from(pooled, (sum) => sum / cells);
}

function cellAt(place: number, stride: number, cells: number): number {
  return Math.min(Math.max(Math.floor(place / stride), 0), cells - 1);
}
