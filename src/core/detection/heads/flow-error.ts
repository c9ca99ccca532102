import type { LabelMap } from "../../image/plane.ts";
import type { Flow } from "./follow-flow.ts";

/**
 * How far the flows that a model gave are from those that the shape of each object would have: the mean of the squared
 * difference of the two directions over the object's cells, 0 where they agree, 2 where they stand across, 4 where they are
 * opposed. Index 0 is label 1. What a shape would have is the slope of heat that spreads from its middle (Stringer et al.
 * 2021, doi:10.1038/s41592-020-01018-x, as Cellpose's flow_error computes it on the processor).
 *
 * @param scale flow values per cell of way.
 */
export function flowErrors(map: LabelMap, flow: Flow, scale: number): Float64Array {
  return Float64Array.from(boundsOf(map), (bounds, index) => (bounds.cells === 0 ? 0 : flowError(map, index + 1, bounds, flow, scale)));
}

/** The map without the labels whose error is above the limit; the others keep their order. */
export function withoutBadFlows(map: LabelMap, errors: Float64Array, limit: number): LabelMap {
  let count = 0;
  const renamed = Int32Array.from([0, ...errors], (error, label) => (label === 0 || error > limit ? 0 : ++count));
  return { ...map, labels: map.labels.map((label) => renamed[label] ?? 0), count };
}

interface Bounds {
  top: number;
  left: number;
  bottom: number;
  right: number;
  cells: number;
  sumY: number;
  sumX: number;
}

function boundsOf({ width, labels, count }: LabelMap): Bounds[] {
  const bounds = Array.from({ length: count }, (): Bounds => ({ top: Infinity, left: Infinity, bottom: -1, right: -1, cells: 0, sumY: 0, sumX: 0 }));
  for (let cell = 0; cell < labels.length; cell++) {
    const one = bounds[(labels[cell] ?? 0) - 1];
    if (one === undefined) continue;
    const x = cell % width;
    const y = (cell - x) / width;
    one.top = Math.min(one.top, y);
    one.left = Math.min(one.left, x);
    one.bottom = Math.max(one.bottom, y);
    one.right = Math.max(one.right, x);
    one.cells++;
    one.sumY += y;
    one.sumX += x;
  }
  return bounds;
}

function flowError({ width, labels }: LabelMap, label: number, { top, left, bottom, right, cells: count, sumY, sumX }: Bounds, { flowY, flowX }: Flow, scale: number): number {
  // A rim of one cell round the object saves asking for the edges: no heat leaves it.
  const columns = right - left + 3;
  const rows = bottom - top + 3;
  const cells = new Int32Array(count);
  let found = 0;
  let middle = 0;
  let nearest = Infinity;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      if (labels[y * width + x] !== label) continue;
      const place = (y - top + 1) * columns + (x - left + 1);
      cells[found++] = place;
      const distance = (y - sumY / count) ** 2 + (x - sumX / count) ** 2;
      if (distance >= nearest) continue;
      nearest = distance;
      middle = place;
    }
  }
  const heat = spreadHeat(cells, { middle, columns, rows });
  let sum = 0;
  for (const place of cells) {
    const column = place % columns;
    const dy = (heat[place + columns] ?? 0) - (heat[place - columns] ?? 0);
    const dx = (heat[place + 1] ?? 0) - (heat[place - 1] ?? 0);
    const length = Math.hypot(dy, dx);
    const [unitY, unitX] = length === 0 ? [0, 0] : [dy / length, dx / length];
    const cell = (top + (place - column) / columns - 1) * width + left + column - 1;
    sum += (unitY - (flowY[cell] ?? 0) / scale) ** 2 + (unitX - (flowX[cell] ?? 0) / scale) ** 2;
  }
  return sum / count;
}

/** One unit of heat comes in at the middle each step, and every cell takes the mean of the 3 x 3 around it; twice rows + columns steps. */
function spreadHeat(cells: Int32Array, { middle, columns, rows }: { readonly middle: number; readonly columns: number; readonly rows: number }): Float64Array {
  let heat = new Float64Array(columns * rows);
  let next = new Float64Array(columns * rows);
  const at = (place: number): number => heat[place] ?? 0;
  for (let step = 0; step < 2 * (columns + rows); step++) {
    heat[middle] = at(middle) + 1;
    for (const place of cells) {
      const [above, below] = [place - columns, place + columns];
      next[place] = (at(above - 1) + at(above) + at(above + 1) + at(place - 1) + at(place) + at(place + 1) + at(below - 1) + at(below) + at(below + 1)) / 9;
    }
    [heat, next] = [next, heat];
  }
  return heat;
}
