import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { RecipeEntry } from "../../../shared/domain/tuning.ts";
import { RecipeId } from "../../../shared/domain/recipe.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
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
import type { TunerController, TunerState } from "./tuner-controller.ts";
import { recipeWords as words } from "./words.ts";

/** The recipe tuner: steps and their values on the left, what a step gives in the middle, what was found on the right. */
export function RecipesScreen() {
  const { client } = useInstrument();
  const [controller] = useState(() => createTunerController(client));
  const state = useStore(controller.store);
  useEffect(() => {
    void controller.start();
    return () => { controller.stop(); };
  }, [controller]);
  const isIdle = useInstrumentState((instrument) => instrument.snapshot?.acquisition === "idle");
  const { recipe, recipes } = state;
  return (
    <main className="oc-recipes" aria-label={words.title}>
      <aside className="oc-recipes__left" aria-label={words.steps}>
        <header className="oc-recipes__head">
          <h1 className="oc-page__title">{words.title}</h1>
          {recipes === undefined ? <Skeleton lines={6} /> : undefined}
          {recipes?.length === 0 ? <Empty title={words.empty} testId="no-recipes">{words.emptyHint}</Empty> : undefined}
          {recipe === undefined || recipes === undefined ? undefined : <RecipeChooser recipes={recipes} state={state} controller={controller} />}
          {state.problems.map((problem) => <Notice key={problem} tone="warning">{problem}</Notice>)}
        </header>
        {recipe === undefined ? undefined : <StepList recipe={recipe} state={state} controller={controller} />}
      </aside>
      <section className="oc-recipes__middle" aria-label={words.picture}>
        <PictureBar state={state} controller={controller} />
        {state.problem === undefined ? undefined : <Notice tone="error" testId="tuner-problem" action={isIdle ? <StartCamera onStarted={() => { controller.newFrame(); }} /> : undefined}>{state.problem}</Notice>}
        <PictureRoom state={state} />
      </section>
      <aside className="oc-recipes__right" aria-label={words.found}>
        {recipe === undefined ? undefined : <ClassPanel recipe={recipe} state={state} controller={controller} />}
        {recipe === undefined ? undefined : <SavePanel state={state} controller={controller} />}
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

function RecipeChooser(props: { readonly recipes: readonly RecipeEntry[]; readonly state: TunerState; readonly controller: TunerController }) {
  const { recipes, state, controller } = props;
  const isEdited = state.opened !== undefined && state.recipe !== state.opened.recipe;
  return (
    <>
      <SelectField
        label={words.recipe}
        value={state.opened?.sha256 ?? ""}
        options={recipes.map((entry) => ({ value: entry.sha256, label: nameOf(entry) }))}
        onChoose={(sha256) => {
          const entry = recipes.find((one) => one.sha256 === sha256);
          if (entry !== undefined) controller.open(entry);
        }}
        testId="recipe"
      />
      <p className="oc-recipes__quiet">{state.recipe?.name}{isEdited ? <strong data-testid="recipe-edited">{`, ${words.edited}`}</strong> : undefined}</p>
    </>
  );
}

function PictureBar(props: { readonly state: TunerState; readonly controller: TunerController }) {
  const { state, controller } = props;
  const { picture } = state;
  const facts = picture === undefined ? [] : [
    ...(picture.shown.threshold === undefined ? [] : [words.threshold(picture.shown.threshold)]),
    ...(picture.shown.range === undefined ? [] : [words.range(picture.shown.range.min, picture.shown.range.max)]),
    ...(picture.shown.count === undefined ? [] : [words.objects(picture.shown.count)]),
    words.took(picture.totalMs),
  ];
  return (
    <div className="oc-recipes__bar">
      <Segmented label="Pictures" options={[{ value: "still", label: words.still, hint: words.stillHint }, { value: "live", label: words.live, hint: words.liveHint }]} value={state.isLive ? "live" : "still"} onChoose={(mode) => { controller.setLive(mode === "live"); }} testId="tuner-mode" />
      <Button label={words.newFrame} icon="refresh" disabled={state.isLive} onPress={() => { controller.newFrame(); }} testId="new-frame" />
      <span className="oc-recipes__facts" data-testid="step-facts">{facts.join(" · ")}</span>
    </div>
  );
}

function PictureRoom(props: { readonly state: TunerState }) {
  const { picture, pictures, found, recipe, recipes, step, problem } = props.state;
  const [outlinesShown, setOutlinesShown] = useState(true);
  const shown = recipe?.steps[step];
  if (recipes?.length === 0) return <Empty title={words.noPicture}>{words.noRecipePicture}</Empty>;
  if (picture === undefined || recipe === undefined) return <Empty title={problem === undefined ? words.waiting : words.noPicture} testId="tuner-waiting" />;
  return (
    <>
      <StepPicture frame={picture.frame} shown={picture.shown} found={found} classes={recipe.classes} outlinesShown={outlinesShown} pictures={pictures} label={shown === undefined ? words.picture : `${step + 1}. ${words.kinds[shown.kind]}`} />
      <CheckField label={words.outlines} checked={outlinesShown} onChange={setOutlinesShown} testId="outlines" />
    </>
  );
}

function SavePanel(props: { readonly state: TunerState; readonly controller: TunerController }) {
  const { state, controller } = props;
  const [asksName, setAsksName] = useState(false);
  const isEdited = state.opened !== undefined && state.recipe !== state.opened.recipe;
  return (
    <footer className="oc-recipes__save">
      {state.notice === undefined ? undefined : <Notice tone="ok" testId="tuner-notice">{state.notice}</Notice>}
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
