import { CLASS_PALETTE, HALO_HEX } from "../../../core/palette.ts";
import { CLASS_SHAPES } from "./class-shapes.ts";
import type { Scale } from "./plot-scale.ts";
import { along, tickText } from "./plot-scale.ts";
import type { PlacedPoints } from "./point-picking.ts";

/** Room for the axes, CSS pixels. */
const MARGINS = { left: 60, right: 14, top: 12, bottom: 46 } as const;
/** Radius of a point, CSS pixels. */
const RADIUS = 4;
/** Points that are not selected, while others are. */
const FAINT = 0.28;

export interface PlotSize {
  readonly width: number;
  readonly height: number;
  /** Type, margins and points grow by this on big screens. Default 1. */
  readonly scale?: number;
}

export interface PlotAxes {
  readonly x: { readonly scale: Scale; readonly label: string };
  readonly y: { readonly scale: Scale; readonly label: string };
}

/** Colours of the theme. */
export interface PlotInk {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly font: string;
}

/** The part of the canvas between the axes. */
export function innerBox({ width, height, scale = 1 }: PlotSize) {
  const [left, top] = [MARGINS.left * scale, MARGINS.top * scale];
  return { x: left, y: top, width: Math.max(width - left - MARGINS.right * scale, 1), height: Math.max(height - top - MARGINS.bottom * scale, 1) };
}

/** Places of values on the plot; NaN where either is missing. */
export function placePoints(xs: ArrayLike<number>, ys: ArrayLike<number>, axes: PlotAxes, size: PlotSize): PlacedPoints {
  const inner = innerBox(size);
  const placed = { xs: new Float32Array(xs.length).fill(NaN), ys: new Float32Array(xs.length).fill(NaN) };
  for (let row = 0; row < xs.length; row++) {
    const x = xs[row] as number;
    const y = ys[row] as number;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    placed.xs[row] = inner.x + along(axes.x.scale, x) * inner.width;
    placed.ys[row] = inner.y + (1 - along(axes.y.scale, y)) * inner.height;
  }
  return placed;
}

/** Grid, ticks and labels on a cleared canvas. */
export function paintAxes(pen: CanvasRenderingContext2D, size: PlotSize, axes: PlotAxes, ink: PlotInk): void {
  const inner = innerBox(size);
  const { scale = 1 } = size;
  pen.clearRect(0, 0, size.width, size.height);
  pen.lineWidth = 1;
  pen.strokeStyle = ink.line;
  pen.fillStyle = ink.quiet;
  pen.font = `${12 * scale}px ${ink.font}`;
  pen.beginPath();
  pen.textAlign = "center";
  pen.textBaseline = "top";
  for (const tick of axes.x.scale.ticks) {
    const x = Math.round(inner.x + along(axes.x.scale, tick) * inner.width) + 0.5;
    pen.moveTo(x, inner.y);
    pen.lineTo(x, inner.y + inner.height);
    pen.fillText(tickText(tick), x, inner.y + inner.height + 5 * scale);
  }
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const tick of axes.y.scale.ticks) {
    const y = Math.round(inner.y + (1 - along(axes.y.scale, tick)) * inner.height) + 0.5;
    pen.moveTo(inner.x, y);
    pen.lineTo(inner.x + inner.width, y);
    pen.fillText(tickText(tick), inner.x - 6 * scale, y);
  }
  pen.stroke();
  pen.fillStyle = ink.text;
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  pen.fillText(axes.x.label, inner.x + inner.width / 2, size.height - 4, inner.width);
  pen.save();
  pen.translate(13 * scale, inner.y + inner.height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textBaseline = "middle";
  pen.fillText(axes.y.label, 0, 0, inner.height);
  pen.restore();
}

