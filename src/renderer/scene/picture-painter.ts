import type { PreviewMessage } from "../../shared/ipc/contract.ts";
import type { ContrastRange } from "./histogram.ts";
import type { SizePx, ViewTransform } from "./view-transform.ts";

/** Paints the frame (no overlays) on the picture's canvas; it owns the canvas's context and the size of its buffer. */
export interface PicturePainter {
  /** Keeps the bytes until the next frame; nothing is painted before `draw`. */
  setFrame(preview: PreviewMessage): void;
  /** Takes the picture away: only the surround is left. */
  clear(): void;
  setContrast(contrast: ContrastRange): void;
  setSaturationShown(shown: boolean): void;
  /**
   * @param view device pixels per pixel of the full frame, whole-pixel offsets
   * @param screen size of the canvas, device pixels
   * @returns whether it could: a lost graphics context cannot
   */
  draw(view: ViewTransform, screen: SizePx): boolean;
  /** Frees what it holds; nothing may be called afterwards. */
  dispose(): void;
}
