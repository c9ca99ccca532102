import { useEffect, useState } from "react";
import type { RecipeEntry } from "../../../shared/domain/tuning.ts";
import { RecipeId } from "../../../shared/domain/recipe.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { afterPaint } from "../../ui/after-paint.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Notice, Skeleton } from "../../ui/notice.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { CheckField, TextField } from "../../ui/text-field.tsx";
import { ClassPanel } from "./class-panel.tsx";
import { StepList } from "./step-list.tsx";
import { StepPicture } from "./step-picture.tsx";
import { createTunerController } from "./tuner-controller.ts";
import type { TunerController } from "./tuner-controller.ts";
import { useTuner } from "./use-tuner.ts";
import { recipeWords as words } from "./words.ts";

/** Outlives the screen: what was tuned and not saved is there again after a look at the live picture. */
export interface KeptTuner {
  controller?: TunerController;
}

/** The recipe tuner: steps and their values on the left, what a step gives in the middle, what was found on the right. */
export function RecipesScreen(props: { readonly kept: KeptTuner }) {
  const { client, store } = useInstrument();
  const [controller] = useState(() => props.kept.controller ??= createTunerController(client, afterPaint, () => store.getState().snapshot?.analyzer.classes.map(({ id }) => id) ?? []));
  useEffect(() => {
    void controller.start();
    return () => { controller.stop(); };
  }, [controller]);
  const isIdle = useInstrumentState((instrument) => instrument.snapshot?.acquisition === "idle");
  const recipes = useTuner(controller, (state) => state.recipes);
  const problems = useTuner(controller, (state) => state.problems);
  const problem = useTuner(controller, (state) => state.problem);
  const isOpen = useTuner(controller, (state) => state.recipe !== undefined);
  return (
    <main className="oc-recipes" aria-label={words.title}>
      <aside className="oc-recipes__left" aria-label={words.steps}>
        <header className="oc-recipes__head">
          <h1 className="oc-page__title">{words.title}</h1>
          {recipes === undefined ? <Skeleton lines={6} /> : undefined}
          {recipes?.length === 0 ? <Empty title={words.empty} testId="no-recipes">{words.emptyHint}</Empty> : undefined}
          {!isOpen || recipes === undefined ? undefined : <RecipeChooser recipes={recipes} controller={controller} />}
          {problems.map((one) => <Notice key={one} tone="warning">{one}</Notice>)}
        </header>
        <StepList controller={controller} />
      </aside>
      <section className="oc-recipes__middle" aria-label={words.picture}>
        <PictureBar controller={controller} />
        {problem === undefined ? undefined : <Notice tone="error" testId="tuner-problem" action={isIdle ? <StartCamera onStarted={() => { controller.newFrame(); }} /> : undefined}>{problem}</Notice>}
        <PictureRoom controller={controller} />
      </section>
      <aside className="oc-recipes__right" aria-label={words.found}>
        <ClassPanel controller={controller} />
        {isOpen ? <SavePanel controller={controller} /> : undefined}
      </aside>
    </main>
  );
}

/** Without pictures there is nothing to tune on: the way out stands beside the sentence that says so. */
function StartCamera(props: { readonly onStarted: () => void }) {
  const { client, store } = useInstrument();
  const start = async (): Promise<void> => {
    try {
      await client.call("live.start", {});
      props.onStarted();
    } catch (error) {
      store.report(error, words.startCamera);
    }
  };
  return <Button label={words.startCamera} onPress={() => void start()} testId="tuner-start-camera" />;
}

function nameOf({ recipe, origin }: RecipeEntry): string {
  return `${recipe.id}, ${words.version(recipe.version, words.origin[origin])}`;
}

/** Whether the open recipe is no longer as it was saved. */
function useIsEdited(controller: TunerController): boolean {
  return useTuner(controller, ({ opened, recipe }) => opened !== undefined && recipe !== opened.recipe);
}

function RecipeChooser(props: { readonly recipes: readonly RecipeEntry[]; readonly controller: TunerController }) {
  const { recipes, controller } = props;
  const isEdited = useIsEdited(controller);
  const sha256 = useTuner(controller, ({ opened }) => opened?.sha256 ?? "");
  const name = useTuner(controller, ({ recipe }) => recipe?.name);
  return (
    <>
      <SelectField
        label={words.recipe}
        value={sha256}
        options={recipes.map((entry) => ({ value: entry.sha256, label: nameOf(entry) }))}
        onChoose={(chosen) => {
          const entry = recipes.find((one) => one.sha256 === chosen);
          if (entry !== undefined) controller.open(entry);
        }}
        testId="recipe"
      />
      <p className="oc-recipes__quiet">{name}{isEdited ? <strong data-testid="recipe-edited">{`, ${words.edited}`}</strong> : undefined}</p>
    </>
  );
}