/** Every point in its class's colour and shape, dark round the edge as over a picture; selected ones over the others. */
export function paintPoints(pen: CanvasRenderingContext2D, points: PlacedPoints, colorIndexes: Uint8Array, selected: ReadonlySet<number>, scale = 1): void {
  const passes = selected.size === 0 ? [{ alpha: 1, wanted: () => true }] : [{ alpha: FAINT, wanted: (row: number) => !selected.has(row) }, { alpha: 1, wanted: (row: number) => selected.has(row) }];
  for (const { alpha, wanted } of passes) {
    pen.globalAlpha = alpha;
    // One path a class: thousands of points are a few strokes of the pen.
    for (const [colorIndex, color] of CLASS_PALETTE.entries()) {
      const path = new Path2D();
      let isUsed = false;
      for (let row = 0; row < colorIndexes.length; row++) {
        if (colorIndexes[row] !== colorIndex || Number.isNaN(points.xs[row]) || !wanted(row)) continue;
        addShape(path, colorIndex, points.xs[row] as number, points.ys[row] as number, RADIUS * scale);
        isUsed = true;
      }
      if (!isUsed) continue;
      pen.strokeStyle = HALO_HEX;
      pen.lineWidth = 1.5;
      pen.stroke(path);
      pen.fillStyle = color.hex;
      pen.fill(path);
    }
  }
  pen.globalAlpha = 1;
}

/** Two rings round the point that is looked at: one of them shows on any ground. */
export function paintCurrent(pen: CanvasRenderingContext2D, points: PlacedPoints, row: number, ink: PlotInk, scale = 1): void {
  const x = points.xs[row];
  const y = points.ys[row];
  if (x === undefined || y === undefined || Number.isNaN(x)) return;
  for (const [radius, color] of [[RADIUS + 5, HALO_HEX], [RADIUS + 6.5, ink.accent]] as const) {
    pen.beginPath();
    pen.arc(x, y, radius * scale, 0, 2 * Math.PI);
    pen.lineWidth = 2;
    pen.strokeStyle = color;
    pen.stroke();
  }
}

/** Bars of counts, classes stacked; `marked` outlines one bin. */
export function paintBars(pen: CanvasRenderingContext2D, size: PlotSize, axes: PlotAxes, bins: { readonly all: readonly (readonly number[])[]; readonly selected: readonly (readonly number[])[] | undefined; readonly colorIndexes: readonly number[] }, marked: number | undefined, ink: PlotInk): void {
  const inner = innerBox(size);
  const count = bins.all[0]?.length ?? 0;
  const height = (cells: number): number => (along(axes.y.scale, cells) - along(axes.y.scale, 0)) * inner.height;
  const base = inner.y + (1 - along(axes.y.scale, 0)) * inner.height;
  const draw = (groups: readonly (readonly number[])[], alpha: number): void => {
    pen.globalAlpha = alpha;
    for (let bin = 0; bin < count; bin++) {
      const x = inner.x + (bin / count) * inner.width;
      let y = base;
      for (const [group, counts] of groups.entries()) {
        const tall = height(counts[bin] ?? 0);
        if (tall === 0) continue;
        y -= tall;
        pen.fillStyle = CLASS_PALETTE[bins.colorIndexes[group] ?? 0]?.hex ?? "#fff";
        pen.strokeStyle = HALO_HEX;
        pen.lineWidth = 1;
        pen.fillRect(x + 0.5, y, inner.width / count - 1, tall);
        pen.strokeRect(x + 0.5, y, inner.width / count - 1, tall);
      }
    }
    pen.globalAlpha = 1;
  };
  draw(bins.all, bins.selected === undefined ? 1 : FAINT);
  if (bins.selected !== undefined) draw(bins.selected, 1);
  if (marked === undefined) return;
  pen.strokeStyle = ink.accent;
  pen.lineWidth = 2;
  pen.strokeRect(inner.x + (marked / count) * inner.width, inner.y, inner.width / count, inner.height);
}

function addShape(path: Path2D, colorIndex: number, x: number, y: number, radius: number): void {
  const corners = CLASS_SHAPES[colorIndex] ?? [];
  for (const [at, [dx, dy]] of corners.entries()) {
    if (at === 0) path.moveTo(x + dx * radius, y + dy * radius);
    else path.lineTo(x + dx * radius, y + dy * radius);
  }
  path.closePath();
}
