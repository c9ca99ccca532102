import { planTiles } from "../../../../core/detection/tiling.ts";
import type { Tile, TilingSettings } from "../../../../core/detection/tiling.ts";
import { modelScale } from "../../../../core/detection/scale.ts";
import type { ModelScale } from "../../../../core/detection/scale.ts";
import { looksAtPicture } from "../../preprocess/picture-statistics.ts";
import { outputIdsOf } from "../package/head-config.ts";
import type { OcularConfig } from "../package/head-config.ts";
import type { ModelInput, ModelPackage, ModelTensor } from "../package/model-package.ts";
import { asAffine, instanceStepOf, mapStepsOf } from "../package/processing.ts";
import type { Affine, ProcessingStep } from "../package/processing.ts";
import type { AxisLayout, AxisRole, SizeRule } from "../package/tensor-layout.ts";

/** Everything but the pixels and thresholds that shapes a result: plain data, sent to the worker, hashed into the identity. */
export interface AnalysisPlan {
  readonly modelId: string;
  readonly input: PlannedInput;
  /** Set when pre-processing is only gain and offset per channel: then bytes travel, numbers are made on arrival. */
  readonly affine?: Affine;
  /** Outputs that the head reads. */
  readonly outputs: readonly PlannedOutput[];
  readonly head: OcularConfig;
  /** Class ids in the order of labels. */
  readonly classIds: readonly string[];
  readonly embedding?: PlannedOutput & { readonly stride: number };
  readonly suppression: { readonly iou: number; readonly crossClassIou?: number };
  /** um per model pixel; undefined: pictures go in at their own scale. */
  readonly modelPixelSizeUm?: number;
  readonly assumedPixelSizeUm?: number;
  /** Seen around what a tile shows, and cut from what comes out: halo and lost edges, model pixels. */
  readonly border: number;
  /** How far beyond its core a tile answers for objects, model pixels. */
  readonly seamBand: number;
  readonly tiling: { readonly columns: TilingSettings; readonly rows: TilingSettings };
}

export interface PlannedInput {
  readonly id: string;
  readonly roles: readonly AxisRole[];
  readonly channels: 1 | 3;
  readonly isBlueFirst: boolean;
  readonly steps: readonly ProcessingStep[];
  /** The first step brings 0..255 to the range that the package's pictures have. */
  readonly hasOwnRange: boolean;
  /** Some step must know the whole picture. */
  readonly looksAtPicture: boolean;
  readonly y: SizeRule;
  readonly x: SizeRule;
  readonly isSquare: boolean;
}

export interface PlannedOutput {
  readonly id: string;
  readonly axes: readonly AxisLayout[];
  readonly steps: readonly ProcessingStep[];
}

/** Changes when the way from pixels to objects changes in code: old and new results are then told apart. */
export const ALGORITHM_VERSION = 2;

/** Centres of one outline differ less than this between two tiles that both see all of it, model pixels. */
const SEAM_BAND_PX = 8;

export function planOf(model: ModelPackage): AnalysisPlan {
  const { config, input } = model;
  const steps = stepsOfInput(input);
  const roles = input.axes.map((axis) => axis.role);
  const isPlanar = input.channelOrder === "rgb" && roles.filter((role) => role !== "z").join() === "batch,channel,y,x" && roles.length === 4;
  const affine = isPlanar ? asAffine(steps, input.channels) : undefined;
  const outputs = outputIdsOf(config).map((id) => plannedOutput(model.outputs, id));
  const { embedding } = config;
  const border = borderOf(outputs, Math.max(input.x.step, input.y.step, 1));
  const hasOutlines = config.head !== "centre-heat-map" && config.head !== "boxes";
  return {
    modelId: model.id,
    input: { id: input.id, roles, channels: input.channels, isBlueFirst: input.channelOrder === "bgr", steps, hasOwnRange: input.white !== 255, looksAtPicture: steps.some(looksAtPicture), y: input.y, x: input.x, isSquare: input.isSquare },
    ...(affine === undefined ? {} : { affine }),
    outputs,
    head: config,
    classIds: model.classes.map((one) => one.id),
    ...(embedding === undefined ? {} : { embedding: { ...plannedOutput(model.outputs, embedding.output), stride: embedding.stride } }),
    suppression: { iou: config.nmsIou, ...(config.crossClassIou === undefined ? {} : { crossClassIou: config.crossClassIou }) },
    ...(config.nominalPixelSizeUm === undefined ? {} : { modelPixelSizeUm: config.nominalPixelSizeUm }),
    ...(config.assumedPixelSizeUm === undefined ? {} : { assumedPixelSizeUm: config.assumedPixelSizeUm }),
    border,
    seamBand: hasOutlines ? SEAM_BAND_PX : 0,
    tiling: { columns: tilingOf(config, input.x, border), rows: tilingOf(config, input.y, border) },
  };
}

