import { CLASS_PALETTE } from "../../core/palette.ts";
import type { OverlayItem, OverlayStyle } from "./overlay-item.ts";
import { type BoxShape, CORNER_MARK, type GlyphShape, type OutlineShape, type Rgb, type SegmentShape } from "./shapes.ts";
import type { Shapes } from "./shape-painter.ts";

const WHITE: Rgb = [255, 255, 255];
/** An object outside the counting frame: found, shown, not counted. */
const UNCOUNTED_WIDTH = 0.5;
const SELECTED_OUTSET_PX = 4;
const LETTER_HEIGHT_PX = 16;
const CORNER_SIZE_PX = 9;

/** An overlay taken apart into what is drawn, in pixels of the frame it was made on: the visible objects, in drawing order: larger ones first, so that a small one on a large one stays in sight. */
export function overlayShapes(items: readonly OverlayItem[], style: OverlayStyle): Shapes {
  const boxes: BoxShape[] = [];
  const outlines: OutlineShape[] = [];
  const segments: SegmentShape[] = [];
  const glyphs: GlyphShape[] = [];
  const visible = items.filter((item) => style.visibleClasses.has(item.classId));
  visible.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  for (const item of visible) {
    const color = colorOf(item);
    const line = { color, widthFactor: item.counted ? 1 : UNCOUNTED_WIDTH, dash: item.counted && item.disputed !== "2" ? "solid" : "dotted" } as const;
    if (style.boxesOrContours === "contours" && item.contour !== undefined && item.contour.length >= 6) outlines.push({ points: item.contour, ...line });
    else boxes.push({ ...item.box, ...line, outsetPx: 0 });
    if (item.selected === true) boxes.push({ ...item.box, color: WHITE, widthFactor: 1, dash: "solid", outsetPx: SELECTED_OUTSET_PX });
    if (item.rejected) segments.push(...cross(item, color));
    glyphs.push(...signs(item, color, style.showLetters));
  }
  return { boxes, outlines, segments, glyphs };
}

function colorOf(item: OverlayItem): Rgb {
  return CLASS_PALETTE[item.colorIndex]?.rgb ?? WHITE;
}

/** A rejected object is crossed out from corner to corner. */
function cross({ box }: OverlayItem, color: Rgb): SegmentShape[] {
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  return [
    { ax: box.x, ay: box.y, bx: right, by: bottom, color, widthFactor: 0.75 },
    { ax: right, ay: box.y, bx: box.x, by: bottom, color, widthFactor: 0.75 },
  ];
}

function signs(item: OverlayItem, color: Rgb, showLetters: boolean): GlyphShape[] {
  const { box } = item;
  const belongsToPx = Math.min(box.width, box.height);
  const found: GlyphShape[] = [];
  if (showLetters) found.push({ character: item.letter.toUpperCase(), x: box.x, y: box.y, dxPx: -2, dyPx: -LETTER_HEIGHT_PX - 1, color, belongsToPx });
  if (item.corrected) found.push({ character: CORNER_MARK, x: box.x + box.width, y: box.y, dxPx: -CORNER_SIZE_PX - 4, dyPx: -2, color, belongsToPx: 0 });
  if (item.disputed !== undefined) found.push({ character: item.disputed, x: box.x, y: box.y + box.height, dxPx: -2, dyPx: 1, color, belongsToPx: 0 });
  return found;
}
