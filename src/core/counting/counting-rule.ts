import type { BoxPx } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import { centreOf, containsPoint } from "../geometry/box.ts";

/** What of a frame the counting frame is laid on. */
export type CountedFrame = Pick<FrameHeader, "width" | "height" | "pixelSizeUm">;

/**
 * The counting frame in px: the field less the inset on every side. Where the scale is unknown the inset, given in um,
 * cannot be laid out and is 0. An inset wider than half the field leaves a frame without area, in which nothing counts.
 */
export function countingBox(header: CountedFrame, countingFrame: CountingFrame): BoxPx {
  const insetPx = header.pixelSizeUm === undefined ? 0 : countingFrame.insetUm / header.pixelSizeUm;
  return { x: insetPx, y: insetPx, width: Math.max(0, header.width - 2 * insetPx), height: Math.max(0, header.height - 2 * insetPx) };
}

/**
 * True when an object counts by the frame's rule. One point of the box decides: its centre, or, for the two edges, its
 * lower right corner; a box that reaches the right or lower edge has that corner outside. Left and top edge belong to
 * the frame, right and bottom edge to its neighbour, so fields that tile the slide count each object once by either rule.
 */
export function isCounted(box: BoxPx, header: CountedFrame, countingFrame: CountingFrame): boolean {
  const point = countingFrame.rule === "two-edges" ? { x: box.x + box.width, y: box.y + box.height } : centreOf(box);
  return containsPoint(countingBox(header, countingFrame), point);
}
