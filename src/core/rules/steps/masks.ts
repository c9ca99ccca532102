import type { RecipeStep } from "../../../shared/domain/recipe.ts";
import type { GreyPlane, LabelMap, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";

type MorphologyStep = Extract<RecipeStep, { kind: "morphology" }>;

/** Touching at a corner counts as touching: a thin object stays one. */
const CONNECTIVITY = 8;

/** A radius below half a pixel does nothing. */
export function morphology(mask: Mask, { operation, shape }: MorphologyStep, radiusPx: number, kernels: PixelKernels): Mask {
  const radius = Math.round(radiusPx);
  if (radius < 1) return mask;
  switch (operation) {
    case "erode": return kernels.erode(mask, radius, shape);
    case "dilate": return kernels.dilate(mask, radius, shape);
    case "open": return kernels.dilate(kernels.erode(mask, radius, shape), radius, shape);
    case "close": return kernels.erode(kernels.dilate(mask, radius, shape), radius, shape);
  }
}

/** @param maxAreaPx holes above it stay; left out: every hole is filled. */
export function fillHoles(mask: Mask, maxAreaPx: number | undefined, kernels: PixelKernels): Mask {
  const filled = kernels.fillHoles(mask);
  if (maxAreaPx === undefined) return filled;
  const holes = new Uint8Array(mask.data.length);
  for (let at = 0; at < holes.length; at++) holes[at] = filled.data[at] === 1 && mask.data[at] === 0 ? 1 : 0;
  const map = kernels.connectedComponents({ ...mask, data: holes }, 4);
  const { area } = kernels.componentStatistics(map);
  const data = mask.data.slice();
  for (let at = 0; at < data.length; at++) {
    const label = map.labels[at] ?? 0;
    if (label > 0 && (area[label - 1] ?? 0) <= maxAreaPx) data[at] = 1;
  }
  return { ...mask, data };
}

/** Parts of the mask as objects. */
export function objectsOf(mask: Mask, kernels: PixelKernels): LabelMap {
  return kernels.connectedComponents(mask, CONNECTIVITY);
}

/**
 * Touching objects parted where they are narrow: the distance to the edge is ground that a watershed floods from its
 * h-maxima, so shallow waists (less than `hPx` lower than the thinner side) do not part. Every object keeps a seed.
 */
export function split(mask: Mask, hPx: number, kernels: PixelKernels): LabelMap {
  const ground = finite(kernels.distanceTransform(mask));
  const seeds = kernels.connectedComponents(kernels.hMaxima(ground, hPx, mask), CONNECTIVITY);
  return kernels.watershed(ground, seeds, mask);
}

/** A mask without background has no edge anywhere: flat ground, one object. */
function finite(ground: GreyPlane): GreyPlane {
  return ground.data[0] === Infinity ? { ...ground, data: new Float32Array(ground.data.length).fill(1) } : ground;
}
