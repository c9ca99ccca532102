import type { FrameHeader } from "../../shared/domain/frame.ts";
import { layoutOf } from "../../shared/domain/pixel-layout.ts";

/** Side of the central part that is looked at, pixels of the (green) plane: enough cells, about a millisecond. */
const WINDOW_PX = 448;

/**
 * Focus score `varianceOfLaplacian`: variance of the 4-neighbour Laplacian over the squared mean, on the central part of
 * the green plane (mono: every second pixel). Dividing by the squared mean makes it independent of exposure and light.
 * Source: Pech-Pacheco et al. 2000, ICPR, "Diatom autofocusing in brightfield microscopy"; normalised as in
 * Sun, Duthaler, Nelson 2004, Microsc. Res. Tech. 65:139.
 * @returns a number without unit, larger is sharper; 0 for a black or tiny picture.
 */
export function varianceOfLaplacian(header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, pixels: Uint8Array): number {
  const plane = greenPlane(header, pixels);
  const { width, height, values } = plane;
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  let sumSquares = 0;
  let mean = 0;
  let n = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const here = values[i] ?? 0;
      const laplacian = (values[i - 1] ?? 0) + (values[i + 1] ?? 0) + (values[i - width] ?? 0) + (values[i + width] ?? 0) - 4 * here;
      sum += laplacian;
      sumSquares += laplacian * laplacian;
      mean += here;
      n += 1;
    }
  }
  mean /= n;
  if (mean <= 0) return 0;
  const average = sum / n;
  return (sumSquares / n - average * average) / (mean * mean);
}

interface Plane { readonly width: number; readonly height: number; readonly values: Float32Array }

/** Every second pixel of the picture's centre, at green sites of a mosaic, smoothed over 2x2 against shot noise where mono. */
function greenPlane(header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, pixels: Uint8Array): Plane {
  const layout = layoutOf(header.pixelFormat);
  const width = Math.min(WINDOW_PX, header.width >> 1);
  const height = Math.min(WINDOW_PX, header.height >> 1);
  const left = ((header.width >> 1) - width) & ~1;
  const top = ((header.height >> 1) - height) & ~1;
  const values = new Float32Array(Math.max(0, width * height));
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
      values[y * width + x] = layout.cfa === undefined
        ? (at(px, py) + at(px + 1, py) + at(px, py + 1) + at(px + 1, py + 1)) / 4
        : diagonal ? (at(px, py) + at(px + 1, py + 1)) / 2 : (at(px + 1, py) + at(px, py + 1)) / 2;
    }
  }
  return { width, height, values };
}
