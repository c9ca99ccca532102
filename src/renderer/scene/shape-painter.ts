import type { GlyphSprites } from "./glyph-sprites.ts";
import type { BoxShape, Dash, GlyphShape, OutlineShape, Rgb, SegmentShape } from "./shapes.ts";

/** devicePx = p * scale + (dx, dy). */
export interface ShapeSpace {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
}

/** How a set of shapes is drawn. */
export interface ShapeLook {
  /** CSS pixels, multiplied by each shape's `widthFactor`. */
  readonly lineWidthPx: number;
  /** CSS pixels on both sides. */
  readonly haloPx: number;
  /** 0 to 1. */
  readonly opacity: number;
}

export interface Shapes {
  readonly boxes: readonly BoxShape[];
  readonly outlines: readonly OutlineShape[];
  readonly segments: readonly SegmentShape[];
  readonly glyphs: readonly GlyphShape[];
}

const HALO_STYLE = "rgba(0, 0, 0, 0.72)";
/** Below this many CSS pixels on the screen a thing goes without its letter. */
const SMALLEST_LETTERED_PX = 14;
/** On and off, CSS pixels. */
const DASHES: Record<Dash, number> = { solid: 0, dotted: 3, dashed: 6, striped: 10 };

/**
 * Draws shapes in two passes, all dark halos below all lines, so that no halo cuts a neighbour's line. Lines of one look
 * are one path: some thousand boxes are a few strokes. Upright and level lines lie on whole device pixels.
 */
export function paintShapes(pen: CanvasRenderingContext2D, shapes: Shapes, space: ShapeSpace, look: ShapeLook, pixelRatio: number, sprites: GlyphSprites): void {
  pen.globalAlpha = look.opacity;
  const lines = [...groupBoxes(shapes.boxes, space, look, pixelRatio), ...groupOutlines(shapes.outlines, space, look, pixelRatio), ...groupSegments(shapes.segments, space, look, pixelRatio)];
  pen.strokeStyle = HALO_STYLE;
  pen.setLineDash([]);
  for (const { path, widthPx, round } of lines) {
    setEnds(pen, round);
    pen.lineWidth = widthPx + 2 * Math.round(look.haloPx * pixelRatio);
    pen.stroke(path);
  }
  for (const { path, widthPx, round, color, dashPx } of lines) {
    setEnds(pen, round);
    pen.lineWidth = widthPx;
    pen.strokeStyle = cssColor(color);
    pen.setLineDash(dashPx > 0 ? [dashPx, dashPx] : []);
    pen.stroke(path);
  }
  for (const glyph of shapes.glyphs) paintGlyph(pen, glyph, space, pixelRatio, sprites);
  pen.globalAlpha = 1;
}

function setEnds(pen: CanvasRenderingContext2D, round: boolean): void {
  pen.lineCap = round ? "round" : "butt";
  pen.lineJoin = round ? "round" : "miter";
}

/** Lines that are drawn alike. */
interface LineGroup {
  readonly path: Path2D;
  readonly color: Rgb;
  /** Device pixels. */
  readonly widthPx: number;
  readonly dashPx: number;
  readonly round: boolean;
}

function groupBoxes(boxes: readonly BoxShape[], space: ShapeSpace, look: ShapeLook, pixelRatio: number): Iterable<LineGroup> {
  const groups = new Map<string, LineGroup>();
  for (const box of boxes) {
    const widthPx = deviceWidth(look.lineWidthPx * box.widthFactor * pixelRatio);
    const { path } = groupOf(groups, { color: box.color, widthPx, dashPx: DASHES[box.dash] * pixelRatio, round: false });
    const outset = Math.round(box.outsetPx * pixelRatio);
    const half = (widthPx % 2) / 2;
    const left = Math.round(box.x * space.scale + space.dx) - outset + half;
    const top = Math.round(box.y * space.scale + space.dy) - outset + half;
    const right = Math.round((box.x + box.width) * space.scale + space.dx) + outset - half;
    const bottom = Math.round((box.y + box.height) * space.scale + space.dy) + outset - half;
    path.rect(left, top, Math.max(right - left, 1), Math.max(bottom - top, 1));
  }
  return groups.values();
}

function groupOutlines(outlines: readonly OutlineShape[], space: ShapeSpace, look: ShapeLook, pixelRatio: number): Iterable<LineGroup> {
  const groups = new Map<string, LineGroup>();
  for (const { points, color, widthFactor, dash } of outlines) {
    const widthPx = deviceWidth(look.lineWidthPx * widthFactor * pixelRatio);
    // Round where the line goes through: a sharp corner between two short edges grows no spike.
    const { path } = groupOf(groups, { color, widthPx, dashPx: DASHES[dash] * pixelRatio, round: dash === "solid" });
    for (let i = 0; i + 1 < points.length; i += 2) {
      const x = (points[i] ?? 0) * space.scale + space.dx;
      const y = (points[i + 1] ?? 0) * space.scale + space.dy;
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    path.closePath();
  }
  return groups.values();
}

function groupSegments(segments: readonly SegmentShape[], space: ShapeSpace, look: ShapeLook, pixelRatio: number): Iterable<LineGroup> {
  const groups = new Map<string, LineGroup>();
  for (const segment of segments) {
    const widthPx = deviceWidth(look.lineWidthPx * segment.widthFactor * pixelRatio);
    const { path } = groupOf(groups, { color: segment.color, widthPx, dashPx: 0, round: true });
    const onPixel = (place: number): number => (widthPx % 2 === 1 ? Math.floor(place) + 0.5 : Math.round(place));
    const upright = segment.ax === segment.bx;
    const level = segment.ay === segment.by;
    const x = (value: number): number => (upright ? onPixel(value * space.scale + space.dx) : value * space.scale + space.dx);
    const y = (value: number): number => (level ? onPixel(value * space.scale + space.dy) : value * space.scale + space.dy);
    path.moveTo(x(segment.ax), y(segment.ay));
    path.lineTo(x(segment.bx), y(segment.by));
  }
  return groups.values();
}

function groupOf(groups: Map<string, LineGroup>, look: Omit<LineGroup, "path">): LineGroup {
  const key = `${look.color.join()}/${look.widthPx}/${look.dashPx}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = { ...look, path: new Path2D() };
  groups.set(key, group);
  return group;
}

function deviceWidth(px: number): number {
  return Math.max(1, Math.round(px));
}

function paintGlyph(pen: CanvasRenderingContext2D, glyph: GlyphShape, space: ShapeSpace, pixelRatio: number, sprites: GlyphSprites): void {
  if (glyph.belongsToPx > 0 && glyph.belongsToPx * space.scale < SMALLEST_LETTERED_PX * pixelRatio) return;
  const anchorY = glyph.y * space.scale + space.dy;
  const left = Math.round(glyph.x * space.scale + space.dx + glyph.dxPx * pixelRatio);
  const top = Math.round(anchorY + glyph.dyPx * pixelRatio);
  // A letter above a box at the upper edge of the canvas slips into the box.
  pen.drawImage(sprites.sprite(glyph.character, glyph.color), left, anchorY >= -1 ? Math.max(top, 0) : top);
}

function cssColor([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
