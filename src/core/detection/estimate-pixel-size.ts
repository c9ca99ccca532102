import type { BoxPx } from "../../shared/domain/detection.ts";

/** What is known of the size of some objects: enough to tell the scale of a picture that does not state it. */
export interface ScaleReference {
  /** Class ids of the objects whose size is known. */
  readonly classes: readonly string[];
  /** Side of a square as large as the box of a usual one, um. */
  readonly sizeUm: number;
  /** Whose size is in the middle: of all objects (count), or so that half of the area they cover lies in larger ones (area). */
  readonly median: "count" | "area";
  /** With fewer of them in the picture nothing is said. */
  readonly leastObjects: number;
  /** Size found over size stated, lowest and highest: within, the picture is left as it is. */
  readonly untouched: readonly [number, number];
}

/** What the objects of a picture say of its scale. */
export interface SizeFound {
  /** Objects that were measured. */
  readonly objects: number;
  /** Their size over the one that is stated: above 1 the picture is magnified more than it was taken for. */
  readonly ratio: number;
}

/** Found objects as far as their size goes. */
export interface SizedObject {
  readonly classId: string;
  /** Frame pixels. */
  readonly box: BoxPx;
}

/** The picture, and what it was taken for when the objects were found. */
export interface TakenPicture {
  readonly width: number;
  readonly height: number;
  readonly pixelSizeUm: number;
  /** um per pixel the model works at. */
  readonly modelPixelSizeUm: number;
}

/** Looks at a picture before the one that counts: each may correct the scale once. */
export const MOST_CORRECTIONS = 2;
/** After a correction, a size this near to the one stated needs no other. */
export const SETTLED: readonly [number, number] = [1 / 1.1, 1.1];
/** No picture is taken for more than this many times larger or smaller than the package assumes. */
const LARGEST_CORRECTION = 2.5;

/** A box that comes nearer to the border than this may be of an object that is cut, model pixels. */
const BORDER_PX = 2;

/**
 * How large the objects of the reference's classes are, against the size that is stated. Objects at the border are left out.
 * In the median by area small things taken for cells weigh little, of which there are many in a picture magnified too much;
 * in the median by count it is the few large ones that weigh little.
 *
 * Equals models/training/scale_estimate.py (estimate-pixel-size.fixture.json).
 *
 * @returns undefined where there are too few objects
 */
export function sizeFound(found: readonly SizedObject[], taken: TakenPicture, reference: ScaleReference): SizeFound | undefined {
  const border = (BORDER_PX * taken.modelPixelSizeUm) / taken.pixelSizeUm;
  const areas = found
    .filter(({ classId, box }) => reference.classes.includes(classId) && box.x > border && box.y > border && box.x + box.width < taken.width - border && box.y + box.height < taken.height - border)
    .map(({ box }) => box.width * box.height)
    .sort((a, b) => a - b);
  const total = areas.reduce((sum, area) => sum + area, 0);
  if (areas.length < reference.leastObjects || total === 0) return undefined;
  const weightOf = (area: number): number => (reference.median === "area" ? area : 1);
  const half = (reference.median === "area" ? total : areas.length) / 2;
  let below = 0;
  const median = areas.find((area) => (below += weightOf(area)) >= half) ?? 0;
  return { objects: areas.length, ratio: (Math.sqrt(median) * taken.pixelSizeUm) / reference.sizeUm };
}

/** Whether a ratio lies within a band. */
export function isWithin(ratio: number, [lowest, highest]: readonly [number, number]): boolean {
  return ratio >= lowest && ratio <= highest;
}

/** The pixel size at which the objects have the size that is stated, um; not farther from the assumed one than is sensible. */
export function correctedPixelSize(pixelSizeUm: number, ratio: number, assumedPixelSizeUm: number): number {
  return Math.min(Math.max(pixelSizeUm / ratio, assumedPixelSizeUm / LARGEST_CORRECTION), assumedPixelSizeUm * LARGEST_CORRECTION);
}
