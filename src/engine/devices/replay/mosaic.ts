import type { Picture } from "../../images/picture.ts";

/**
 * An RGB8 picture as a raw colour sensor would have seen it: at each pixel only the sample of its filter (BayerRG8:
 * red at (0,0), blue at (1,1)). Other formats stay as they are.
 */
export function toRawColour(picture: Picture): Picture {
  if (picture.pixelFormat !== "RGB8") return picture;
  const { width, height, pixels } = picture;
  const raw = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const odd = y & 1;
    for (let x = 0; x < width; x++, at++) raw[at] = pixels[3 * at + odd + (x & 1)] ?? 0;
  }
  return { ...picture, pixelFormat: "BayerRG8", pixels: raw };
}