function PictureBar(props: { readonly controller: TunerController }) {
  const { controller } = props;
  const isLive = useTuner(controller, (state) => state.isLive);
  return (
    <div className="oc-recipes__bar">
      <Segmented label="Pictures" options={[{ value: "still", label: words.still, hint: words.stillHint }, { value: "live", label: words.live, hint: words.liveHint }]} value={isLive ? "live" : "still"} onChoose={(mode) => { controller.setLive(mode === "live"); }} testId="tuner-mode" />
      <Button label={words.newFrame} icon="refresh" disabled={isLive} onPress={() => { controller.newFrame(); }} testId="new-frame" />
      <PictureFacts controller={controller} />
    </div>
  );
}

function PictureFacts(props: { readonly controller: TunerController }) {
  const picture = useTuner(props.controller, (state) => state.picture);
  const facts = picture === undefined ? [] : [
    ...(picture.shown.threshold === undefined ? [] : [words.threshold(picture.shown.threshold)]),
    ...(picture.shown.range === undefined ? [] : [words.range(picture.shown.range.min, picture.shown.range.max)]),
    ...(picture.shown.count === undefined ? [] : [words.objects(picture.shown.count)]),
    words.took(picture.totalMs),
  ];
  return <span className="oc-recipes__facts" data-testid="step-facts">{facts.join(" · ")}</span>;
}

function PictureRoom(props: { readonly controller: TunerController }) {
  const { controller } = props;
  const [outlinesShown, setOutlinesShown] = useState(true);
  const isEmpty = useTuner(controller, ({ recipes }) => recipes?.length === 0);
  const isWaiting = useTuner(controller, ({ picture, recipe }) => picture === undefined || recipe === undefined);
  const hasProblem = useTuner(controller, ({ problem }) => problem !== undefined);
  const label = useTuner(controller, ({ recipe, step }) => {
    const shown = recipe?.steps[step];
    return shown === undefined ? words.picture : `${step + 1}. ${words.kinds[shown.kind]}`;
  });
  if (isEmpty) return <Empty title={words.noPicture}>{words.noRecipePicture}</Empty>;
  if (isWaiting) return <Empty title={hasProblem ? words.noPicture : words.waiting} testId="tuner-waiting" />;
  return (
    <>
      <StepPicture controller={controller} outlinesShown={outlinesShown} label={label} />
      <CheckField label={words.outlines} checked={outlinesShown} onChange={setOutlinesShown} testId="outlines" />
    </>
  );
}

function SavePanel(props: { readonly controller: TunerController }) {
  const { controller } = props;
  const [asksName, setAsksName] = useState(false);
  const isEdited = useIsEdited(controller);
  const notice = useTuner(controller, (state) => state.notice);
  const dropped = useTuner(controller, (state) => state.dropped);
  return (
    <footer className="oc-recipes__save">
      {notice === undefined ? undefined : <Notice tone="ok" testId="tuner-notice">{notice}</Notice>}
      {dropped === undefined ? undefined : <Notice tone="plain" testId="tuner-dropped" action={<Button label={words.bringBack} onPress={() => { controller.bringBack(); }} testId="bring-back" />}>{words.dropped(dropped.recipe.id)}</Notice>}
      <Button label={words.save} tone="primary" disabled={!isEdited} onPress={() => { void controller.save(); }} testId="save-recipe" />
      <Button label={words.saveAs} onPress={() => { setAsksName(true); }} testId="save-recipe-as" />
      <Button label={words.undo} tone="quiet" disabled={!isEdited} onPress={() => { controller.undo(); }} testId="undo-recipe" />
      {asksName ? <NameDialog onClose={() => { setAsksName(false); }} onSave={(id) => { setAsksName(false); void controller.save(id); }} /> : undefined}
    </footer>
  );
}

function NameDialog(props: { readonly onClose: () => void; readonly onSave: (id: string) => void }) {
  const [id, setId] = useState("");
  const parsed = RecipeId.safeParse(id);
  return (
    <Dialog
      title={words.saveAs} onClose={props.onClose} testId="name-dialog"
      actions={<Button label={words.save} tone="primary" disabled={!parsed.success} onPress={() => { props.onSave(id); }} testId="name-save" />}
    >
      <TextField label={words.newId} value={id} onChange={setId} maxLength={64} problem={id === "" || parsed.success ? undefined : words.newId} testId="name-input" />
    </Dialog>
  );
}