/** The scale and the tiles of a picture. */
export function layOut(plan: AnalysisPlan, picture: { width: number; height: number; pixelSizeUm?: number | undefined }): { scale: ModelScale; tiles: Tile[] } {
  const pixelSizeUm = picture.pixelSizeUm ?? plan.assumedPixelSizeUm;
  const isScaled = pixelSizeUm !== undefined && plan.modelPixelSizeUm !== undefined;
  const scale = isScaled ? modelScale(picture, pixelSizeUm, plan.modelPixelSizeUm) : modelScale(picture, 1, 1);
  return { scale, tiles: planTiles(scale.width, scale.height, plan.tiling.columns, plan.tiling.rows) };
}

/** Size of the input for a part of the picture, its border included, model pixels. */
export function inputSizeFor(plan: AnalysisPlan, part: { width: number; height: number }): { width: number; height: number } {
  const { input, border } = plan;
  const width = padded(part.width + 2 * border, input.x);
  const height = padded(part.height + 2 * border, input.y);
  return input.isSquare ? { width: Math.max(width, height), height: Math.max(width, height) } : { width, height };
}

function padded(side: number, { min, step }: SizeRule): number {
  return step === 0 ? min : min + Math.max(Math.ceil((side - min) / step), 0) * step;
}

/** Steps by the roles of axes, after one that brings 0..255 to the range the package's pictures have. */
function stepsOfInput(input: ModelInput): ProcessingStep[] {
  const steps = byRole(mapStepsOf(input.steps), input.axes);
  return input.white === 255 ? steps : [{ id: "scale_linear", kwargs: { gain: input.white / 255, offset: 0 } }, ...steps];
}

/** The steps with axes called by their role, whatever the package calls them. */
function byRole(steps: readonly ProcessingStep[], axes: readonly AxisLayout[]): ProcessingStep[] {
  const roleOf = (id: string): string => axes.find((axis) => axis.id === id)?.role ?? id;
  return steps.map((step): ProcessingStep => {
    switch (step.id) {
      case "binarize":
      case "scale_linear":
      case "fixed_zero_mean_unit_variance":
        // One by one: the compiler does not follow kwargs through the union.
        if (step.kwargs.axis === undefined) return step;
        if (step.id === "binarize") return { ...step, kwargs: { ...step.kwargs, axis: roleOf(step.kwargs.axis) } };
        if (step.id === "scale_linear") return { ...step, kwargs: { ...step.kwargs, axis: roleOf(step.kwargs.axis) } };
        return { ...step, kwargs: { ...step.kwargs, axis: roleOf(step.kwargs.axis) } };
      case "softmax":
        return { ...step, kwargs: { axis: roleOf(step.kwargs.axis) } };
      case "clip":
        return { ...step, kwargs: { ...step.kwargs, axes: rolesOf(step.kwargs.axes, roleOf) } };
      case "scale_range":
        return { ...step, kwargs: { ...step.kwargs, axes: rolesOf(step.kwargs.axes, roleOf) } };
      case "zero_mean_unit_variance":
        return { ...step, kwargs: { ...step.kwargs, axes: rolesOf(step.kwargs.axes, roleOf) } };
      case "scale_mean_variance":
        return { ...step, kwargs: { ...step.kwargs, axes: rolesOf(step.kwargs.axes, roleOf) } };
      case "sigmoid":
      case "ensure_dtype":
      case "stardist_postprocessing":
      case "cellpose_flow_dynamics":
      case "custom":
        return step;
    }
  });
}

function rolesOf(names: readonly string[] | null | undefined, roleOf: (id: string) => string): string[] | undefined {
  return names?.map(roleOf);
}

function plannedOutput(outputs: readonly ModelTensor[], id: string): PlannedOutput {
  const found = outputs.find((output) => output.id === id);
  if (found === undefined) throw new RangeError(`the model has no output ${id}`);
  // Axes of an output that ends in objects speak of those, not of the maps before.
  const axes = instanceStepOf(found.steps) === undefined ? found.axes : found.axes.map(({ id: axis, role, halo }) => ({ id: axis, role, halo, offset: 0 }));
  return { id, axes, steps: byRole(mapStepsOf(found.steps), found.axes) };
}

/** Pixels around a tile that its maps cannot be trusted for, in whole steps of the input. */
function borderOf(outputs: readonly PlannedOutput[], step: number): number {
  const needed = outputs.flatMap(({ axes }) => axes.map(({ halo, offset, cellsPerPixel = 1 }) => (halo + Math.max(-offset / 2, 0)) / cellsPerPixel));
  return Math.ceil(Math.max(0, ...needed) / step) * step;
}

/** A fixed size leaves tiles of what lies within its border; margins never take more than half a tile. */
function tilingOf({ tileSide, tileMargin }: OcularConfig, size: SizeRule, border: number): TilingSettings {
  if (size.step > 0) return { largestSide: Math.max(tileSide - 2 * border, size.step), margin: Math.min(tileMargin, Math.floor((tileSide - 2 * border) / 4)), step: size.step };
  const largestSide = Math.max(size.min - 2 * border, 1);
  return { largestSide, margin: Math.min(tileMargin, Math.floor(largestSide / 4)), step: largestSide >= 64 ? 8 : 1 };
}
