import type { OverlayItem } from "./overlay-item.ts";
import type { PointPx } from "./view-transform.ts";

/** Where the picture stands in its canvas. */
export interface ViewState {
  /** Device pixels per pixel of the full frame: 1 is one-to-one. */
  readonly zoom: number;
  /** True while the picture follows the canvas (after `fit()`, until somebody zooms or pans). */
  readonly fits: boolean;
  /** Part of the frame inside the canvas, in its pixels; may reach beyond the frame. Undefined before the first frame. */
  readonly visiblePx?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined;
}

/** What lies under a place of the canvas. */
export interface Picked {
  /** In pixels of the full frame shown. */
  readonly imagePx: PointPx;
  /** Undefined when stage position or pixel size of the frame are unknown. */
  readonly stageUm?: PointPx | undefined;
  /** The smallest visible object whose box holds the place, or comes within a few screen pixels of it. */
  readonly item?: OverlayItem | undefined;
}

export interface PictureViewOptions {
  /** Grey of the surround, 0 to 255: neutral always. */
  readonly surroundDn?: number;
  /** Clock in ms; `performance.now` where left out. */
  readonly nowMs?: () => number;
  /** "auto" (where left out) takes the graphics card where there is one and otherwise the processor; tests name theirs. */
  readonly painter?: "auto" | "webgl" | "cpu";
}
