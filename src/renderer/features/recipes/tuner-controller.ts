import { createStore } from "zustand/vanilla";
import type { Recipe, RecipeClass, RecipeStep, StepKind } from "../../../shared/domain/recipe.ts";
import type { RecipeEntry, StepPicture, TuneAnswer, TunedObjects, TuneRequest } from "../../../shared/domain/tuning.ts";
import { describeError, errorDataOf } from "../../../shared/errors.ts";
import type { InstrumentClient } from "../../api/client.ts";
import { createLatestSender } from "../../ui/latest-sender.ts";
import { firstRecipe } from "./first-recipe.ts";
import { newStep } from "./step-fields.ts";

/** Of a step's picture no more pixels are asked for, however far it is zoomed in. */
const MOST_PIXELS = 1_500_000;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Until the first picture says how large it is shown. */
const FIRST_SIZE: Size = { width: 1280, height: 960 };

export interface TunerState {
  /** Undefined while the list is read. */
  readonly recipes: readonly RecipeEntry[] | undefined;
  /** Recipes that cannot be read, in words. */
  readonly problems: readonly string[];
  /** The one that is open, as it was saved. */
  readonly opened: RecipeEntry | undefined;
  /** As it stands now. */
  readonly recipe: Recipe | undefined;
  /** Whose picture is looked at and whose values are shown; -1: the picture itself. */
  readonly step: number;
  readonly isLive: boolean;
  /** What stands after the step looked at, the frame it was made of, and the room it was made for. */
  readonly picture: { readonly frame: TuneAnswer["frame"]; readonly shown: StepPicture; readonly within: Size; readonly totalMs: number } | undefined;
  /** What the recipe finds. `isLate`: values or frame have changed since, and the answer to that is under way. */
  readonly found: { readonly objects: TunedObjects; readonly isLate: boolean } | undefined;
  /** What each step took when it last ran, ms. */
  readonly stepMs: readonly number[];
  /** Pictures so far. */
  readonly pictures: number;
  /** Values of the picture before each step, as far as they were seen: what a threshold's slider runs over. */
  readonly range: { readonly min: number; readonly max: number } | undefined;
  readonly problem: string | undefined;
  readonly notice: string | undefined;
  /** Changes that were put aside by opening something else; until the next change they can be brought back. */
  readonly dropped: { readonly opened: RecipeEntry; readonly recipe: Recipe; readonly step: number } | undefined;
}

/** What a person does in the tuner. Values change at once on the screen; of the runs that are asked for meanwhile only the newest is sent. */
export interface TunerController {
  readonly store: ReturnType<typeof createTunerStore>;
  /** Reads the list and opens the recipe that fits what is looked at; one that is open already stays as it stands. */
  start(): Promise<void>;
  stop(): void;
  open(entry: RecipeEntry): void;
  look(step: number): void;
  changeStep(index: number, step: RecipeStep): void;
  addStep(kind: StepKind): void;
  removeStep(index: number): void;
  moveStep(index: number, by: 1 | -1): void;
  changeClass(index: number, one: RecipeClass): void;
  setOtherwise(otherwise: string): void;
  setLive(isLive: boolean): void;
  /** How large the whole frame is on the screen now, device pixels: pictures come in that size. */
  setShownSize(size: Size): void;
  newFrame(): void;
  /** Back to what was saved. */
  undo(): void;
  /** The changes that were put aside, once more. */
  bringBack(): void;
  /** As the next version of its name, or of another one. */
  save(id?: string): Promise<void>;
}

function createTunerStore() {
  return createStore<TunerState>(() => ({
    recipes: undefined, problems: [], opened: undefined, recipe: undefined, step: -1, isLive: false, picture: undefined, found: undefined, stepMs: [], pictures: 0, range: undefined, problem: undefined, notice: undefined, dropped: undefined,
  }));
}

/**
 * @param painted resolves when what was drawn is on the glass.
 * @param classesSought ids of the classes that are looked for on the live picture: the first recipe opened is one for them.
 */
