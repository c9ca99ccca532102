import { clipTo } from "../../../../core/detection/box.ts";
import type { DecodedObject } from "../../../../core/detection/heads/decoded-object.ts";
import { suppressObjects } from "../../../../core/detection/heads/suppress-objects.ts";
import type { ModelScale } from "../../../../core/detection/scale.ts";
import { ownsCentre } from "../../../../core/detection/tiling.ts";
import type { Tile } from "../../../../core/detection/tiling.ts";
import type { PixelKernels } from "../../../../core/kernels/pixel-kernels.ts";
import type { PixelFormat } from "../../../../shared/domain/frame.ts";
import { PictureSampler } from "../../preprocess/picture-sampler.ts";
import type { RunResult } from "../link/tensor-link.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { applySteps, needsReference } from "../package/apply-steps.ts";
import type { NamedTensor } from "../package/apply-steps.ts";
import type { ProcessingStep } from "../package/processing.ts";
import { inputSizeFor, layOut } from "./analysis-plan.ts";
import type { AnalysisPlan } from "./analysis-plan.ts";
import { decodeHead } from "./decode-head.ts";
import { readMaps } from "./output-reader.ts";
import type { TileRun } from "./output-reader.ts";
import { poolEmbedding } from "./pool-embedding.ts";
import { inputTensor, planes, samplePlanes, stepsForPicture, stepsForTile } from "./tile-input.ts";

/** A picture to look at, its pixels wherever they are. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixelSizeUm?: number | undefined;
  readonly pixels: Uint8Array;
}

/** What a person asks of one analysis. */
export interface PictureRequest {
  /** Lowest score per class, in the model's order. */
  readonly scoreThresholds: readonly number[];
  /** Whether objects carry the model's own features, where it gives any. */
  readonly withEmbedding: boolean;
}

/** An object with the model's features pooled over it. */
export interface FoundObject extends DecodedObject {
  readonly embedding?: Float32Array;
}

/** Objects in frame pixels, best first. */
export interface PictureResult {
  readonly objects: FoundObject[];
}

/** What the analyst needs of a tensor link. */
export interface ModelRunner {
  /** @param outputs ids of those wanted; all of them where none are named. */
  run(inputs: readonly WireTensor[], outputs?: readonly string[]): Promise<RunResult>;
  whenSent(): Promise<void>;
}

/** One picture on its way through. */
interface Work {
  readonly picture: Picture;
  readonly scale: ModelScale;
  readonly sampler: PictureSampler;
  readonly request: PictureRequest;
  /** Pre-processing as it comes out for this picture; undefined until the one tile that shows it is sampled. */
  readonly steps: readonly ProcessingStep[] | undefined;
}

/**
 * From pixels to objects: scale and tile the picture, run the model on each tile, decode, settle overlaps. While the
 * model works on one tile (or picture) the next is prepared: at most two tensors exist at any time per picture.
 */
export class PictureAnalyst {
  readonly #plan: AnalysisPlan;
  readonly #runner: ModelRunner;
  readonly #kernels: PixelKernels;
  readonly #keepsRaw: boolean;
  #sampler: PictureSampler | undefined;
  readonly #freeBuffers: Array<Uint8Array | Float32Array> = [];

  constructor(plan: AnalysisPlan, runner: ModelRunner, kernels: PixelKernels) {
    this.#plan = plan;
    this.#runner = runner;
    this.#kernels = kernels;
    this.#keepsRaw = plan.outputs.some((output) => needsReference(output.steps));
  }

