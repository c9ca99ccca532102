import type { PreviewMessage } from "../../shared/ipc/contract.ts";
import type { ContrastSetting, HistogramReport } from "./histogram.ts";
import type { Overlay, OverlayStyle } from "./overlay-item.ts";
import { PictureScene } from "./picture-scene.ts";
import type { Picked, PictureViewOptions, ViewState } from "./picture-types.ts";
import type { PointPx } from "./view-transform.ts";

/** Stops a subscription. */
export type Unsubscribe = () => void;

/**
 * The picture: newest frame, overlays, scale bar, crosshair, counting frame, by WebGL2 or, without a graphics card, by the
 * processor. It draws only when
 * something changed. Screen places are CSS pixels from the canvas's top left corner. The canvas's CSS size is the
 * owner's; call `resize()` after it changed. Nothing here throws for a lost graphics context: the picture comes back
 * with it.
 */
export interface PictureView {
  /** Shows `preview` with the next draw; one that comes before that draw replaces it (and is the only one reported). */
  setFrame(preview: PreviewMessage): void;
  /** Takes the picture away (no camera): only the surround is left. */
  clearFrame(): void;
  setOverlay(overlay: Overlay | undefined): void;
  setOverlayStyle(style: OverlayStyle): void;
  /** 8-bit DN of the preview; `"auto"` follows the 0.1st to 99.9th percentile of the live histogram. */
  setContrast(contrast: ContrastSetting): void;
  /** Paints saturated pixels with a stripe pattern that stands still. */
  setSaturationShown(shown: boolean): void;
  /** Inset of the counting frame in um; undefined hides it. Not drawn where the pixel size is unknown. */
  setCountingFrame(insetUm: number | undefined): void;
  setScaleBar(shown: boolean): void;
  setCrosshair(shown: boolean): void;
  /** The camera is silent: the picture gets a striped border. The words are the shell's. */
  setStale(stale: boolean): void;

  /** Keeps the image place under `atScreenPx` where it is. */
  zoomBy(factor: number, atScreenPx: PointPx): void;
  panBy(dxPx: number, dyPx: number): void;
  fit(): void;
  /** One frame pixel on one device pixel, about the middle of the canvas. */
  oneToOne(): void;
  readonly viewState: ViewState;

  /** Undefined before the first frame, and outside the picture. */
  pick(screenPx: PointPx): Picked | undefined;
  /** Place of a frame pixel on the canvas; undefined before the first frame. */
  screenFromImage(imagePx: PointPx): PointPx | undefined;

  /**
   * A new frame was drawn and has gone to the compositor, which shows it with the screen's next refresh; `waitMs` since
   * `setFrame`. The credit of the preview stream. Waiting one more animation frame would hold a stream of 30 frames/s
   * down to 20 on a 60 Hz screen. Nothing is reported while the window is hidden: nothing is drawn then.
   */
  onDidDraw(listener: (frameId: number, waitMs: number) => void): Unsubscribe;
  /** About four times a second while frames come. */
  onDidHistogram(listener: (report: HistogramReport) => void): Unsubscribe;
  onDidChangeView(listener: (view: ViewState) => void): Unsubscribe;

  /** Takes over the canvas's new CSS size and the screen's pixel ratio. */
  resize(): void;
  /** Draws now and reads the canvas back: RGBA, rows from the top. For snapshots and tests. */
  readPixels(): { readonly width: number; readonly height: number; readonly rgba: Uint8Array };
  /** Frees textures, buffers and listeners. Nothing may be called afterwards. */
  dispose(): void;
}

/**
 * Makes the picture on `canvas`, which must have no context yet.
 * @throws Error when this machine gives no canvas to draw on; the shell says so in words.
 */
export function createPictureView(canvas: HTMLCanvasElement, options: PictureViewOptions = {}): PictureView {
  return new PictureScene(canvas, options);
}
