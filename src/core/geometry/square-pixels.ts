/** um per pixel across and down, as somebody states them. */
export interface PixelSidesUm {
  readonly x: number;
  readonly y: number;
}

/** Sides that differ by no more than this are one size, rounded in two ways. */
const MAY_DIFFER = 0.01;

/**
 * The one size of pixels that are square: the side of the square of the same area, so that areas stay right. Undefined for
 * pixels that are not: no length measured on such a picture would be true in every direction.
 */
export function squarePixelUm({ x, y }: PixelSidesUm): number | undefined {
  if (x === y) return x;
  return Math.max(x, y) <= Math.min(x, y) * (1 + MAY_DIFFER) ? Math.sqrt(x * y) : undefined;
}
