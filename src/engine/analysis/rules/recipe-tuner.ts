import type { Clock } from "../../../core/clock.ts";
import { parseRecipe } from "../../../core/rules/parse-recipe.ts";
import type { FrameHeader } from "../../../shared/domain/frame.ts";
import type { Recipe } from "../../../shared/domain/recipe.ts";
import type { RecipeCatalog, RecipeEntry, TuneAnswer, TunedObjects, TuneRequest } from "../../../shared/domain/tuning.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { RawPicture } from "./recipe-picture.ts";
import { listRecipes, saveRecipe } from "./recipe-store.ts";
import type { RecipeFolders, StoredRecipe } from "./recipe-store.ts";
import type { FlatObjects } from "./rules-protocol.ts";
import { RulesThreadKeeper } from "./rules-thread-keeper.ts";

/** Longest wait for a live frame, ms. */
const FRAME_TIMEOUT_MS = 3_000;
/** Longest a run may take, ms: a recipe on its way to being good may be slow. */
const RUN_TIMEOUT_MS = 20_000;

/** A frame the tuner holds: its own copy, so that the camera's buffer goes back at once. */
interface HeldFrame {
  readonly key: number;
  readonly frameId: number;
  readonly picture: RawPicture;
}

/** What a person tunes recipes with: runs them on a live or a held frame, and keeps what came of it. */
export interface RecipeTuner {
  /** Every live frame passes here; it is copied only while somebody waits for one. */
  offerFrame(header: FrameHeader, pixels: Uint8Array): void;
  list(): Promise<RecipeCatalog>;
  /**
   * One run. That for objects gives way to whatever is asked next.
   *
   * @throws OcularError RecipeInvalid, InvalidInput (no picture, or one that cannot be taken), Canceled (it gave way),
   *   InferenceDied, InferenceTimeout.
   */
  tune(request: TuneRequest): Promise<TuneAnswer>;
  /** Keeps a recipe as its next version in the person's own folder. @throws OcularError RecipeInvalid, RecipeExists, DiskUnwritable. */
  save(recipe: unknown): Promise<RecipeEntry>;
  dispose(): Promise<void>;
}

export function createRecipeTuner(options: { clock: Clock; folders: Required<RecipeFolders>; entryFile?: string }): RecipeTuner {
  const { clock, folders, entryFile } = options;
  let keeper: RulesThreadKeeper | undefined;
  let held: HeldFrame | undefined;
  let frames = 0;
  const waiting = new Set<(frame: HeldFrame) => void>();

  /** The worker is started when somebody tunes for the first time; a person waits for it. */
  const thread = async (): Promise<{ keeper: RulesThreadKeeper; thread: Awaited<ReturnType<RulesThreadKeeper["ready"]>> }> => {
    keeper ??= new RulesThreadKeeper({ recipeId: "the tuner", niceness: 0, entryFile }, clock);
    return { keeper, thread: await keeper.ready() };
  };

  const nextFrame = async (): Promise<HeldFrame> => {
    const over = new AbortController();
    let take: (frame: HeldFrame) => void = () => undefined;
    const came = new Promise<HeldFrame>((resolve) => { take = resolve; });
    waiting.add(take);
    const late = clock.delay(FRAME_TIMEOUT_MS, over.signal).then((): never => {
      throw new OcularError({ tag: "InvalidInput", what: "The picture to tune on", reason: `no frame came within ${FRAME_TIMEOUT_MS / 1000} s; start the camera` });
    });
    late.catch(() => undefined); // Aborted once a frame came: nothing to tell.
    try {
      return await Promise.race([came, late]);
    } finally {
      over.abort();
      waiting.delete(take);
    }
  };

  return {
    offerFrame(header, pixels) {
      if (waiting.size === 0) return;
      const copy = new Uint8Array(new SharedArrayBuffer(pixels.byteLength));
      copy.set(pixels);
      const { width, height, pixelFormat, pixelSizeUm } = header;
      const frame: HeldFrame = { key: ++frames, frameId: header.frameId, picture: { width, height, pixelFormat, pixelSizeUm, pixels: copy } };
      for (const take of waiting) take(frame);
      waiting.clear();
    },
    async list() {
      const { recipes, problems } = await listRecipes(folders);
      return { recipes: recipes.map(entryOf), problems: problems.map(({ message }) => message) };
    },
    async tune(request) {
      // Before the picture is waited for: what is wrong is said at once.
      const recipe = parseRecipe(request.recipe, "the recipe");
      const frame = request.freshFrame || held === undefined ? await nextFrame() : held;
      held = frame;
      const running = await thread();
      const startedMs = clock.nowMs();
      const over = new AbortController();
      const late = clock.delay(RUN_TIMEOUT_MS, over.signal).then((): never => {
        running.keeper.replace(running.thread, `no answer within ${RUN_TIMEOUT_MS} ms`);
        throw new OcularError({ tag: "InferenceTimeout", modelId: recipe.id, timeoutMs: RUN_TIMEOUT_MS });
      });
      late.catch(() => undefined); // Aborted once the run is done.
      const work = running.thread.run({
        recipe, picture: { ...frame.picture, key: frame.key }, remember: true,
        ...(request.wants === "picture" ? { show: { step: Math.min(request.step, recipe.steps.length - 1), within: request.within } } : { givesWay: true }),
      });
      const { objects, shown, stepMs } = await Promise.race([work, late]).finally(() => { over.abort(); });
      running.keeper.praise();
      const { width, height, pixelSizeUm } = frame.picture;
      return {
        frame: { frameId: frame.frameId, width, height, ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) },
        stepMs: [...stepMs], totalMs: clock.nowMs() - startedMs,
        ...(shown === undefined ? { objects: tunedObjects(recipe, objects) } : { shown }),
      };
    },
    async save(recipe) {
      return entryOf(await saveRecipe(parseRecipe(recipe, "the recipe"), folders));
    },
    async dispose() {
      await keeper?.dispose();
    },
  };
}

function tunedObjects(recipe: Recipe, { classes, points, ends }: FlatObjects): TunedObjects {
  return {
    classes: classes as Uint8Array<ArrayBuffer>, points: points as Float64Array<ArrayBuffer>, ends: ends as Uint32Array<ArrayBuffer>,
    counts: recipe.classes.map((_, index) => classes.reduce((n, each) => n + (each === index ? 1 : 0), 0)),
  };
}

function entryOf({ recipe, sha256, origin }: StoredRecipe): RecipeEntry {
  return { recipe, sha256, origin };
}
