import type { RecipeStep } from "../../../shared/domain/recipe.ts";
import type { GreyPlane } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";
import { greyHistogram } from "../thresholds/grey-histogram.ts";

type BackgroundStep = Extract<RecipeStep, { kind: "background" }>;

/** Share of a tile's pixels that is surely background. */
const LOW_QUANTILE = 0.1;
/** A tile smaller than this says little about its quantiles, px. */
const SMALLEST_TILE = 8;

/** The picture without its uneven light; see {@link BackgroundStep}. */
export function removeBackground(plane: GreyPlane, step: BackgroundStep, radiusPx: number, kernels: PixelKernels): GreyPlane {
  const background = step.method === "mean" ? kernels.boxMean(plane, Math.max(Math.round(radiusPx), 1)) : tiledBackground(plane, radiusPx, step.objects, kernels);
  const out = new Float32Array(plane.data.length);
  for (let at = 0; at < out.length; at++) {
    const value = plane.data[at] as number;
    const behind = background.data[at] as number;
    if (step.remove === "subtract") out[at] = value > behind ? value - behind : 0;
    else if (step.remove === "difference") out[at] = Math.abs(value - behind);
    else out[at] = behind <= 0 ? 255 : Math.min((value / behind) * 255, 255);
  }
  return { width: plane.width, height: plane.height, data: out };
}

/** A quantile of each tile, joined by linear interpolation between the tiles' centres. */
function tiledBackground(plane: GreyPlane, radiusPx: number, objects: "bright" | "dark", kernels: PixelKernels): GreyPlane {
  const { width, height } = plane;
  const side = Math.max(2 * radiusPx, SMALLEST_TILE);
  const columns = Math.max(Math.round(width / side), 1);
  const rows = Math.max(Math.round(height / side), 1);
  const share = objects === "bright" ? LOW_QUANTILE : 1 - LOW_QUANTILE;
  const { min, max } = kernels.valueRange(plane.data);
  const grid = new Float64Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x0 = Math.floor((column * width) / columns);
      const x1 = Math.floor(((column + 1) * width) / columns);
      const y0 = Math.floor((row * height) / rows);
      const y1 = Math.floor(((row + 1) * height) / rows);
      grid[row * columns + column] = quantile(plane, { x0, y0, x1, y1 }, share, { min, max }, kernels);
    }
  }
  return spread(grid, columns, rows, width, height);
}

function quantile({ width, data }: GreyPlane, { x0, y0, x1, y1 }: { x0: number; y0: number; x1: number; y1: number }, share: number, range: { readonly min: number; readonly max: number }, kernels: PixelKernels): number {
  if (range.max === range.min) return range.min;
  const tile = new Float32Array(Math.max((x1 - x0) * (y1 - y0), 1));
  let n = 0;
  for (let y = y0; y < y1; y++) {
    tile.set(data.subarray(y * width + x0, y * width + x1), n);
    n += x1 - x0;
  }
  const histogram = greyHistogram({ width: tile.length, height: 1, data: tile }, kernels, 256);
  const wanted = share * tile.length;
  let seen = 0;
  for (const [bin, count] of histogram.counts.entries()) {
    // Inside the bin as if its pixels were spread evenly.
    if (seen + count >= wanted && count > 0) return histogram.min + (bin + (wanted - seen) / count) * histogram.binWidth;
    seen += count;
  }
  return histogram.max;
}

function spread(grid: Float64Array, columns: number, rows: number, width: number, height: number): GreyPlane {
  const out = new Float32Array(width * height);
  const across = Array.from({ length: width }, (_, x) => between(x, width, columns));
  for (let y = 0, at = 0; y < height; y++) {
    const down = between(y, height, rows);
    const upper = down.from * columns;
    const lower = down.to * columns;
    for (let x = 0; x < width; x++, at++) {
      const { from, to, share } = across[x] as Between;
      const above = (grid[upper + from] as number) * (1 - share) + (grid[upper + to] as number) * share;
      const below = (grid[lower + from] as number) * (1 - share) + (grid[lower + to] as number) * share;
      out[at] = above * (1 - down.share) + below * down.share;
    }
  }
  return { width, height, data: out };
}

interface Between {
  readonly from: number;
  readonly to: number;
  /** Weight of `to`. */
  readonly share: number;
}

/** The two tile centres around a pixel; beyond the outermost centre the tile counts alone. */
function between(pixel: number, pixels: number, tiles: number): Between {
  const place = Math.min(Math.max(((pixel + 0.5) * tiles) / pixels - 0.5, 0), tiles - 1);
  const from = Math.floor(place);
  return { from, to: Math.min(from + 1, tiles - 1), share: place - from };
}
