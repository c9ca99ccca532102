/** A scale bar as it is drawn. */
export interface ScaleBar {
  readonly lengthUm: number;
  /** In screen pixels, 80 to 200. */
  readonly lengthPx: number;
  readonly label: string;
}

export const LONGEST_BAR_PX = 200;
/** 1-2-5 steps grow by 2.5 at most, so the longest that fits is never shorter than this. */
export const SHORTEST_BAR_PX = LONGEST_BAR_PX / 2.5;

/** The longest bar of 1, 2 or 5 times a power of ten um that is at most 200 screen pixels long. */
export function scaleBarFor(umPerScreenPx: number): ScaleBar {
  const longestUm = LONGEST_BAR_PX * umPerScreenPx;
  const power = Math.floor(Math.log10(longestUm));
  const candidates = [power - 1, power].flatMap((exponent) => [1, 2, 5].map((step) => ({ step, exponent })));
  // A length of exactly 200 px must not be lost to the last bit of a logarithm or a power.
  const fitting = candidates.filter(({ step, exponent }) => toUm(step, exponent) <= longestUm * (1 + 1e-12));
  const { step, exponent } = fitting.at(-1) ?? { step: 1, exponent: power };
  const lengthUm = toUm(step, exponent);
  return { lengthUm, lengthPx: lengthUm / umPerScreenPx, label: labelOf(lengthUm) };
}

function toUm(step: number, exponent: number): number {
  return exponent < 0 ? step / 10 ** -exponent : step * 10 ** exponent;
}

function labelOf(lengthUm: number): string {
  if (lengthUm >= 1000) return `${lengthUm / 1000} mm`;
  return `${lengthUm} \u00b5m`;
}