export function createTunerController(client: InstrumentClient, painted: () => Promise<void>, classesSought: () => readonly string[] = () => []): TunerController {
  const store = createTunerStore();
  let isStopped = false;
  let within = FIRST_SIZE;
  const said = (error: unknown): string => describeError(errorDataOf(error, "Tuning"));

  // The picture first: of a value that slides it is what the eye follows. Objects are counted when it is on the glass and
  // no newer value waits: on the way of a slider they would only be begun, and keep the next picture waiting.
  const run = async ({ freshFrame }: { freshFrame: boolean }, newer: AbortSignal): Promise<void> => {
    const { recipe, step } = store.getState();
    if (recipe === undefined || isStopped) return;
    try {
      const asked = { recipe, step, within };
      showPicture(await client.call("recipes.tune", { ...asked, wants: "picture", freshFrame }), asked.within);
      // Live pictures follow one another without a person's hand: there is nothing to keep free for.
      if (!store.getState().isLive) await Promise.race([painted(), aborted(newer)]);
      if (newer.aborted || isStopped) return;
      await Promise.race([count(asked, newer), aborted(newer)]);
    } catch (error) {
      store.setState({ problem: said(error) });
      // Without pictures or with a broken recipe the same would be said again and again.
      if (store.getState().isLive) store.setState({ isLive: false });
    }
  };
  /** Given up for a newer value: where it is done, and here. */
  const count = async (asked: Pick<TuneRequest, "recipe" | "step" | "within">, newer: AbortSignal): Promise<void> => {
    try {
      const answer = await client.call("recipes.tune", { ...asked, wants: "objects", freshFrame: false });
      if (!newer.aborted) showObjects(answer, asked.step);
    } catch (error) {
      // Of a value that is past nobody needs to know why it was not counted.
      if (!newer.aborted) throw error;
    }
  };
  const showPicture = ({ frame, shown, stepMs, totalMs }: TuneAnswer, madeFor: Size): void => {
    if (shown === undefined) return;
    store.setState(({ found, pictures, range, stepMs: before }) => ({
      picture: { frame, shown, within: madeFor, totalMs }, pictures: pictures + 1, range: shown.range ?? range, problem: undefined,
      found: found === undefined || found.isLate ? found : { ...found, isLate: true },
      stepMs: [...stepMs, ...before.slice(stepMs.length)],
    }));
  };
  const showObjects = ({ objects, stepMs }: TuneAnswer, step: number): void => {
    if (objects === undefined) return;
    // The steps up to the picture's have just told their time; here they were remembered.
    store.setState(({ stepMs: before }) => ({ found: { objects, isLate: false }, stepMs: stepMs.map((ms, index) => (index <= step ? (before[index] ?? ms) : ms)) }));
  };
  const sender = createLatestSender(run, () => {
    if (!isStopped && store.getState().isLive) sender.send({ freshFrame: true });
  });
  const ask = (freshFrame = store.getState().isLive): void => { sender.send({ freshFrame }); };
  const change = (edit: (recipe: Recipe) => Recipe): void => {
    const { recipe } = store.getState();
    if (recipe === undefined) return;
    store.setState({ recipe: edit(recipe), notice: undefined, dropped: undefined });
    ask();
  };
  const openEntry = (opened: RecipeEntry): void => {
    const { opened: before, recipe, step } = store.getState();
    const dropped = before === undefined || recipe === undefined || recipe === before.recipe ? undefined : { opened: before, recipe, step };
    store.setState({ dropped, opened, recipe: opened.recipe, step: opened.recipe.steps.length - 1, problem: undefined, notice: undefined, range: undefined });
    ask();
  };

  return {
    store,
    async start() {
      isStopped = false;
      try {
        const { recipes, problems } = await client.call("recipes.list", {});
        store.setState({ recipes, problems });
        const first = firstRecipe(recipes, classesSought());
        if (store.getState().recipe !== undefined) ask();
        else if (first !== undefined) openEntry(first);
      } catch (error) {
        store.setState({ recipes: [], problem: said(error) });
      }
    },
    stop() { isStopped = true; },
    open: openEntry,
    look(step) {
      store.setState({ step });
      ask();
    },
    changeStep(index, step) { change((recipe) => ({ ...recipe, steps: recipe.steps.map((before, at) => (at === index ? step : before)) })); },
    addStep(kind) {
      const at = store.getState().step + 1;
      store.setState({ step: at });
      change((recipe) => ({ ...recipe, steps: recipe.steps.toSpliced(at, 0, newStep(kind)) }));
    },
    removeStep(index) {
      store.setState(({ step }) => ({ step: Math.max(step >= index ? step - 1 : step, -1) }));
      change((recipe) => ({ ...recipe, steps: recipe.steps.toSpliced(index, 1) }));
    },
    moveStep(index, by) {
      const step = store.getState().recipe?.steps[index];
      const to = index + by;
      if (step === undefined || to < 0 || to >= (store.getState().recipe?.steps.length ?? 0)) return;
      store.setState({ step: to });
      change((recipe) => ({ ...recipe, steps: recipe.steps.toSpliced(index, 1).toSpliced(to, 0, step) }));
    },
    changeClass(index, one) { change((recipe) => ({ ...recipe, classes: recipe.classes.map((before, at) => (at === index ? one : before)) })); },
    setOtherwise(otherwise) { change((recipe) => ({ ...recipe, otherwise })); },
    setLive(isLive) {
      store.setState({ isLive });
      if (isLive) ask(true);
    },
    setShownSize(size) {
      const next = withinMost(size);
      if (next.width === within.width && next.height === within.height) return;
      within = next;
      const { picture } = store.getState();
      // One that was reduced, or is to be: scaled on the screen it would look coarse, or other than one made for that size.
      if (picture !== undefined && (wasReduced(picture) || picture.shown.width > next.width)) sender.send({ freshFrame: false });
    },
    newFrame() { ask(true); },
    undo() {
      const { opened } = store.getState();
      if (opened !== undefined) openEntry(opened);
    },
    bringBack() {
      const { dropped } = store.getState();
      if (dropped === undefined) return;
      store.setState({ ...dropped, dropped: undefined, problem: undefined, notice: undefined, range: undefined });
      ask();
    },
    async save(id) {
      const { recipe } = store.getState();
      if (recipe === undefined) return;
      try {
        const saved = await client.call("recipes.save", { recipe: id === undefined ? recipe : { ...recipe, id } });
        const { recipes, problems } = await client.call("recipes.list", {});
        store.setState({ recipes, problems, opened: saved, recipe: saved.recipe, problem: undefined, dropped: undefined, notice: `Saved as ${saved.recipe.id}, version ${saved.recipe.version}` });
      } catch (error) {
        store.setState({ problem: said(error) });
      }
    },
  };
}

/** As much of a size, in its proportions, as is asked for. */
function withinMost({ width, height }: Size): Size {
  const factor = Math.min(Math.sqrt(MOST_PIXELS / (width * height)), 1);
  return { width: Math.max(Math.round(width * factor), 1), height: Math.max(Math.round(height * factor), 1) };
}

/** Whether a picture fills the room it was made for; one that has fewer pixels is as it was computed. */
function wasReduced({ shown, within }: NonNullable<TunerState["picture"]>): boolean {
  return shown.width >= within.width || shown.height >= within.height;
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => { signal.addEventListener("abort", () => { resolve(); }, { once: true }); });
}
