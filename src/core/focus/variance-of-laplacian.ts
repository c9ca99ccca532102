import type { FrameHeader } from "../../shared/domain/frame.ts";
import { layoutOf } from "../../shared/domain/pixel-layout.ts";
import type { Plane } from "../image/plane.ts";
import type { PixelKernels } from "../kernels/pixel-kernels.ts";

/** Side of the central part that is looked at, pixels of the (green) plane: enough cells, about a millisecond. */
const WINDOW_PX = 448;

/**
 * Focus score `varianceOfLaplacian`: variance of the 4-neighbour Laplacian over the squared mean, on the central part of
 * the green plane (mono: every second pixel). Dividing by the squared mean makes it independent of exposure and light.
 * Source: Pech-Pacheco et al. 2000, ICPR, "Diatom autofocusing in brightfield microscopy"; normalised as in
 * Sun, Duthaler, Nelson 2004, Microsc. Res. Tech. 65:139.
 * @returns a number without unit, larger is sharper; 0 for a black or tiny picture.
 */
export function varianceOfLaplacian(kernels: Pick<PixelKernels, "varianceOfLaplacian">, header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, pixels: Uint8Array): number {
  const plane = greenPlane(header, pixels);
  const mean = plane.data.reduce((sum, value) => sum + value, 0) / plane.data.length;
  return mean > 0 ? kernels.varianceOfLaplacian(plane) / (mean * mean) : 0;
}

/**
 * Every second pixel of the picture's centre: the sum of the greens of each 2x2 cell of a mosaic, or of a mono cell's four
 * pixels, against shot noise. 16-bit pixels lose the two lowest bits of the sum.
 */
function greenPlane(header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, pixels: Uint8Array): Plane<Uint16Array> {
  const layout = layoutOf(header.pixelFormat);
  const width = Math.min(WINDOW_PX, header.width >> 1);
  const height = Math.min(WINDOW_PX, header.height >> 1);
  const left = ((header.width >> 1) - width) & ~1;
  const top = ((header.height >> 1) - height) & ~1;
  const data = new Uint16Array(width * height);
  const shift = layout.significantBits > 14 ? 2 : 0;
  const at = (x: number, y: number): number => {
    const index = (y * header.width + x) * layout.channels + (layout.channels === 3 ? 1 : 0);
    return layout.bytesPerSample === 1 ? (pixels[index] ?? 0) : (pixels[2 * index] ?? 0) | ((pixels[2 * index + 1] ?? 0) << 8);
  };
  // In GRBG and GBRG the greens of a 2x2 cell lie on the main diagonal, in RGGB and BGGR on the other one.
  const diagonal = layout.cfa === "GRBG" || layout.cfa === "GBRG";
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const px = left + 2 * x;
      const py = top + 2 * y;
      const sum = layout.cfa === undefined
        ? at(px, py) + at(px + 1, py) + at(px, py + 1) + at(px + 1, py + 1)
        : diagonal ? at(px, py) + at(px + 1, py + 1) : at(px + 1, py) + at(px, py + 1);
      data[y * width + x] = sum >> shift;
    }
  }
  return { width, height, data };
}
