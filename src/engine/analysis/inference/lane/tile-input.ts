import type { ModelScale } from "../../../../core/detection/scale.ts";
import type { Tile } from "../../../../core/detection/tiling.ts";
import { PictureStatistics, resolveSteps } from "../../preprocess/picture-statistics.ts";
import type { PictureSampler, Region } from "../../preprocess/picture-sampler.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { applySteps } from "../package/apply-steps.ts";
import type { NamedTensor } from "../package/apply-steps.ts";
import type { ProcessingStep } from "../package/processing.ts";
import type { AxisRole } from "../package/tensor-layout.ts";
import type { AnalysisPlan } from "./analysis-plan.ts";

/** Rows of the scaled picture that are looked at together when all of it must be known first. */
const STATISTICS_ROWS = 256;

/** Sample a part of a picture into planes of 0..255, in the model's order of colours. */
export function samplePlanes(plan: AnalysisPlan, sampler: PictureSampler, pixels: Uint8Array, region: Region, target: Uint8Array | Float32Array): void {
  sampler.sample(pixels, region, target, plan.input.channels);
  if (plan.input.isBlueFirst) swapEnds(target);
}

/** The input tensor of sampled planes. `data` is changed in place where nothing has to move. */
export function inputTensor(plan: AnalysisPlan, data: Uint8Array | Float32Array, size: { width: number; height: number }, steps: readonly ProcessingStep[]): WireTensor {
  const { input, affine } = plan;
  const lengths: Partial<Record<AxisRole, number>> = { channel: input.channels, y: size.height, x: size.width };
  const shape = input.roles.map((role) => lengths[role] ?? 1);
  if (data instanceof Uint8Array) {
    if (affine === undefined) throw new TypeError("bytes travel only where numbers can be made of them by gain and offset");
    return { name: input.id, dtype: "uint8", shape, affine, data };
  }
  applySteps(planes(plan, data, size), steps);
  return { name: input.id, dtype: "float32", shape, data: inOrder(data, input.roles, lengths) };
}

/** The planes as a tensor with axes that steps can name. */
export function planes(plan: AnalysisPlan, data: Float32Array, { width, height }: { width: number; height: number }): NamedTensor {
  return { axes: ["batch", "channel", "y", "x"], shape: [1, plan.input.channels, height, width], data };
}

/** The plan's steps as they come out for one picture, having looked at all of it. */
export function stepsForPicture(plan: AnalysisPlan, sampler: PictureSampler, pixels: Uint8Array, scale: ModelScale): readonly ProcessingStep[] {
  const { steps, channels } = plan.input;
  const statistics = new PictureStatistics(channels);
  const buffer = new Float32Array(channels * scale.width * Math.min(scale.height, STATISTICS_ROWS));
  for (let y = 0; y < scale.height; y += STATISTICS_ROWS) {
    const region = { x: 0, y, width: scale.width, height: Math.min(STATISTICS_ROWS, scale.height - y) };
    const part = buffer.subarray(0, channels * region.width * region.height);
    samplePlanes(plan, sampler, pixels, region, part);
    statistics.add(part, region, { x: 0, y: 0, width: region.width, height: region.height });
  }
  return resolveSteps(steps, statistics);
}

/** The same where one tile shows all of the picture: its planes are already sampled. */
export function stepsForTile(plan: AnalysisPlan, data: Float32Array, size: { width: number; height: number }, tile: Tile): readonly ProcessingStep[] {
  const statistics = new PictureStatistics(plan.input.channels);
  statistics.add(data, size, { x: plan.border, y: plan.border, width: tile.width, height: tile.height });
  return resolveSteps(plan.input.steps, statistics);
}

/** Red and blue change places. */
function swapEnds(data: Uint8Array | Float32Array): void {
  const plane = data.length / 3;
  const red = data.slice(0, plane);
  data.copyWithin(0, 2 * plane);
  data.set(red, 2 * plane);
}

/** Planes put in the order of the model's axes. */
function inOrder(data: Float32Array, roles: readonly AxisRole[], lengths: Partial<Record<AxisRole, number>>): Float32Array {
  const order = roles.filter((role) => (lengths[role] ?? 1) > 1);
  const natural = (["channel", "y", "x"] as const).filter((role) => order.includes(role));
  if (order.join() === natural.join()) return data;
  const strideIn = (list: readonly AxisRole[], role: AxisRole): number => list.slice(list.indexOf(role) + 1).reduce((product, one) => product * (lengths[one] ?? 1), 1);
  const moved = new Float32Array(data.length);
  const [channels, height, width] = (["channel", "y", "x"] as const).map((role) => (order.includes(role) ? lengths[role] ?? 1 : 1));
  const [toChannel, toRow, toColumn] = (["channel", "y", "x"] as const).map((role) => (order.includes(role) ? strideIn(order, role) : 0));
  let at = 0;
  for (let channel = 0; channel < (channels ?? 1); channel++) {
    for (let y = 0; y < (height ?? 1); y++) {
      let to = channel * (toChannel ?? 0) + y * (toRow ?? 0);
      for (let x = 0; x < (width ?? 1); x++, to += toColumn ?? 0) moved[to] = data[at++] ?? 0;
    }
  }
  return moved;
}
