import { midwayOutline } from "../contours/midway-outline.ts";
import type { GreyPlane, LabelMap } from "../image/plane.ts";
import type { Outlines } from "../kernels/pixel-kernels.ts";
import { feretDiameters, pointsOf } from "./convex-hull.ts";
import type { FeretDiameters } from "./convex-hull.ts";
import type { FeatureName } from "./feature-set.ts";
import { intensityStatistics } from "./intensity-features.ts";
import type { IntensityStatistics } from "./intensity-features.ts";
import { borderTouchesOf, ellipseOf, hullAreasOf, momentsOf, perimetersOf } from "./shape-features.ts";
import type { Moments } from "./shape-features.ts";

/** What features are computed from. What only some features need is given as a function, called when one asks. */
export interface FeatureInput {
  readonly map: LabelMap;
  readonly pixelSizeUm: number;
  readonly outlines: () => Outlines;
  /** Pixels of each object, where somebody counts them faster than a walk over the map; index 0 is label 1. */
  readonly areas?: () => Float64Array;
  /** The picture's grey values, 0 to 255. */
  readonly intensity: () => GreyPlane;
  /** The grey picture that the recipe's threshold looked at. */
  readonly signal: () => GreyPlane;
}

/** Features of all objects of a map, each computed at most once and only when asked for. */
export interface FeatureTable {
  /** Values of one feature; index 0 is label 1. */
  column(name: FeatureName): Float64Array;
}

export function createFeatureTable(input: FeatureInput): FeatureTable {
  const { map, pixelSizeUm } = input;
  const columns = new Map<FeatureName, Float64Array>();
  const moments = once(() => momentsOf(map));
  const perimeters = once(() => perimetersOf(map));
  const intensity = once(() => intensityStatistics(map, input.intensity()));
  const signal = once(() => intensityStatistics(map, input.signal()));
  const ferets = once(() => input.outlines().map((outline) => feretDiameters(pointsOf(midwayOutline(outline)))));
  const each = (compute: (index: number) => number): Float64Array => Float64Array.from({ length: map.count }, (_, index) => compute(index));
  const areas = once(() => input.areas?.() ?? moments().area);
  const area = (index: number): number => areas()[index] ?? 0;

  const compute = (name: FeatureName): Float64Array => {
    switch (name) {
      case "areaUm2": return each((i) => area(i) * pixelSizeUm ** 2);
      case "perimeterUm": return each((i) => (perimeters()[i] ?? 0) * pixelSizeUm);
      case "equivalentDiameterUm": return each((i) => Math.sqrt((4 * area(i)) / Math.PI) * pixelSizeUm);
      case "feretMaxUm": return Float64Array.from(ferets(), ({ max }) => max * pixelSizeUm);
      case "feretMinUm": return Float64Array.from(ferets(), ({ min }) => min * pixelSizeUm);
      case "circularity": return each((i) => circularity(area(i), perimeters()[i] ?? 0));
      case "solidity": return solidities(moments(), hullAreasOf(input.outlines()));
      case "eccentricity": return each((i) => ellipseOf(moments(), i).eccentricity);
      case "majorAxisUm": return each((i) => ellipseOf(moments(), i).major * pixelSizeUm);
      case "minorAxisUm": return each((i) => ellipseOf(moments(), i).minor * pixelSizeUm);
      case "orientationDeg": return each((i) => ellipseOf(moments(), i).orientationDeg);
      case "touchesBorder": return borderTouchesOf(map);
      case "meanIntensity": return intensity().mean;
      case "sdIntensity": return intensity().sd;
      case "minIntensity": return intensity().min;
      case "maxIntensity": return intensity().max;
      case "meanSignal": return signal().mean;
      case "sdSignal": return signal().sd;
      case "minSignal": return signal().min;
      case "maxSignal": return signal().max;
    }
  };
  return {
    column(name) {
      const known = columns.get(name);
      if (known !== undefined) return known;
      const column = compute(name);
      columns.set(name, column);
      return column;
    },
  };
}

/** An object of one pixel has no border pattern to measure: it counts as round. */
export function circularity(areaPx: number, perimeterPx: number): number {
  return perimeterPx === 0 ? 1 : Math.min((4 * Math.PI * areaPx) / perimeterPx ** 2, 1);
}

function solidities(moments: Moments, hulls: Float64Array): Float64Array {
  return Float64Array.from(hulls, (hull, i) => (hull === 0 ? 1 : (moments.area[i] ?? 0) / hull));
}

function once<T extends Moments | Float64Array | IntensityStatistics | readonly FeretDiameters[]>(compute: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= compute());
}
