import type { Transferable } from "node:worker_threads";
import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";
import { heldBuffers } from "../../../core/rules/held-buffers.ts";
import { runRecipe } from "../../../core/rules/run-recipe.ts";
import type { StepMemory } from "../../../core/rules/run-recipe.ts";
import { OcularError } from "../../../shared/errors.ts";
import { interruptibleKernels, RunInterrupted } from "./interruptible-kernels.ts";
import { PlanePool, pooledKernels } from "./plane-pool.ts";
import { scaledPicture } from "./recipe-picture.ts";
import type { ScaledPicture } from "./recipe-picture.ts";
import { flattenObjects } from "./rules-protocol.ts";
import type { RulesMessage, RulesRequest } from "./rules-protocol.ts";
import { StepShower } from "./shown-step.ts";

/** What was computed of the picture that the tuner looks at. */
interface Kept {
  readonly key: string;
  readonly scaled: ScaledPicture;
  memory: StepMemory | undefined;
}

/** Answers requests one after the other; the inside of the rules worker, without the thread. */
export class RulesDesk {
  readonly #pool = new PlanePool();
  readonly #kernels: PixelKernels;
  /** For requests that give way. */
  readonly #interruptible: PixelKernels;
  readonly #shower: StepShower;
  readonly #nowMs: () => number;
  #kept: Kept | undefined;

  /** @param isAnotherWaiting asked between the kernels of a request that gives way. */
  constructor(kernels: PixelKernels, nowMs: () => number, isAnotherWaiting: () => boolean = () => false) {
    this.#kernels = pooledKernels(kernels, this.#pool);
    this.#interruptible = interruptibleKernels(this.#kernels, isAnotherWaiting);
    this.#shower = new StepShower(kernels);
    this.#nowMs = nowMs;
  }

  /** Never throws: what goes wrong is the answer. */
  answer(request: RulesRequest): { message: RulesMessage; transfer: Transferable[] } {
    try {
      const message = this.#work(request);
      const { classes, scores, boxes, points, ends } = message.objects;
      const arrays = [classes, scores, boxes, points, ends, ...(message.shown === undefined ? [] : [message.shown.pixels])];
      return { message, transfer: arrays.map(({ buffer }) => buffer as ArrayBuffer) };
    } catch (error) {
      return { message: { type: "fault", id: request.id, error: asData(error, request.recipe.id) }, transfer: [] };
    } finally {
      // The answer holds copies.
      this.#pool.runIsOver(this.#heldMemory());
    }
  }

  #work({ id, recipe, picture, show, remember = false, givesWay = false }: RulesRequest): Extract<RulesMessage, { type: "result" }> {
    const kept = this.#pictureOf(recipe, picture);
    const stepMs: number[] = [];
    let before = this.#nowMs();
    const result = runRecipe(recipe, kept.scaled.picture, givesWay ? this.#interruptible : this.#kernels, {
      onStep: () => {
        const now = this.#nowMs();
        stepMs.push(now - before);
        before = now;
      },
      ...(show === undefined ? {} : { until: show.step }),
      ...(remember ? { onMemory: (memory) => { kept.memory = memory; }, ...(kept.memory === undefined ? {} : { memory: kept.memory }) } : {}),
    });
    return {
      type: "result", id, stepMs, objects: flattenObjects(recipe, result.objects, kept.scaled.scale),
      ...(show === undefined ? {} : { shown: this.#shower.show(result.last, show.within) }),
    };
  }

  #heldMemory(): ReadonlySet<ArrayBufferLike> {
    if (this.#kept === undefined) return new Set();
    const { scaled: { picture }, memory } = this.#kept;
    return heldBuffers({ picture, entries: memory?.entries ?? [] });
  }

  #pictureOf(recipe: RulesRequest["recipe"], picture: RulesRequest["picture"]): Kept {
    const key = JSON.stringify([picture.key, recipe.assumedPixelSizeUm, recipe.workingPixelSizeUm]);
    if (picture.key !== undefined && this.#kept?.key === key) return this.#kept;
    const kept = { key, scaled: scaledPicture(recipe, picture, (length) => this.#pool.floats(length)), memory: undefined };
    // A frame that will not come back is not kept: it would only hold memory.
    this.#kept = picture.key === undefined ? undefined : kept;
    return kept;
  }
}

function asData(error: unknown, recipeId: string): Extract<RulesMessage, { type: "fault" }>["error"] {
  if (error instanceof RunInterrupted) return { tag: "Canceled", what: `Analysis with ${recipeId}` };
  if (error instanceof OcularError) return error.data;
  const reason = error instanceof Error ? error.message : String(error);
  // Planes that do not fit, or memory that is not there: the picture is to blame.
  return error instanceof RangeError ? { tag: "InvalidInput", what: "The picture", reason } : { tag: "Internal", what: "Running the recipe", reason };
}
