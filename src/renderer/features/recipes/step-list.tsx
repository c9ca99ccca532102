import { useState } from "react";
import type { Recipe, StepKind } from "../../../shared/domain/recipe.ts";
import { STEP_KINDS } from "../../../shared/domain/recipe.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Panel } from "../../ui/panel.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { FieldEditor } from "./field-editor.tsx";
import { fieldsOf, stepSummary } from "./step-fields.ts";
import type { TunerController } from "./tuner-controller.ts";
import { useTuner } from "./use-tuner.ts";
import { recipeWords as words } from "./words.ts";

/** The steps in their order; the one that is looked at has its values below. Arrow keys go from step to step. */
export function StepList(props: { readonly controller: TunerController }) {
  const { controller } = props;
  const recipe = useTuner(controller, (state) => state.recipe);
  if (recipe === undefined) return undefined;
  return (
    <>
      <Panel title={words.steps} testId="steps">
        <div role="radiogroup" aria-label={words.steps} className="oc-recipes__steps">
          <StepRow index={-1} name={words.picture} summary="" controller={controller} />
          {recipe.steps.map((step, index) => <StepRow key={`${index} ${step.kind}`} index={index} name={words.kinds[step.kind]} summary={stepSummary(step)} controller={controller} />)}
        </div>
        <StepTools recipe={recipe} controller={controller} />
      </Panel>
      <StepValues recipe={recipe} controller={controller} />
    </>
  );
}

function StepValues(props: { readonly recipe: Recipe; readonly controller: TunerController }) {
  const { recipe, controller } = props;
  const index = useTuner(controller, (state) => state.step);
  const range = useTuner(controller, (state) => state.range);
  const chosen = recipe.steps[index];
  if (chosen === undefined) return undefined;
  return (
    <Panel title={words.values(words.kinds[chosen.kind].toLowerCase())} testId="step-values">
      <div className="oc-recipes__values" key={index}>
        {fieldsOf(chosen, chosen.kind === "threshold" ? range : undefined).map((field) => (
          <FieldEditor key={field.key} field={field} onChange={(step) => { controller.changeStep(index, step); }} testId={`value-${field.key}`} />
        ))}
      </div>
    </Panel>
  );
}

function StepRow(props: { readonly index: number; readonly name: string; readonly summary: string; readonly controller: TunerController }) {
  const { index, name, summary, controller } = props;
  const isChosen = useTuner(controller, (state) => state.step === index);
  return (
    <label className={classNames("oc-recipes__step", isChosen && "oc-recipes__step--on")} data-testid={`step-${index}`}>
      <input type="radio" name="recipe-step" checked={isChosen} onChange={() => { controller.look(index); }} aria-label={words.look(index < 0 ? words.picture.toLowerCase() : `${index + 1}, ${name}`)} />
      <span className="oc-recipes__step-name">{index < 0 ? name : `${index + 1}. ${name}`}</span>
      <span className="oc-recipes__step-summary">{summary}</span>
      <StepTime index={index} controller={controller} />
    </label>
  );
}

/** The one part of a row that every picture changes. */
function StepTime(props: { readonly index: number; readonly controller: TunerController }) {
  const text = useTuner(props.controller, ({ stepMs }) => {
    const ms = stepMs[props.index];
    return ms === undefined ? "" : words.took(ms);
  });
  return <span className="oc-recipes__step-ms">{text}</span>;
}

function StepTools(props: { readonly recipe: Recipe; readonly controller: TunerController }) {
  const { recipe, controller } = props;
  const step = useTuner(controller, (state) => state.step);
  const [kind, setKind] = useState<StepKind>("smooth");
  const isStep = step >= 0;
  return (
    <div className="oc-recipes__tools">
      <SelectField label={words.addStep} value={kind} options={STEP_KINDS.map((value) => ({ value, label: words.kinds[value] }))} onChoose={setKind} testId="new-step" />
      <Button label={words.addAfter} onPress={() => { controller.addStep(kind); }} testId="add-step" />
      <Button label={words.up} icon="up" iconOnly disabled={!isStep || step === 0} onPress={() => { controller.moveStep(step, -1); }} testId="step-up" />
      <Button label={words.down} icon="down" iconOnly disabled={!isStep || step === recipe.steps.length - 1} onPress={() => { controller.moveStep(step, 1); }} testId="step-down" />
      <Button label={words.remove} icon="close" iconOnly disabled={!isStep} onPress={() => { controller.removeStep(step); }} testId="remove-step" />
    </div>
  );
}
