import { clipTo } from "./box.ts";
import type { Corners } from "./box.ts";
import type { Candidate } from "./candidate.ts";

/**
 * Outputs of a centre-heat-map head ("Objects as Points", Zhou et al. 2019, arXiv:1904.07850) for one picture.
 * Planes lie one after the other, each `rows` x `columns`, row by row.
 */
export interface CentreHeatMap {
  readonly columns: number;
  readonly rows: number;
  /** One plane per class: how sure the model is that an object has its centre here, 0 to 1. */
  readonly heat: Float32Array;
  /** Two planes: width and height of that object, input pixels. */
  readonly size: Float32Array;
  /** Two planes: where in the cell the centre lies, x and y, cells. */
  readonly offset: Float32Array;
}

export interface DecodeSettings {
  /** Input pixels per cell. */
  readonly stride: number;
  /** Lowest score that counts, per class in the model's order. */
  readonly scoreThresholds: readonly number[];
  /** The picture in input pixels: boxes are clipped to it. It may reach beyond the input when that is a tile of it. */
  readonly picture: Corners;
}

/** Boxes less than this wide or high after clipping are dust at the picture's edge, input pixels. */
const LEAST_SIDE_PX = 1;
const LEAST_SCORE = 1e-6;

/**
 * Every cell that is the largest of its 3 x 3 neighbours and reaches its class's threshold, as a box in input pixels:
 * centre = (cell + offset) * stride. Equal neighbours are all kept: overlap suppression settles them.
 * Ordered by class, then row, then column.
 *
 * @throws RangeError when a plane is missing, or holds something that is no number.
 */
export function decodeCentreHeatMap(map: CentreHeatMap, settings: DecodeSettings): Candidate[] {
  const { columns, rows } = map;
  const plane = columns * rows;
  const classes = settings.scoreThresholds.length;
  if (map.heat.length !== plane * classes || map.size.length !== plane * 2 || map.offset.length !== plane * 2) {
    throw new RangeError(`the outputs do not fit ${columns} x ${rows} cells and ${classes} classes`);
  }
  if (!isFinite(map.heat)) throw new RangeError("the heat map holds values that are no numbers");
  const found: Candidate[] = [];
  for (let label = 0; label < classes; label++) {
    const heat = map.heat.subarray(label * plane, (label + 1) * plane);
    const threshold = Math.max(settings.scoreThresholds[label] ?? 1, LEAST_SCORE);
    for (let cell = 0; cell < plane; cell++) {
      const score = heat[cell] ?? 0;
      if (score < threshold || !isPeak(heat, cell, columns, rows)) continue;
      const candidate = boxAt(map, cell, label, Math.min(score, 1), settings);
      if (candidate !== undefined) found.push(candidate);
    }
  }
  return found;
}

function boxAt(map: CentreHeatMap, cell: number, label: number, score: number, settings: DecodeSettings): Candidate | undefined {
  const plane = map.columns * map.rows;
  const centreX = ((cell % map.columns) + (map.offset[cell] ?? 0)) * settings.stride;
  const centreY = (Math.floor(cell / map.columns) + (map.offset[plane + cell] ?? 0)) * settings.stride;
  const halfWidth = (map.size[cell] ?? 0) / 2;
  const halfHeight = (map.size[plane + cell] ?? 0) / 2;
  const whole = { x0: centreX - halfWidth, y0: centreY - halfHeight, x1: centreX + halfWidth, y1: centreY + halfHeight };
  if (!Number.isFinite(whole.x0 + whole.y0 + whole.x1 + whole.y1)) throw new RangeError("the boxes hold values that are no numbers");
  const box = clipTo(whole, settings.picture);
  if (box.x1 - box.x0 <= LEAST_SIDE_PX || box.y1 - box.y0 <= LEAST_SIDE_PX) return undefined;
  return { ...box, label, score };
}

function isPeak(heat: Float32Array, cell: number, columns: number, rows: number): boolean {
  const score = heat[cell] ?? 0;
  const column = cell % columns;
  const row = (cell - column) / columns;
  for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, rows - 1); y++) {
    for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, columns - 1); x++) {
      if ((heat[y * columns + x] ?? 0) > score) return false;
    }
  }
  return true;
}

/** One pass that any NaN or infinity spoils. */
function isFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return Number.isFinite(sum);
}
