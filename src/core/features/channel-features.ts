import type { GreyPlane } from "../image/plane.ts";
import type { ObjectMask } from "./object-mask.ts";

/** One channel of a picture, 0 to 255, and how bright its empty background is. */
export interface Channel {
  readonly plane: GreyPlane;
  readonly white: number;
  /** Optical density of each whole value: most pixels have one, and a logarithm for every pixel of every object took longest of all. */
  readonly densities: Float64Array;
}

/** Values of one channel under one object. */
export interface ChannelStatistics {
  readonly mean: number;
  /** Over all pixels (divided by n). */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** Mean of log10(white / value); below zero where the object is brighter than the background. */
  readonly opticalDensity: number;
}

/** The darkest value a logarithm is taken of: one count of 255, as in the recipes' stain separation. */
const DARKEST = 1;
/** Share of the pixels that are no brighter than what counts as white. */
const WHITE_SHARE = 0.95;

export function channelOf(plane: GreyPlane): Channel {
  const white = whiteOf(plane);
  return { plane, white, densities: Float64Array.from({ length: 256 }, (_, value) => densityOf(value, white)) };
}

function densityOf(value: number, white: number): number {
  return Math.log10(white / Math.max(value, DARKEST));
}

/** Values are counted in steps of a 65535th of full white, which holds those of 8, 12 and 16 bits: whole ones would put a dim background off by percents. */
const STEPS = 257;
const HIGHEST = 255 * STEPS;

/** Brightness of the empty background in transmitted light: the 95th percentile, at least 1. */
function whiteOf({ data }: GreyPlane): number {
  const counts = new Uint32Array(HIGHEST + 1);
  for (let at = 0; at < data.length; at++) {
    const value = Math.min(Math.max(((data[at] as number) * STEPS + 0.5) | 0, 0), HIGHEST);
    counts[value] = (counts[value] as number) + 1;
  }
  let seen = 0;
  const value = counts.findIndex((count) => (seen += count) >= WHITE_SHARE * data.length);
  return Math.max(value / STEPS, DARKEST);
}

/** Two walks, so that the deviation of bright objects does not drown in rounding. */
export function statisticsUnder(mask: ObjectMask, { plane, white, densities }: Channel): ChannelStatistics {
  const values = valuesUnder(mask, plane);
  let [sum, min, max, density] = [0, Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    const whole = value | 0;
    // Only whole values ask: an array is slow to say that it has nothing at 7.5.
    const known = whole === value ? densities[whole] : undefined;
    density += known ?? densityOf(value, white);
  }
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / values.length), min, max, sum, opticalDensity: density / values.length };
}

function valuesUnder({ left, top, width, height, labels, pixels }: ObjectMask, plane: GreyPlane): Float32Array {
  const values = new Float32Array(pixels);
  for (let y = 0, at = 0, n = 0; y < height; y++) {
    for (let x = 0, from = (top + y) * plane.width + left; x < width; x++, at++, from++) {
      if (labels[at] === 1) values[n++] = plane.data[from] as number;
    }
  }
  return values;
}
