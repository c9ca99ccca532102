import { toBoxPx } from "../../../core/detection/box.ts";
import type { RecipeResult } from "../../../core/rules/run-recipe.ts";
import type { ErrorData } from "../../../shared/error-data.ts";
import type { Recipe } from "../../../shared/domain/recipe.ts";
import type { RawPicture } from "./recipe-picture.ts";
import type { StepPicture } from "../../../shared/domain/tuning.ts";

/** What passes between the thread that owns a rules worker and the worker. */
export interface RulesRequest {
  readonly id: number;
  readonly recipe: Recipe;
  /** In shared memory. A picture with the same key as the last one is the same: what was computed of it still holds. */
  readonly picture: RawPicture & { readonly key?: number };
  /** The tuner comes back with the same picture: what each step gives is kept. */
  readonly remember?: boolean;
  /** Ends with Canceled as soon as another request waits; what was computed until then is kept where it is to be remembered. */
  readonly givesWay?: boolean;
  /** Instead of objects a picture of what stands after this step (0-based, -1 the picture itself) that fits in there; later steps are not run. */
  readonly show?: { readonly step: number; readonly within: { readonly width: number; readonly height: number } };
}

/** Objects laid out flat, so that thousands cross in one piece. Places in pixels of the frame. */
export interface FlatObjects {
  /** Index in the recipe's classes. */
  readonly classes: Uint8Array;
  readonly scores: Float64Array;
  /** x, y, width, height in turn. */
  readonly boxes: Float64Array;
  /** All outlines, one after the other, x and y in turn. */
  readonly points: Float64Array;
  /** Where in `points` each outline ends. */
  readonly ends: Uint32Array;
}


export type RulesMessage =
  | { readonly type: "ready"; readonly kernels: string; readonly notice?: string }
  | { readonly type: "result"; readonly id: number; readonly objects: FlatObjects; readonly shown?: StepPicture; readonly stepMs: readonly number[] }
  | { readonly type: "fault"; readonly id: number; readonly error: ErrorData };

export interface RulesWorkerData {
  /** Added to the thread's nice value where the system knows threads. */
  readonly niceness: number;
}

/** @param scale recipe pixels per frame pixel. */
export function flattenObjects(recipe: Recipe, objects: RecipeResult["objects"], scale: { readonly x: number; readonly y: number }): FlatObjects {
  const index = new Map(recipe.classes.map(({ id }, at) => [id, at]));
  const points = new Float64Array(objects.reduce((sum, { contour }) => sum + contour.length, 0));
  const ends = new Uint32Array(objects.length);
  let end = 0;
  for (const [at, { contour }] of objects.entries()) {
    for (let i = 0; i < contour.length; i++) points[end + i] = (contour[i] as number) / (i % 2 === 0 ? scale.x : scale.y);
    end += contour.length;
    ends[at] = end;
  }
  return {
    classes: Uint8Array.from(objects, ({ classId }) => index.get(classId) ?? 0),
    scores: Float64Array.from(objects, ({ score }) => score),
    boxes: Float64Array.from(objects.flatMap((object) => {
      const { x, y, width, height } = toBoxPx({ x0: object.box.x / scale.x, y0: object.box.y / scale.y, x1: (object.box.x + object.box.width) / scale.x, y1: (object.box.y + object.box.height) / scale.y });
      return [x, y, width, height];
    })),
    points, ends,
  };
}
