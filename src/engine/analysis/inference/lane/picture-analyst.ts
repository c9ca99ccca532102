import { clipTo } from "../../../../core/detection/box.ts";
import type { Candidate } from "../../../../core/detection/candidate.ts";
import { decodeCentreHeatMap } from "../../../../core/detection/centre-heat-map.ts";
import { suppressOverlaps } from "../../../../core/detection/non-maximum-suppression.ts";
import type { ModelScale } from "../../../../core/detection/scale.ts";
import { ownsCentre } from "../../../../core/detection/tiling.ts";
import type { Tile } from "../../../../core/detection/tiling.ts";
import type { PixelFormat } from "../../../../shared/domain/frame.ts";
import { PictureSampler } from "../../preprocess/picture-sampler.ts";
import type { RunResult } from "../link/tensor-link.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { applySteps } from "../package/processing.ts";
import { layOut } from "./analysis-plan.ts";
import type { AnalysisPlan, PlannedOutput } from "./analysis-plan.ts";

/** A picture to look at, its pixels wherever they are. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixelSizeUm?: number | undefined;
  readonly pixels: Uint8Array;
}

/** Objects in frame pixels, best first. */
export interface PictureResult {
  readonly objects: Candidate[];
}

/** The model gave something that cannot be read as objects. */
export class OutputUnreadable extends Error {}

/** What the analyst needs of a tensor link. */
export interface ModelRunner {
  run(inputs: readonly WireTensor[]): Promise<RunResult>;
  whenSent(): Promise<void>;
}

/**
 * From pixels to objects: scale and tile the picture, run the model on each tile, decode, settle overlaps. While the
 * model works on one tile (or picture) the next is prepared: at most two tensors exist at any time per picture.
 */
export class PictureAnalyst {
  readonly #plan: AnalysisPlan;
  readonly #runner: ModelRunner;
  #sampler: PictureSampler | undefined;
  readonly #freeBuffers: Array<Uint8Array | Float32Array> = [];

  constructor(plan: AnalysisPlan, runner: ModelRunner) {
    this.#plan = plan;
    this.#runner = runner;
  }

  /**
   * @param scoreThresholds lowest score per class, in the model's order.
   * @throws RangeError when the pixels do not fit the picture; OutputUnreadable; whatever the run rejects with.
   */
  async analyze(picture: Picture, scoreThresholds: readonly number[]): Promise<PictureResult> {
    const { scale, tiles } = layOut(this.#plan, picture);
    const found: Candidate[] = [];
    let previous: Promise<Candidate[]> | undefined;
    for (const tile of tiles) {
      const current = this.#analyzeTile(picture, scale, tile, scoreThresholds);
      // A failure of this tile is met in the next round, or below.
      current.catch(() => undefined);
      if (previous !== undefined) found.push(...(await previous));
      previous = current;
    }
    if (previous !== undefined) found.push(...(await previous));
    const kept = suppressOverlaps(found, this.#plan.suppression);
    return { objects: kept.map((object) => toFrame(object, scale, picture)) };
  }

  async #analyzeTile(picture: Picture, scale: ModelScale, tile: Tile, scoreThresholds: readonly number[]): Promise<Candidate[]> {
    const width = this.#padded(tile.width);
    const height = this.#padded(tile.height);
    // Sampling keeps this thread: what the model needs next must have left before.
    await this.#runner.whenSent();
    const buffer = this.#takeBuffer(width * height * 3);
    this.#samplerFor(picture, scale).sample(picture.pixels, { x: tile.x, y: tile.y, width, height }, buffer);
    const { outputs } = await this.#runner.run([this.#inputTensor(buffer, width, height)]);
    this.#freeBuffers.push(buffer);
    return decodeTile(this.#plan, outputs, { width, height }, scale, tile, scoreThresholds);
  }

  #inputTensor(data: Uint8Array | Float32Array, width: number, height: number): WireTensor {
    const { input, affine } = this.#plan;
    const shape = [1, 3, height, width];
    if (data instanceof Uint8Array && affine !== undefined) return { name: input.id, dtype: "uint8", shape, affine, data };
    if (data instanceof Float32Array) applySteps({ axes: input.axes, shape, data }, input.steps);
    return { name: input.id, dtype: "float32", shape, data };
  }

  #padded(side: number): number {
    const { min, step } = this.#plan.inputSize;
    return min + Math.max(Math.ceil((side - min) / step), 0) * step;
  }

  #samplerFor(picture: Picture, scale: ModelScale): PictureSampler {
    if (this.#sampler?.fits(picture, scale) !== true) this.#sampler = new PictureSampler(picture, scale);
    return this.#sampler;
  }

  /** A free buffer of that length; those of another length are let go. */
  #takeBuffer(length: number): Uint8Array | Float32Array {
    for (let buffer = this.#freeBuffers.pop(); buffer !== undefined; buffer = this.#freeBuffers.pop()) {
      if (buffer.length === length) return buffer;
    }
    return this.#plan.affine === undefined ? new Float32Array(length) : new Uint8Array(length);
  }
}

/** Objects the tile answers for, in pixels of the whole scaled picture. */
function decodeTile(plan: AnalysisPlan, outputs: ReadonlyMap<string, WireTensor>, input: { width: number; height: number }, scale: ModelScale, tile: Tile, scoreThresholds: readonly number[]): Candidate[] {
  const columns = input.width / plan.stride;
  const rows = input.height / plan.stride;
  const values = (output: PlannedOutput, planes: number): Float32Array => outputValues(output, outputs, [1, planes, rows, columns]);
  const map = { columns, rows, heat: values(plan.outputs.heatmap, plan.classes), size: values(plan.outputs.size, 2), offset: values(plan.outputs.offset, 2) };
  const pictureInTile = { x0: -tile.x, y0: -tile.y, x1: scale.width - tile.x, y1: scale.height - tile.y };
  let decoded: Candidate[];
  try {
    decoded = decodeCentreHeatMap(map, { stride: plan.stride, scoreThresholds, picture: pictureInTile });
  } catch (error) {
    throw new OutputUnreadable(error instanceof Error ? error.message : String(error));
  }
  const inPicture = decoded.map((object) => ({ ...object, x0: object.x0 + tile.x, y0: object.y0 + tile.y, x1: object.x1 + tile.x, y1: object.y1 + tile.y }));
  return inPicture.filter((object) => ownsCentre(tile, (object.x0 + object.x1) / 2, (object.y0 + object.y1) / 2));
}

function outputValues(output: PlannedOutput, outputs: ReadonlyMap<string, WireTensor>, shape: readonly number[]): Float32Array {
  const tensor = outputs.get(output.id);
  if (tensor === undefined || !(tensor.data instanceof Float32Array)) throw new OutputUnreadable(`output ${output.id} is no float32 tensor`);
  if (tensor.shape.join() !== shape.join()) {
    throw new OutputUnreadable(`output ${output.id} has shape ${tensor.shape.join(" x ")}, expected ${shape.join(" x ")}`);
  }
  applySteps({ axes: output.axes, shape, data: tensor.data }, output.steps);
  return tensor.data;
}

function toFrame(object: Candidate, scale: ModelScale, picture: Picture): Candidate {
  const box = { x0: object.x0 / scale.x, y0: object.y0 / scale.y, x1: object.x1 / scale.x, y1: object.y1 / scale.y };
  return { ...clipTo(box, { x0: 0, y0: 0, x1: picture.width, y1: picture.height }), label: object.label, score: object.score };
}
