import type { Contour } from "./polygon.ts";

/** Whether two edges of an outline cross (touching in a point or along a line is no crossing). */
export function crossesItself(contour: Contour): boolean {
  const points = Math.floor(contour.length / 2);
  const x = (point: number): number => contour[2 * (point % points)] ?? 0;
  const y = (point: number): number => contour[2 * (point % points) + 1] ?? 0;
  /** Above 0 where point c lies to one side of the line from a to b, below 0 to the other. */
  const side = (a: number, b: number, c: number): number => (x(b) - x(a)) * (y(c) - y(a)) - (y(b) - y(a)) * (x(c) - x(a));
  for (let a = 0; a < points; a++) {
    let before = side(a, a + 1, a + 2);
    for (let b = a + 2; b < points; b++) {
      const after = side(a, a + 1, b + 1);
      if (before * after < 0 && side(b, b + 1, a) * side(b, b + 1, a + 1) < 0) return true;
      before = after;
    }
  }
  return false;
}
