import type { LabelMap, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";
import type { DecodedObject, MapPlacement } from "./decoded-object.ts";
import { requireLength, requireNumbers, sigmoid } from "./decoded-object.ts";
import { fillObjectHoles } from "./fill-object-holes.ts";
import { flowErrors, withoutBadFlows } from "./flow-error.ts";
import { followFlow } from "./follow-flow.ts";
import { maskOf, meanPerLabel, objectsOfLabels } from "./label-objects.ts";
import { labelSinks } from "./label-sinks.ts";
import { largestParts } from "./largest-parts.ts";

/** Planes of `rows` x `columns`, row by row. */
export interface FlowField {
  readonly columns: number;
  readonly rows: number;
  /** Direction to the middle of the object a cell belongs to, in the unit the model was trained with (see `flowScale`). */
  readonly flowY: Float32Array;
  readonly flowX: Float32Array;
  /** Logit of the cell belonging to any object. */
  readonly cellLogit: Float32Array;
}

export interface FlowFieldSettings extends MapPlacement {
  /** Place of the objects in the model's list of classes. */
  readonly label: number;
  /** Cells above this logit belong to objects; Cellpose takes 0. */
  readonly logitThreshold: number;
  /** Flow values per cell of way: Cellpose's networks answer 5 times the unit direction. */
  readonly flowScale: number;
  /** Steps of at most one cell along the flow; Cellpose takes 200. Objects longer than twice this do not come together. */
  readonly steps: number;
  /** Objects whose flows are farther from those of their shape are left out (see flowErrors); Cellpose takes 0.4; Infinity keeps all. */
  readonly flowErrorLimit: number;
  /** Lowest mean probability of an object. */
  readonly scoreThreshold: number;
  /** Smaller objects are dust, input pixels squared; Cellpose takes 15. */
  readonly leastAreaPx: number;
}

/**
 * Objects of a flow field (Stringer et al. 2021, doi:10.1038/s41592-020-01018-x): every cell of the foreground walks along
 * the flow; cells that gather in one place are one object; those whose flows do not fit their shape are left out; of the
 * others the largest part counts, holes are filled. The score is the mean probability over the object. Ordered by the first
 * cell of each object, row by row.
 *
 * @throws RangeError when planes do not fit or values are no numbers.
 */
export function decodeFlowField(field: FlowField, settings: FlowFieldSettings, kernels: PixelKernels): DecodedObject[] {
  const labels = fillObjectHoles(labelFlowField(field, settings), kernels);
  const means = meanPerLabel(labels, field.cellLogit.map(sigmoid));
  const leastArea = settings.leastAreaPx / settings.stride ** 2;
  return objectsOfLabels(labels, settings, (index, area) => {
    const score = means[index - 1] ?? 0;
    return area >= leastArea && score >= settings.scoreThreshold ? { label: settings.label, score } : undefined;
  }, kernels);
}

/** Which object each cell belongs to, before small and doubtful ones are left out. */
export function labelFlowField(field: FlowField, settings: FlowFieldSettings): LabelMap {
  const { columns, rows } = field;
  for (const [what, plane] of [["vertical flow", field.flowY], ["horizontal flow", field.flowX], ["cell probability", field.cellLogit]] as const) {
    requireLength(plane, columns * rows, what);
    requireNumbers(plane, what);
  }
  const mask: Mask = maskOf(columns, rows, settings, (cell) => (field.cellLogit[cell] ?? 0) > settings.logitThreshold);
  const gathered = labelSinks(followFlow(field, mask, settings), mask);
  if (gathered.count === 0 || settings.flowErrorLimit === Infinity) return largestParts(gathered);
  return largestParts(withoutBadFlows(gathered, flowErrors(gathered, field, settings.flowScale), settings.flowErrorLimit));
}
