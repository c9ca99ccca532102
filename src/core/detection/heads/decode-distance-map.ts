import type { GreyPlane, LabelMap, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";
import type { DecodedObject, MapPlacement } from "./decoded-object.ts";
import { requireLength, requireNumbers } from "./decoded-object.ts";
import { fillObjectHoles } from "./fill-object-holes.ts";
import { maskOf, meanPerLabel, objectsOfLabels } from "./label-objects.ts";

/** Two planes, each `rows` x `columns`, row by row. */
export interface DistanceMap {
  readonly columns: number;
  readonly rows: number;
  /** How sure the model is that a cell belongs to an object, 0 to 1. */
  readonly foreground: Float32Array;
  /** How deep inside its object a cell lies: 0 at the outline, 1 at the deepest place. */
  readonly distance: Float32Array;
}

export interface DistanceMapSettings extends MapPlacement {
  /** Place of the objects in the model's list of classes. */
  readonly label: number;
  /** Cells from this on belong to objects. */
  readonly foregroundThreshold: number;
  /** Where objects begin: the connected parts of what lies this deep, or every maximum that stands this high above its saddles. */
  readonly seeds: { readonly kind: "depth"; readonly least: number } | { readonly kind: "maxima"; readonly height: number };
  /** Seeds of fewer cells are noise. */
  readonly leastSeedCells: number;
  /** Parts of the foreground without a seed are objects of their own, or none. */
  readonly unseeded: "keep" | "drop";
  /** Smaller objects are dust, input pixels squared. */
  readonly leastAreaPx: number;
  /** Lowest mean foreground of an object. */
  readonly scoreThreshold: number;
}

/**
 * Objects of a foreground and a normalised distance map, as models/training/nuclei/postprocess.py says it: seeds (8-connected),
 * one more for each 4-connected part of the foreground without any (if wanted), watershed on the distance within the
 * foreground, holes filled. The score is the mean foreground over the object. Ordered by the first cell of the seed, row by row; the added
 * ones last.
 *
 * @throws RangeError when planes do not fit or values are no numbers.
 */
export function decodeDistanceMap(map: DistanceMap, settings: DistanceMapSettings, kernels: PixelKernels): DecodedObject[] {
  const labels = labelDistanceMap(map, settings, kernels);
  const means = meanPerLabel(labels, map.foreground);
  const leastArea = settings.leastAreaPx / settings.stride ** 2;
  return objectsOfLabels(labels, settings, (index, area) => {
    const score = Math.min(means[index - 1] ?? 0, 1);
    return area >= leastArea && score >= settings.scoreThreshold ? { label: settings.label, score } : undefined;
  }, kernels);
}

/** Which object each cell belongs to, before small and doubtful ones are left out. */
export function labelDistanceMap(map: DistanceMap, settings: DistanceMapSettings, kernels: PixelKernels): LabelMap {
  const { columns, rows, foreground, distance } = map;
  requireLength(foreground, columns * rows, "foreground");
  requireLength(distance, columns * rows, "distance map");
  requireNumbers(foreground, "foreground");
  requireNumbers(distance, "distance map");
  // The planes are of single precision: so is what they are compared with.
  const threshold = Math.fround(settings.foregroundThreshold);
  const mask = maskOf(columns, rows, settings, (cell) => (foreground[cell] ?? 0) >= threshold);
  const ground: GreyPlane = { width: columns, height: rows, data: distance };
  const seeds = withoutSmall(kernels.connectedComponents(seedMask(ground, mask, settings, kernels), 8), settings.leastSeedCells);
  const all = settings.unseeded === "keep" ? withUnseeded(seeds, mask, kernels) : seeds;
  return fillObjectHoles(kernels.watershed(ground, all, mask), kernels);
}

function seedMask(ground: GreyPlane, mask: Mask, { seeds }: DistanceMapSettings, kernels: PixelKernels): Mask {
  if (seeds.kind === "maxima") return kernels.hMaxima(ground, seeds.height, mask);
  const least = Math.fround(seeds.least);
  const data = new Uint8Array(mask.data.length);
  for (let i = 0; i < data.length; i++) if (mask.data[i] === 1 && (ground.data[i] ?? 0) >= least) data[i] = 1;
  return { ...mask, data };
}

function withoutSmall(map: LabelMap, leastCells: number): LabelMap {
  if (leastCells <= 1) return map;
  const cells = new Int32Array(map.count + 1);
  for (const label of map.labels) cells[label] = (cells[label] ?? 0) + 1;
  const renamed = new Int32Array(map.count + 1);
  let count = 0;
  for (let label = 1; label <= map.count; label++) {
    if ((cells[label] ?? 0) >= leastCells) renamed[label] = ++count;
  }
  const labels = new Int32Array(map.labels.length);
  for (let i = 0; i < labels.length; i++) labels[i] = renamed[map.labels[i] ?? 0] ?? 0;
  return { ...map, labels, count };
}

/** Parts of the foreground (4-connected, as the watershed floods) that hold no seed become one, after the others. */
function withUnseeded(seeds: LabelMap, mask: Mask, kernels: PixelKernels): LabelMap {
  const parts = kernels.connectedComponents(mask, 4);
  const hasSeed = new Uint8Array(parts.count + 1);
  for (let i = 0; i < seeds.labels.length; i++) {
    if ((seeds.labels[i] ?? 0) > 0) hasSeed[parts.labels[i] ?? 0] = 1;
  }
  const added = new Int32Array(parts.count + 1);
  let { count } = seeds;
  for (let part = 1; part <= parts.count; part++) {
    if (hasSeed[part] === 0) added[part] = ++count;
  }
  const labels = seeds.labels.slice();
  for (let i = 0; i < labels.length; i++) if (labels[i] === 0) labels[i] = added[parts.labels[i] ?? 0] ?? 0;
  return { ...seeds, labels, count };
}