  /** @throws RangeError when the pixels do not fit the picture; OutputUnreadable; whatever the run rejects with. */
  async analyze(picture: Picture, request: PictureRequest): Promise<PictureResult> {
    const { scale, tiles } = layOut(this.#plan, picture);
    const sampler = this.#samplerFor(picture, scale);
    const { input } = this.#plan;
    const steps = !input.looksAtPicture ? input.steps : tiles.length === 1 ? undefined : stepsForPicture(this.#plan, sampler, picture.pixels, scale);
    const work: Work = { picture, scale, sampler, request, steps };
    const found: FoundObject[] = [];
    let previous: Promise<FoundObject[]> | undefined;
    for (const tile of tiles) {
      const current = this.#analyzeTile(work, tile);
      // A failure of this tile is met in the next round, or below.
      current.catch(() => undefined);
      if (previous !== undefined) found.push(...(await previous));
      previous = current;
    }
    if (previous !== undefined) found.push(...(await previous));
    const kept = suppressObjects(found, this.#plan.suppression);
    return { objects: kept.map((object) => toFrame(object, scale, picture)) };
  }

  async #analyzeTile(work: Work, tile: Tile): Promise<FoundObject[]> {
    const plan = this.#plan;
    const size = inputSizeFor(plan, tile);
    // Sampling keeps this thread: what the model needs next must have left before.
    await this.#runner.whenSent();
    const buffer = this.#takeBuffer(size.width * size.height * plan.input.channels);
    samplePlanes(plan, work.sampler, work.picture.pixels, { x: tile.x - plan.border, y: tile.y - plan.border, ...size }, buffer);
    const steps = work.steps ?? (buffer instanceof Float32Array ? stepsForTile(plan, buffer, size, tile) : []);
    const references = this.#references(buffer, size);
    const embedding = work.request.withEmbedding ? plan.embedding : undefined;
    const wanted = [...plan.outputs, ...(embedding === undefined ? [] : [embedding])].map((output) => output.id);
    const { outputs } = await this.#runner.run([inputTensor(plan, buffer, size, steps)], [...new Set(wanted)]);
    this.#freeBuffers.push(buffer);
    const run: TileRun = { outputs, input: size, border: plan.border, references };
    const features = embedding === undefined ? undefined : readMaps(embedding, run, undefined, embedding.stride);
    const pictureInTile = { x0: -tile.x, y0: -tile.y, x1: work.scale.width - tile.x, y1: work.scale.height - tile.y };
    const decoded = decodeHead({ plan, run, picture: pictureInTile, scoreThresholds: work.request.scoreThresholds, kernels: this.#kernels });
    return decoded
      .filter((object) => ownsCentre(tile, (object.x0 + object.x1) / 2 + tile.x, (object.y0 + object.y1) / 2 + tile.y, plan.seamBand))
      .map((object) => inPicture(features === undefined ? object : { ...object, embedding: poolEmbedding(features, object) }, tile));
  }

  /** The input before pre-processing, where some output's steps look back at it. */
  #references(buffer: Uint8Array | Float32Array, size: { width: number; height: number }): ReadonlyMap<string, NamedTensor> {
    if (!this.#keepsRaw) return new Map();
    const raw = planes(this.#plan, Float32Array.from(buffer), size);
    const [first] = this.#plan.input.steps;
    // The first step may be ours: it brings 0..255 to the range the package means.
    if (first?.id === "scale_linear" && this.#plan.input.hasOwnRange) applySteps(raw, [first]);
    return new Map([[this.#plan.input.id, raw]]);
  }

  #samplerFor(picture: Picture, scale: ModelScale): PictureSampler {
    if (this.#sampler?.fits(picture, scale) === true) return this.#sampler;
    this.#sampler = new PictureSampler(picture, scale, this.#kernels);
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

/** From pixels of the tile to pixels of the whole scaled picture. */
function inPicture(object: FoundObject, tile: Tile): FoundObject {
  const moved = { ...object, x0: object.x0 + tile.x, y0: object.y0 + tile.y, x1: object.x1 + tile.x, y1: object.y1 + tile.y };
  return object.contour === undefined ? moved : { ...moved, contour: object.contour.map((value, i) => value + (i % 2 === 0 ? tile.x : tile.y)) };
}

function toFrame(object: FoundObject, scale: ModelScale, picture: Picture): FoundObject {
  const box = { x0: object.x0 / scale.x, y0: object.y0 / scale.y, x1: object.x1 / scale.x, y1: object.y1 / scale.y };
  const { contour } = object;
  const inFrame = contour?.map((value, i) => (i % 2 === 0 ? Math.min(Math.max(value / scale.x, 0), picture.width) : Math.min(Math.max(value / scale.y, 0), picture.height)));
  return { ...object, ...clipTo(box, { x0: 0, y0: 0, x1: picture.width, y1: picture.height }), ...(inFrame === undefined ? {} : { contour: inFrame }) };
}
