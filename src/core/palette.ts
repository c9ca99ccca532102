/** A class colour. `name` is what people call it, for those who cannot be shown it. */
export interface PaletteColor {
  readonly name: string;
  /** For CSS and SVG. */
  readonly hex: string;
  /** 0 to 255. */
  readonly rgb: readonly [number, number, number];
}

/** Dark line on both sides of everything drawn on a picture: with it each colour stands out from any background. */
export const HALO_HEX = "#000000";

/**
 * The eight class colours, the same in overlay, counts, charts and report; `ClassInfo.colorIndex` points in here. Found by
 * a search for the largest smallest difference (CIEDE2000) between any two of them, as seen with normal vision and with
 * protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009), among colours bright enough for a black
 * halo; palette.test.ts checks it. The order puts the most different ones first.
 */
export const CLASS_PALETTE: readonly PaletteColor[] = [
  color("mint", "#55eeaa"),
  color("yellow", "#ffff33"),
  color("violet", "#aa66ff"),
  color("rose", "#ee77aa"),
  color("white", "#ddffff"),
  color("green", "#559966"),
  color("lilac", "#ddbbff"),
  color("olive", "#99bb33"),
];

function color(name: string, hex: string): PaletteColor {
  const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return { name, hex, rgb: [channel(1), channel(3), channel(5)] };
}
