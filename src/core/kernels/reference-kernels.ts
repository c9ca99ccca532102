import type { PixelKernels } from "./pixel-kernels.ts";
import { boxMean } from "./reference/box-mean.ts";
import { componentStatistics, connectedComponents } from "./reference/components.ts";
import { demosaic } from "./reference/demosaic.ts";
import { distanceTransform } from "./reference/distance-transform.ts";
import { fillHoles } from "./reference/fill-holes.ts";
import { correctFlatField } from "./reference/flat-field.ts";
import { tenengrad, varianceOfLaplacian } from "./reference/focus.ts";
import { gaussianBlur } from "./reference/gaussian.ts";
import { hMaxima } from "./reference/h-maxima.ts";
import { histogram } from "./reference/histogram.ts";
import { lookUp } from "./reference/look-up.ts";
import { medianBlur } from "./reference/median.ts";
import { dilate, erode } from "./reference/morphology.ts";
import { outlines } from "./reference/outlines.ts";
import { resample } from "./reference/resample.ts";
import { resizeToTensor } from "./reference/resize-to-tensor.ts";
import { threshold } from "./reference/threshold.ts";
import { toBytes } from "./reference/to-bytes.ts";
import { unpack, unpackInto } from "./reference/unpack.ts";
import { binCounts, valueRange } from "./reference/values.ts";
import { watershed } from "./reference/watershed.ts";

/** The pixel kernels in plain TypeScript: what is right, and what serves where the native ones cannot be compiled. */
export const referenceKernels: PixelKernels = {
  name: "reference",
  unpack, unpackInto,
  demosaic,
  correctFlatField,
  histogram,
  resizeToTensor,
  resample,
  lookUp,
  toBytes,
  valueRange,
  binCounts,
  threshold,
  varianceOfLaplacian,
  tenengrad,
  gaussianBlur,
  boxMean,
  medianBlur,
  erode,
  dilate,
  fillHoles,
  distanceTransform,
  hMaxima,
  connectedComponents,
  componentStatistics,
  watershed,
  outlines,
};
