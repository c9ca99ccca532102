/**
 * The regularised lower incomplete gamma function P(a, x) and its inverse in x: all that exact Poisson limits need
 * (chi-square quantiles are `2 * inverseGammaP(dof / 2, p)`).
 *
 * Method: series for x < a + 1, else Lentz's continued fraction (Abramowitz & Stegun 6.5.29 and 6.5.31); the inverse by
 * Newton steps kept inside a shrinking bracket, started from Wilson & Hilferty (1931). Good to about 1e-10 relative for
 * a up to 1e6.
 */
export function gammaP(a: number, x: number): number {
  if (x <= 0) return 0;
  return x < a + 1 ? lowerBySeries(a, x) : 1 - upperByFraction(a, x);
}

/** The x with P(a, x) = p, for a > 0 and 0 < p < 1. */
export function inverseGammaP(a: number, p: number): number {
  let low = 0;
  let high = Math.max(1, 4 * a);
  while (gammaP(a, high) < p) high *= 2;
  let x = Math.min(high, Math.max(startingGuess(a, p), Number.MIN_VALUE));
  for (let step = 0; step < MOST_STEPS; step++) {
    const excess = gammaP(a, x) - p;
    if (excess > 0) high = x;
    else low = x;
    const next = x - excess / Math.exp((a - 1) * Math.log(x) - x - lnGamma(a));
    const inside = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(inside - x) <= 1e-13 * x) return inside;
    x = inside;
  }
  return x;
}

const MOST_STEPS = 200;
/** Terms needed grow with sqrt(a); this is ample for a = 1e8. */
const MOST_TERMS = 200_000;
const TINY = 1e-300;

function lowerBySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - lnGamma(a));
}

function upperByFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / awayFromZero(numerator * d + b);
    c = awayFromZero(b + numerator / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return fraction * Math.exp(a * Math.log(x) - x - lnGamma(a));
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Wilson & Hilferty, Proc. Natl Acad. Sci. 17:684 (1931): the cube root of a gamma variable is nearly normal. */
function startingGuess(a: number, p: number): number {
  const t = 1 - 1 / (9 * a) + roughNormalQuantile(p) / (3 * Math.sqrt(a));
  // Far in the lower tail of a small shape the cube is useless; there P(a, x) is about x^a / Gamma(a + 1).
  return t > 0.1 ? a * t ** 3 : Math.exp((Math.log(p) + lnGamma(a + 1)) / a);
}

/** Abramowitz & Stegun 26.2.23, |error| < 4.5e-4: a start, not a result. */
function roughNormalQuantile(p: number): number {
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
  return p < 0.5 ? -z : z;
}

/** Lanczos' approximation (g = 7, nine terms; Godfrey's coefficients), for a > 0. */
function lnGamma(a: number): number {
  if (a < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * a)) - lnGamma(1 - a);
  const z = a - 1;
  let sum = 0.999_999_999_999_809_93;
  LANCZOS.forEach((coefficient, index) => {
    sum += coefficient / (z + index + 1);
  });
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6, 12.507_343_278_686_905,
  -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6, 1.505_632_735_149_311_6e-7,
];
