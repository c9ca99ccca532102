interface Point {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** The shift must explain at least this share of the smaller set, else there is none to speak of. */
const AGREEING = 0.5;

/**
 * The one shift that carries most points of `before` onto points of `after`: every pair votes for its own displacement,
 * displacements within a quarter of the points' size agree, and the mean of the best agreement is taken. (0, 0) when fewer
 * than half of the points agree on anything, or when standing still explains as many.
 */
export function commonShift(before: readonly Point[], after: readonly Point[]): { x: number; y: number } {
  const still = { x: 0, y: 0 };
  const fewer = Math.min(before.length, after.length);
  if (fewer === 0) return still;
  const size = median([...before, ...after].map((point) => point.size));
  const bin = Math.max(size / 4, 1);
  const votes = new Map<string, { n: number; x: number; y: number }>();
  for (const from of before) {
    for (const to of after) {
      const x = to.x - from.x;
      const y = to.y - from.y;
      const key = `${Math.round(x / bin)},${Math.round(y / bin)}`;
      const vote = votes.get(key);
      if (vote === undefined) votes.set(key, { n: 1, x, y });
      else {
        vote.n += 1;
        vote.x += x;
        vote.y += y;
      }
    }
  }
  const standing = votes.get("0,0")?.n ?? 0;
  let best = { n: standing, x: 0, y: 0 };
  for (const vote of votes.values()) if (vote.n > best.n) best = vote;
  return best.n === standing || best.n < AGREEING * fewer ? still : { x: best.x / best.n, y: best.y / best.n };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
