import type { Mask } from "../../image/plane.ts";

/** Where the cells of a mask have come to: places in cells, a cell's middle at its whole coordinates. */
export interface WalkedCells {
  /** Which cell each walker set out from, row by row. */
  readonly cells: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Flow planes as in FlowField. */
export interface Flow {
  readonly columns: number;
  readonly rows: number;
  readonly flowY: Float32Array;
  readonly flowX: Float32Array;
}

/** A walker that moves less than this in a step has arrived, cells. */
const AT_REST = 1e-4;

/**
 * Every cell of the mask walks `steps` steps along the flow at its place (Euler's method): bilinear between cells, no flow
 * outside the mask, no step beyond the map's edge. Steps are no longer than one cell.
 *
 * @param scale flow values per cell of way.
 */
export function followFlow({ columns, rows, flowY, flowX }: Flow, mask: Mask, { steps, flowScale }: { readonly steps: number; readonly flowScale: number }): WalkedCells {
  const insideY = flowY.map((value, i) => (mask.data[i] === 1 ? value / flowScale : 0));
  const insideX = flowX.map((value, i) => (mask.data[i] === 1 ? value / flowScale : 0));
  const cells = cellsOf(mask);
  const xs = new Float32Array(cells.length);
  const ys = new Float32Array(cells.length);
  for (let walker = 0; walker < cells.length; walker++) {
    const cell = cells[walker] ?? 0;
    let x = cell % columns;
    let y = (cell - x) / columns;
    for (let step = 0; step < steps; step++) {
      const left = Math.min(Math.floor(x), columns - 1);
      const top = Math.min(Math.floor(y), rows - 1);
      const right = Math.min(left + 1, columns - 1);
      const below = Math.min(top + 1, rows - 1);
      const fx = x - left;
      const fy = y - top;
      const [a, b, c, d] = [top * columns + left, top * columns + right, below * columns + left, below * columns + right];
      const [wa, wb, wc, wd] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      let dx = wa * (insideX[a] ?? 0) + wb * (insideX[b] ?? 0) + wc * (insideX[c] ?? 0) + wd * (insideX[d] ?? 0);
      let dy = wa * (insideY[a] ?? 0) + wb * (insideY[b] ?? 0) + wc * (insideY[c] ?? 0) + wd * (insideY[d] ?? 0);
      const length = Math.hypot(dx, dy);
      if (length < AT_REST) break;
      if (length > 1) {
        dx /= length;
        dy /= length;
      }
      x = Math.min(Math.max(x + dx, 0), columns - 1);
      y = Math.min(Math.max(y + dy, 0), rows - 1);
    }
    xs[walker] = x;
    ys[walker] = y;
  }
  return { cells, x: xs, y: ys };
}

function cellsOf(mask: Mask): Int32Array {
  let count = 0;
  for (const inside of mask.data) count += inside;
  const cells = new Int32Array(count);
  let next = 0;
  for (let cell = 0; cell < mask.data.length; cell++) {
    if (mask.data[cell] === 1) cells[next++] = cell;
  }
  return cells;
}
