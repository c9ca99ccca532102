/**
 * Deterministic randomness for the specimen: one 32-bit seed in, one stream of numbers out.
 * Everything drawn on the slide comes from here, so a place can be revisited and shows the same cells.
 */

/** Mixes any number of integers into one well-spread unsigned 32-bit value (murmur3 finaliser per word). */
export function hashInts(...words: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const word of words) {
    h = Math.imul(h ^ (word | 0), 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    h = (h + 0x6d2b79f5) | 0;
  }
  return h >>> 0;
}

/** A small, fast generator (mulberry32) with the few distributions the specimen needs. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Normal deviate (Box-Muller), cut at 3 sigma so that no cell becomes absurd. */
  normal(mean: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const deviate = radius * Math.cos(2 * Math.PI * this.next());
    return mean + sigma * Math.max(-3, Math.min(3, deviate));
  }

  /** Poisson deviate by Knuth's product method; fine for the small means of one tile. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count += 1;
    return count;
  }

  /** A 32-bit seed for a part that draws its own details later. */
  seed(): number {
    return Math.floor(this.next() * 4294967296) >>> 0;
  }
}
