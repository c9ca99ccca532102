/** Places of points on the plot, CSS pixels; NaN where a point is not shown. */
export interface PlacedPoints {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
}

export interface PlotBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Points inside a box drawn in any direction. */
export function pointsInBox({ xs, ys }: PlacedPoints, box: PlotBox): number[] {
  const [left, right] = [Math.min(box.x0, box.x1), Math.max(box.x0, box.x1)];
  const [top, bottom] = [Math.min(box.y0, box.y1), Math.max(box.y0, box.y1)];
  const inside: number[] = [];
  for (let row = 0; row < xs.length; row++) {
    const x = xs[row] as number;
    const y = ys[row] as number;
    if (x >= left && x <= right && y >= top && y <= bottom) inside.push(row);
  }
  return inside;
}

/** The point nearest to a place, when one is within reach. */
export function pointAt({ xs, ys }: PlacedPoints, x: number, y: number, reach: number): number | undefined {
  let nearest: number | undefined;
  let least = reach * reach;
  for (let row = 0; row < xs.length; row++) {
    const square = ((xs[row] as number) - x) ** 2 + ((ys[row] as number) - y) ** 2;
    if (square <= least) {
      least = square;
      nearest = row;
    }
  }
  return nearest;
}

export type Direction = "left" | "right" | "up" | "down";

/** The next point in a direction: the nearest one that lies more that way than across; undefined at the edge. */
export function neighbourOf({ xs, ys }: PlacedPoints, from: number | undefined, direction: Direction): number | undefined {
  if (from === undefined || Number.isNaN(xs[from])) return xs.findIndex((x) => Number.isFinite(x)) >= 0 ? xs.findIndex((x) => Number.isFinite(x)) : undefined;
  const x = xs[from] as number;
  const y = ys[from] as number;
  let nearest: number | undefined;
  let least = Infinity;
  for (let row = 0; row < xs.length; row++) {
    const dx = (xs[row] as number) - x;
    const dy = (ys[row] as number) - y;
    const ahead = direction === "right" ? dx : direction === "left" ? -dx : direction === "down" ? dy : -dy;
    const across = direction === "right" || direction === "left" ? dy : dx;
    // Points on the very same place follow one another in their order.
    const isAhead = ahead > 0 || (ahead === 0 && across === 0 && (direction === "right" || direction === "down") && row > from);
    if (row === from || !isAhead || Math.abs(across) > ahead) continue;
    const square = dx * dx + dy * dy;
    if (square < least) {
      least = square;
      nearest = row;
    }
  }
  return nearest;
}
