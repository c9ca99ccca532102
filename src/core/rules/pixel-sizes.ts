import { OcularError } from "../../shared/errors.ts";

/** An analyzer as far as scale goes. */
export interface ScaledAnalyzer {
  readonly id: string;
  /** um per pixel it takes for a picture that states none. */
  readonly assumedPixelSizeUm: number;
}

/** Sizes that agree this well are one: rounding in files, not another objective. */
const SAME_WITHIN = 0.01;

/**
 * Two analyzers on one picture must see it at one scale, else their objects cannot be matched. A picture that states its
 * pixel size settles it; where it does not, each would assume its own.
 *
 * @throws OcularError PixelSizesDiffer.
 */
export function requireOnePixelSize(first: ScaledAnalyzer, second: ScaledAnalyzer, statedPixelSizeUm: number | undefined): void {
  if (statedPixelSizeUm !== undefined) return;
  const [a, b] = [first.assumedPixelSizeUm, second.assumedPixelSizeUm];
  if (Math.abs(a - b) <= SAME_WITHIN * Math.max(a, b)) return;
  throw new OcularError({ tag: "PixelSizesDiffer", first: first.id, firstUm: a, second: second.id, secondUm: b });
}
