import { type PixelSidesUm, squarePixelUm } from "../../../core/geometry/square-pixels.ts";

/** um per pixel of a page whose file states them across and, most of the time, down; nothing for pixels that are not square. */
export function pixelSize(across: number | undefined, down: number | undefined): { readonly pixelSizeUm?: number } {
  const sides = sidesOf(across, down);
  const pixelSizeUm = sides === undefined ? undefined : squarePixelUm(sides);
  return pixelSizeUm === undefined ? {} : { pixelSizeUm };
}

/** The sides of pixels that are not square. */
export function notSquare(across: number | undefined, down: number | undefined): PixelSidesUm | undefined {
  const sides = sidesOf(across, down);
  return sides === undefined || squarePixelUm(sides) !== undefined ? undefined : sides;
}

/** A file that says one side only means squares. */
function sidesOf(across: number | undefined, down: number | undefined): PixelSidesUm | undefined {
  if (across === undefined || !(across > 0)) return undefined;
  return { x: across, y: down !== undefined && down > 0 ? down : across };
}
