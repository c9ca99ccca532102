import { type ScaleBar, scaleBarFor } from "./scale-bar.ts";
import type { BoxShape, Rgb, SegmentShape } from "./shapes.ts";
import type { SizePx } from "./view-transform.ts";

const WHITE: Rgb = [255, 255, 255];
/** From the canvas's left and bottom edge. */
const BAR_MARGIN_PX = 20;
const BAR_WIDTH = 4;
/** From the bar to the baseline of its words. */
const TEXT_ABOVE_BAR_PX = 10;
const CROSSHAIR_GAP_PX = 14;
const STALE_BORDER = 6;

/** The counting frame in frame pixels; undefined where the inset leaves nothing. */
export function countingFrameShape(image: SizePx, insetPx: number): BoxShape | undefined {
  const width = image.width - 2 * insetPx;
  const height = image.height - 2 * insetPx;
  if (width <= 0 || height <= 0) return undefined;
  return { x: insetPx, y: insetPx, width, height, color: WHITE, widthFactor: 1, dash: "dashed", outsetPx: 0 };
}

/** A striped border just inside the picture. */
export function staleShape(image: SizePx): BoxShape {
  return { x: 0, y: 0, width: image.width, height: image.height, color: WHITE, widthFactor: STALE_BORDER, dash: "striped", outsetPx: -STALE_BORDER / 2 };
}

/** Lines through the centre of the picture, open around the centre so that they hide nothing there. `zoom` in CSS pixels per frame pixel. */
export function crosshairSegments(image: SizePx, zoom: number): SegmentShape[] {
  const x = image.width / 2;
  const y = image.height / 2;
  const gapX = Math.min(CROSSHAIR_GAP_PX / zoom, x);
  const gapY = Math.min(CROSSHAIR_GAP_PX / zoom, y);
  const line = (ax: number, ay: number, bx: number, by: number): SegmentShape => ({ ax, ay, bx, by, color: WHITE, widthFactor: 1 });
  return [line(0, y, x - gapX, y), line(x + gapX, y, image.width, y), line(x, 0, x, y - gapY), line(x, y + gapY, x, image.height)];
}

/** Scale bar and its words, CSS pixels of the canvas. */
export interface ScaleBarMarks {
  readonly bar: readonly SegmentShape[];
  readonly text: { readonly words: string; readonly x: number; readonly y: number };
}

/** @param umPerCssPx undefined where the pixel size is unknown: then the words say so and there is no bar. */
export function scaleBarMarks(umPerCssPx: number | undefined, canvas: SizePx): ScaleBarMarks {
  const y = canvas.height - BAR_MARGIN_PX;
  if (umPerCssPx === undefined) return { bar: [], text: { words: "Scale unknown", x: BAR_MARGIN_PX, y } };
  const { lengthPx, label }: ScaleBar = scaleBarFor(umPerCssPx);
  // Round ends reach half the line's width further: the bar is as long as it says from tip to tip.
  const ax = BAR_MARGIN_PX + BAR_WIDTH / 2;
  const bx = BAR_MARGIN_PX + lengthPx - BAR_WIDTH / 2;
  return {
    bar: [{ ax, ay: y, bx, by: y, color: WHITE, widthFactor: BAR_WIDTH }],
    text: { words: label, x: BAR_MARGIN_PX, y: y - TEXT_ABOVE_BAR_PX },
  };
}
