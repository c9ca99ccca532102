import type { Corners } from "../box.ts";
import type { Candidate } from "../candidate.ts";

/** What a model's head says may be an object, with its outline where the head gives one. Input pixels. */
export interface DecodedObject extends Candidate {
  /** Outline: x and y in turn, first point not repeated, clockwise as seen on the screen; pixel centres lie at .5. Its box is the candidate's. */
  readonly contour?: readonly number[];
}

/** One output of a model as heads read it: values row by row, last axis fastest. */
export interface HeadTensor {
  readonly shape: readonly number[];
  /** Labels too: whole numbers below 2^24 are exact. */
  readonly data: Float32Array;
}

/** Where the cells of a map lie: cell (column, row) covers `stride` x `stride` input pixels from (column, row) * stride. */
export interface MapPlacement {
  /** Input pixels per cell, 1 for maps as large as the input. */
  readonly stride: number;
  /** The picture in input pixels: what lies outside is padding and never an object. It may reach beyond the input when that is a tile of it. */
  readonly picture: Corners;
}

/** The picture of a whole input, nothing of it padding. */
export function wholeInput(width: number, height: number): Corners {
  return { x0: 0, y0: 0, x1: width, y1: height };
}

/** @throws RangeError, in words, when any value is NaN or infinite. */
export function requireNumbers(values: Float32Array, what: string): void {
  // One pass that any NaN or infinity spoils: sums of floats stay far below the largest double.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  if (!Number.isFinite(sum)) throw new RangeError(`the ${what} holds values that are no numbers`);
}

/** @throws RangeError when a plane (or planes) of a map has another length. */
export function requireLength(values: Float32Array, length: number, what: string): void {
  if (values.length !== length) throw new RangeError(`the ${what} holds ${values.length} values instead of ${length}`);
}

/** 1 / (1 + e^-x). */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
