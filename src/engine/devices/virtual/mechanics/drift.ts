/** Slow creep of stage and focus as a room warms and cools: a few slow waves, zero at time zero. */
import { hashInts, Random } from "../specimen/random.ts";

/** Offset in um at a time, for each of three axes. */
export interface Drift {
  readonly x: (elapsedMs: number) => number;
  readonly y: (elapsedMs: number) => number;
  readonly z: (elapsedMs: number) => number;
}

/** Drift of at most about `amplitudeUm` to each side, with periods of 8 to 30 minutes. */
export function makeDrift(seed: number, amplitudeUm: number): Drift {
  const random = new Random(hashInts(seed, 0xd41f7));
  return { x: wave(random, amplitudeUm), y: wave(random, amplitudeUm), z: wave(random, amplitudeUm) };
}

function wave(random: Random, amplitudeUm: number): (elapsedMs: number) => number {
  const phase = random.between(0, 2 * Math.PI);
  const periodMs = random.between(8, 30) * 60_000;
  const start = Math.sin(phase);
  return (elapsedMs) => (amplitudeUm / 2) * (Math.sin(phase + (2 * Math.PI * elapsedMs) / periodMs) - start);
}
