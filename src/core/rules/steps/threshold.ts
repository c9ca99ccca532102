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
  const value = step.method === "fixed" ? step.value : limited(automatic(plane, step.method, kernels) * step.factor, step.lowest, step.highest);
  return { mask: kernels.threshold(plane, step.side, value), value };
}

/** The automatic threshold of a picture by name. */
export function automatic(plane: GreyPlane, method: "otsu" | "li" | "triangle", kernels: Pick<PixelKernels, "valueRange" | "binCounts">): number {
  const histogram = greyHistogram(plane, kernels);
  switch (method) {
    case "otsu": return otsuThreshold(histogram);
    case "li": return liThreshold(histogram);
    case "triangle": return triangleThreshold(histogram);
  }
}

function limited(value: number, lowest = -Infinity, highest = Infinity): number {
  return Math.max(Math.min(value, highest), lowest);
}

/** Against the mean of the surroundings, window 2 r + 1 (scikit-image threshold_local, method mean, mode mirror). */
function adaptive(plane: GreyPlane, step: AdaptiveStep, radiusPx: number, kernels: PixelKernels): Thresholded {
  const around = kernels.boxMean(plane, Math.max(Math.round(radiusPx), 1));
  const limit = floorOf(plane, step, kernels) ?? (step.side === "above" ? -Infinity : Infinity);
  return { mask: kernels.threshold(plane, step.side, limit, { around, offset: step.offset }) };
}

function floorOf(plane: GreyPlane, { floor }: AdaptiveStep, kernels: PixelKernels): number | undefined {
  if (floor === undefined || typeof floor === "number") return floor;
  return limited(automatic(plane, floor.method, kernels) * floor.factor, floor.lowest);
}
