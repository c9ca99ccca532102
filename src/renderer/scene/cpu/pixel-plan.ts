import { drawnSize } from "../mosaic.ts";
import type { PreviewMessage } from "../../../shared/ipc/contract.ts";
import type { SizePx, ViewTransform } from "../view-transform.ts";
import type { PixelRect } from "./pixel-source.ts";

/** What is made of a preview to show it in a view. */
export interface PixelPlan {
  /** Part of the preview that is made, its pixels. */
  readonly rect: PixelRect;
  /** Preview pixels that become one: 1 is full size (a mosaic is then demosaiced). */
  readonly block: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels beyond the edge of the screen, so that filtering has neighbours. */
const MARGIN_PX = 2;

/**
 * Never more pixels than the screen can show: below 1:1 the whole picture, reduced as far as leaves no screen pixel
 * without one of its own (a mosaic at least to its cells); from 1:1 on what is in sight, at full size.
 */
export function planPixels(preview: Pick<PreviewMessage, "layout" | "width" | "height" | "reduction">, view: ViewTransform, screen: SizePx): PixelPlan {
  const size = drawnSize(preview);
  const scale = view.zoom * preview.reduction;
  if (scale < 1) {
    const unit = preview.layout === "bayer8" ? 2 : 1;
    const block = unit * Math.max(1, Math.min(Math.floor(1 / (scale * unit)), Math.floor(Math.min(size.width, size.height) / unit)));
    return { rect: { left: 0, top: 0, ...size }, block, width: Math.floor(size.width / block), height: Math.floor(size.height / block) };
  }
  const [left, right] = inSight(view.offsetX, scale, screen.width, size.width);
  const [top, bottom] = inSight(view.offsetY, scale, screen.height, size.height);
  const rect = { left, top, width: right - left, height: bottom - top };
  return { rect, block: 1, width: rect.width, height: rect.height };
}

function inSight(offset: number, scale: number, screen: number, length: number): [from: number, to: number] {
  const clamp = (place: number): number => Math.min(length, Math.max(0, place));
  return [clamp(Math.floor(-offset / scale) - MARGIN_PX), clamp(Math.ceil((screen - offset) / scale) + MARGIN_PX)];
}
