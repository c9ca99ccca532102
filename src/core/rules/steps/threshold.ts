import type { RecipeStep } from "../../../shared/domain/recipe.ts";
import type { GreyPlane, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";
import { greyHistogram } from "../thresholds/grey-histogram.ts";
import { liThreshold } from "../thresholds/li.ts";
import { otsuThreshold } from "../thresholds/otsu.ts";
import { triangleThreshold } from "../thresholds/triangle.ts";

type ThresholdStep = Extract<RecipeStep, { kind: "threshold" }>;
type AdaptiveStep = Extract<ThresholdStep, { method: "adaptive" }>;

/** A mask and, where one value parted the picture, that value. */
export interface Thresholded {
  readonly mask: Mask;
  readonly value?: number;
}

/** Which pixels are object. A value equal to the threshold is none. */
export function threshold(plane: GreyPlane, step: ThresholdStep, radiusPx: number, kernels: PixelKernels): Thresholded {
  if (step.method === "adaptive") return adaptive(plane, step, radiusPx, kernels);
  const value = step.method === "fixed" ? step.value : limited(automatic(plane, step.method) * step.factor, step.lowest, step.highest);
  return { mask: partAt(plane, value, step.side), value };
}

/** The automatic threshold of a picture by name. */
export function automatic(plane: GreyPlane, method: "otsu" | "li" | "triangle"): number {
  const histogram = greyHistogram(plane);
  switch (method) {
    case "otsu": return otsuThreshold(histogram);
    case "li": return liThreshold(histogram);
    case "triangle": return triangleThreshold(histogram);
  }
}

function limited(value: number, lowest = -Infinity, highest = Infinity): number {
  return Math.max(Math.min(value, highest), lowest);
}

/** 1 where the value is above (or below) the threshold. */
export function partAt({ width, height, data }: GreyPlane, value: number, side: "above" | "below"): Mask {
  const mask = new Uint8Array(data.length);
  if (side === "above") for (let at = 0; at < data.length; at++) mask[at] = (data[at] as number) > value ? 1 : 0;
  else for (let at = 0; at < data.length; at++) mask[at] = (data[at] as number) < value ? 1 : 0;
  return { width, height, data: mask };
}

/** Against the mean of the surroundings, window 2 r + 1 (scikit-image threshold_local, method mean, mode mirror). */
function adaptive(plane: GreyPlane, step: AdaptiveStep, radiusPx: number, kernels: PixelKernels): Thresholded {
  const { width, height, data } = plane;
  const around = kernels.boxMean(plane, Math.max(Math.round(radiusPx), 1)).data;
  const floor = floorOf(plane, step);
  const mask = new Uint8Array(data.length);
  const { offset } = step;
  if (step.side === "above") {
    const least = floor ?? -Infinity;
    for (let at = 0; at < data.length; at++) {
      const value = data[at] as number;
      // Most of a picture is below the floor: asked first.
      if (value > least && value > (around[at] as number) - offset) mask[at] = 1;
    }
  } else {
    const most = floor ?? Infinity;
    for (let at = 0; at < data.length; at++) {
      const value = data[at] as number;
      if (value < most && value < (around[at] as number) - offset) mask[at] = 1;
    }
  }
  return { mask: { width, height, data: mask } };
}

function floorOf(plane: GreyPlane, { floor }: AdaptiveStep): number | undefined {
  if (floor === undefined || typeof floor === "number") return floor;
  return limited(automatic(plane, floor.method) * floor.factor, floor.lowest);
}
