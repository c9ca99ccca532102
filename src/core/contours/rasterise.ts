import type { Mask } from "../image/plane.ts";
import type { Contour } from "./polygon.ts";
import { spansAt } from "./spans.ts";

/** A piece of the picture: left, top, size; whole pixels. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The mask of a contour: every pixel whose centre lies inside (even-odd rule; a centre on a left or upper edge does). */
export function rasteriseContour(contour: Contour, window: Window): Mask {
  const { width, height } = window;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const spans = spansAt(contour, window.y + row + 0.5);
    for (let i = 0; i + 1 < spans.length; i += 2) {
      const first = Math.max(Math.ceil((spans[i] ?? 0) - window.x - 0.5), 0);
      const end = Math.min(Math.ceil((spans[i + 1] ?? 0) - window.x - 0.5), width);
      if (first < end) data.fill(1, row * width + first, row * width + end);
    }
  }
  return { width, height, data };
}
