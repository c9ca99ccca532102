/** An axis-parallel rectangle, any unit. */
interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Area that rectangles cover together, what several cover taken once; the square of their unit. */
export function unionArea(rects: readonly Rect[]): number {
  const edges = [...new Set(rects.flatMap((rect) => [rect.x, rect.x + rect.width]))].sort((a, b) => a - b);
  let area = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const left = edges[i] ?? 0;
    const right = edges[i + 1] ?? 0;
    const crossing = rects.filter((rect) => rect.x <= left && rect.x + rect.width >= right);
    area += (right - left) * coveredLength(crossing.map((rect) => [rect.y, rect.y + rect.height]));
  }
  return area;
}

function coveredLength(spans: ReadonlyArray<readonly [number, number]>): number {
  let length = 0;
  let reached = -Infinity;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return length;
}
