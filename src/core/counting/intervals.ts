import { inverseGammaP } from "./incomplete-gamma.ts";

/** An estimate's two-sided 95 % limits. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Normal quantile of 0.975. */
const Z_95 = 1.959_963_984_540_054;

/**
 * Exact 95 % limits of a Poisson mean after counting `n` (Garwood, Biometrika 28:437, 1936): chi-square quantiles with
 * 2n and 2n + 2 degrees of freedom, halved. With n = 0 the lower limit is 0.
 *
 * @param n a whole number, 0 or more
 */
export function poissonInterval(n: number): Interval {
  requireCount("n", n);
  return { low: n === 0 ? 0 : inverseGammaP(n, 0.025), high: inverseGammaP(n + 1, 0.975) };
}

/**
 * Wilson's 95 % score interval of a proportion, `k` hits in `n` trials (J. Am. Stat. Assoc. 22:209, 1927), without
 * continuity correction.
 *
 * @param n 1 or more
 */
export function wilsonInterval(k: number, n: number): Interval {
  requireCount("k", k);
  requireCount("n", n);
  if (n === 0 || k > n) throw new RangeError(`No proportion of ${k} in ${n}.`);
  const share = k / n;
  const zz = Z_95 * Z_95;
  const centre = (share + zz / (2 * n)) / (1 + zz / n);
  const half = (Z_95 / (1 + zz / n)) * Math.sqrt((share * (1 - share)) / n + zz / (4 * n * n));
  // At the ends the formula is exactly 0 or 1; rounding must not push it past.
  return { low: k === 0 ? 0 : Math.max(0, centre - half), high: k === n ? 1 : Math.min(1, centre + half) };
}

/** A count's interval in whole objects, as people read it: outwards, so that it never claims more than was computed. */
export function inWholeObjects({ low, high }: Interval): Interval {
  return { low: Math.floor(low), high: Math.ceil(high) };
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number, 0 or more; got ${value}.`);
}
