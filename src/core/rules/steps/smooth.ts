import type { RecipeStep } from "../../../shared/domain/recipe.ts";
import type { GreyPlane } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";

type SmoothStep = Extract<RecipeStep, { kind: "smooth" }>;

/** What the median kernel serves, px. */
const LARGEST_MEDIAN = 7;
/** A narrower Gaussian changes nothing worth its time, px. */
const SMALLEST_SIGMA = 0.2;

/** @param sizePx sigma of the Gaussian or radius of the median. Below a fraction of a pixel the picture stays as it is. */
export function smooth(plane: GreyPlane, { method }: Pick<SmoothStep, "method">, sizePx: number, kernels: PixelKernels): GreyPlane {
  if (method === "gaussian") return sizePx < SMALLEST_SIGMA ? plane : kernels.gaussianBlur(plane, sizePx);
  const radius = Math.min(Math.round(sizePx), LARGEST_MEDIAN);
  return radius < 1 ? plane : kernels.medianBlur(plane, radius);
}
