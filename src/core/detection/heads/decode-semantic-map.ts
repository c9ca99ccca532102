import type { LabelMap, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";
import type { DecodedObject, MapPlacement } from "./decoded-object.ts";
import { requireLength, requireNumbers, sigmoid } from "./decoded-object.ts";
import { maskOf, meanPerLabel, objectsOfLabels } from "./label-objects.ts";

/** What class each cell shows: planes of values, one per channel, each `rows` x `columns`, row by row. */
export interface SemanticMap {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float32Array;
}

export interface SemanticMapSettings extends MapPlacement {
  /** What the values are. "softmax": logits of exclusive channels; "sigmoid": logits of independent ones. */
  readonly values: "probabilities" | "softmax" | "sigmoid";
  /** Class of each channel, undefined for the background and for channels nobody asked for. */
  readonly channelLabels: ReadonlyArray<number | undefined>;
  /**
   * "best": a cell belongs to its highest channel (the first of equal ones); "threshold": to every class whose channel
   * reaches the class's threshold, so that objects of different classes may overlap.
   */
  readonly assign: "best" | "threshold";
  /** Per class: the lowest mean probability of an object and, with "threshold", the lowest probability of a cell. */
  readonly scoreThresholds: readonly number[];
  /** Smaller objects are dust, input pixels squared. */
  readonly leastAreaPx: number;
  /** Touching objects are parted at their waists (distance transform, h-maxima of this height in cells, watershed); undefined leaves them together. */
  readonly splitHeightCells?: number | undefined;
}

/**
 * The connected parts (8-connected) of each class as objects; the score is the mean probability over the cells. Ordered by
 * channel, then by the first cell row by row. Holes are kept out of the score, not out of the contour: that is the outer one.
 *
 * @throws RangeError when planes do not fit or values are no numbers.
 */
export function decodeSemanticMap(map: SemanticMap, settings: SemanticMapSettings, kernels: PixelKernels): DecodedObject[] {
  const { columns, rows } = map;
  requireLength(map.values, columns * rows * settings.channelLabels.length, "semantic map");
  requireNumbers(map.values, "semantic map");
  const channels = probabilities(map, settings);
  const best = settings.assign === "best" ? bestChannels(channels) : undefined;
  const objects: DecodedObject[] = [];
  for (const [channel, plane] of channels.entries()) {
    const label = settings.channelLabels[channel];
    const threshold = label === undefined ? undefined : settings.scoreThresholds[label];
    if (label === undefined || threshold === undefined) continue;
    const isObject = best === undefined ? (cell: number): boolean => (plane[cell] ?? 0) >= threshold : (cell: number): boolean => best[cell] === channel;
    const mask = maskOf(columns, rows, settings, isObject);
    const labels = settings.splitHeightCells === undefined ? kernels.connectedComponents(mask, 8) : splitAtWaists(mask, settings.splitHeightCells, kernels);
    const means = meanPerLabel(labels, plane);
    const leastArea = settings.leastAreaPx / settings.stride ** 2;
    objects.push(...objectsOfLabels(labels, settings, (index, area) => {
      const score = Math.min(means[index - 1] ?? 0, 1);
      return area >= leastArea && score >= threshold ? { label, score } : undefined;
    }, kernels));
  }
  return objects;
}

/**
 * Parts of a mask that hang together by a waist, as objects of their own: distance transform, one seed per summit that
 * stands more than `height` above its saddles, watershed.
 *
 * @param height cells.
 */
function splitAtWaists(mask: Mask, height: number, kernels: PixelKernels): LabelMap {
  const depth = kernels.distanceTransform(mask);
  const seeds = kernels.connectedComponents(kernels.hMaxima(depth, height, mask), 8);
  return kernels.watershed(depth, seeds, mask);
}

/** A plane of probabilities per channel. */
function probabilities({ columns, rows, values }: SemanticMap, settings: SemanticMapSettings): Float32Array[] {
  const cells = columns * rows;
  const planes = settings.channelLabels.map((_, channel) => values.subarray(channel * cells, (channel + 1) * cells));
  if (settings.values === "probabilities") return planes;
  if (settings.values === "sigmoid") return planes.map((plane) => plane.map(sigmoid));
  const shares = planes.map((plane) => plane.slice());
  for (let cell = 0; cell < cells; cell++) {
    let largest = -Infinity;
    for (const plane of shares) largest = Math.max(largest, plane[cell] ?? 0);
    let sum = 0;
    for (const plane of shares) sum += Math.exp((plane[cell] ?? 0) - largest);
    for (const plane of shares) plane[cell] = Math.exp((plane[cell] ?? 0) - largest) / sum;
  }
  return shares;
}

function bestChannels(planes: readonly Float32Array[]): Uint16Array {
  const best = new Uint16Array(planes[0]?.length ?? 0);
  const value = planes[0]?.slice() ?? new Float32Array(0);
  for (const [channel, plane] of planes.entries()) {
    for (let cell = 0; cell < plane.length; cell++) {
      if ((plane[cell] ?? 0) <= (value[cell] ?? 0)) continue;
      value[cell] = plane[cell] ?? 0;
      best[cell] = channel;
    }
  }
  return best;
}
