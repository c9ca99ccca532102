import { planTiles } from "../../../../core/detection/tiling.ts";
import type { Tile } from "../../../../core/detection/tiling.ts";
import { modelScale } from "../../../../core/detection/scale.ts";
import type { ModelScale } from "../../../../core/detection/scale.ts";
import { asAffine } from "../package/processing.ts";
import type { ProcessingStep } from "../package/processing.ts";
import type { ModelPackage, ModelTensor } from "../package/model-package.ts";

/** Everything but the pixels and thresholds that shapes a result: plain data, sent to the worker, hashed into the identity. */
export interface AnalysisPlan {
  readonly modelId: string;
  readonly input: { readonly id: string; readonly axes: readonly string[]; readonly steps: readonly ProcessingStep[] };
  /** Set when pre-processing is only gain and offset per channel: then bytes travel, numbers are made on arrival. */
  readonly affine?: { readonly gain: number[]; readonly offset: number[] };
  readonly outputs: Readonly<Record<"heatmap" | "size" | "offset", PlannedOutput>>;
  readonly inputSize: { readonly min: number; readonly step: number };
  readonly stride: number;
  readonly classes: number;
  readonly suppression: { readonly iou: number; readonly crossClassIou?: number };
  readonly modelPixelSizeUm: number;
  readonly assumedPixelSizeUm: number;
  readonly tiling: { readonly largestSide: number; readonly margin: number; readonly step: number };
}

export interface PlannedOutput {
  readonly id: string;
  readonly axes: readonly string[];
  readonly steps: readonly ProcessingStep[];
}

/** Changes when the way from pixels to boxes changes in code: old and new results are then told apart. */
export const ALGORITHM_VERSION = 1;

export function planOf(model: ModelPackage): AnalysisPlan {
  const { config, inputSize } = model;
  const affine = asAffine(model.input.steps, 3);
  const output = (id: string): PlannedOutput => outputOf(model.outputs, id);
  return {
    modelId: model.id,
    input: { id: model.input.id, axes: model.input.axes, steps: model.input.steps },
    ...(affine === undefined ? {} : { affine }),
    outputs: { heatmap: output(config.outputs.heatmap), size: output(config.outputs.size), offset: output(config.outputs.offset) },
    inputSize,
    stride: config.stride,
    classes: model.classes.length,
    suppression: { iou: config.nmsIou, ...(config.crossClassIou === undefined ? {} : { crossClassIou: config.crossClassIou }) },
    modelPixelSizeUm: config.nominalPixelSizeUm,
    assumedPixelSizeUm: config.assumedPixelSizeUm,
    tiling: { largestSide: config.tileSide, margin: config.tileMargin, step: inputSize.step },
  };
}

/** The scale and the tiles of a picture. */
export function layOut(plan: AnalysisPlan, picture: { width: number; height: number; pixelSizeUm?: number | undefined }): { scale: ModelScale; tiles: Tile[] } {
  const scale = modelScale(picture, picture.pixelSizeUm ?? plan.assumedPixelSizeUm, plan.modelPixelSizeUm);
  return { scale, tiles: planTiles(scale.width, scale.height, plan.tiling) };
}

function outputOf(outputs: readonly ModelTensor[], id: string): PlannedOutput {
  const found = outputs.find((output) => output.id === id);
  if (found === undefined) throw new RangeError(`the model has no output ${id}`);
  return { id, axes: found.axes, steps: found.steps };
}
