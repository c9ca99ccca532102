/** Colour filter at (0,0),(1,0) / (0,1),(1,1). */
export type CfaPattern = "RGGB" | "GRBG" | "GBRG" | "BGGR";

/** Samples of one channel, one per pixel; 12-bit values in the low bits of 16. */
export type Samples = Uint8Array | Uint16Array;

/** Where in a 2x2 cell the filters lie: offsets into the cell, 0..3 = (0,0), (1,0), (0,1), (1,1). */
function cellOf(cfa: CfaPattern): { red: number; blue: number; green: readonly [number, number] } {
  const green = [cfa.indexOf("G"), cfa.lastIndexOf("G")] as const;
  return { red: cfa.indexOf("R"), blue: cfa.indexOf("B"), green };
}

/** Size of {@link halfSizeColour}: a last odd row or column belongs to no whole cell and is left out. */
export function halfSize(width: number, height: number): { width: number; height: number } {
  return { width: width >> 1, height: height >> 1 };
}

/**
 * Colour without interpolation: each 2x2 cell of the mosaic becomes one 8-bit RGB pixel (its red, the mean of its two
 * greens, its blue), so each colour shown was measured.
 *
 * @param shift bits to drop to come to 8
 */
export function halfSizeColour(mosaic: Samples, width: number, height: number, cfa: CfaPattern, shift: number): Uint8Array<ArrayBuffer> {
  const size = halfSize(width, height);
  const rgb = new Uint8Array(size.width * size.height * 3);
  const { red, blue, green } = cellOf(cfa);
  const at = (place: number): number => (place >> 1) * width + (place & 1);
  const [redAt, blueAt, green0At, green1At] = [at(red), at(blue), at(green[0]), at(green[1])];
  let out = 0;
  for (let y = 0; y < size.height; y++) {
    let cell = 2 * y * width;
    for (let x = 0; x < size.width; x++, cell += 2) {
      rgb[out++] = (mosaic[cell + redAt] ?? 0) >> shift;
      rgb[out++] = ((mosaic[cell + green0At] ?? 0) + (mosaic[cell + green1At] ?? 0)) >> (shift + 1);
      rgb[out++] = (mosaic[cell + blueAt] ?? 0) >> shift;
    }
  }
  return rgb;
}
