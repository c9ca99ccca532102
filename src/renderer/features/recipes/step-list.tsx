import { useState } from "react";
import type { Recipe, StepKind } from "../../../shared/domain/recipe.ts";
import { STEP_KINDS } from "../../../shared/domain/recipe.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Panel } from "../../ui/panel.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { FieldEditor } from "./field-editor.tsx";
import { fieldsOf, stepSummary } from "./step-fields.ts";
import type { TunerController, TunerState } from "./tuner-controller.ts";
import { recipeWords as words } from "./words.ts";

/** The steps in their order; the one that is looked at has its values below. Arrow keys go from step to step. */
export function StepList(props: { readonly recipe: Recipe; readonly state: TunerState; readonly controller: TunerController }) {
  const { recipe, state, controller } = props;
  const chosen = recipe.steps[state.step];
  return (
    <>
      <Panel title={words.steps} testId="steps">
        <div role="radiogroup" aria-label={words.steps} className="oc-recipes__steps">
          <StepRow index={-1} name={words.picture} summary="" state={state} controller={controller} />
          {recipe.steps.map((step, index) => <StepRow key={`${index} ${step.kind}`} index={index} name={words.kinds[step.kind]} summary={stepSummary(step)} state={state} controller={controller} />)}
        </div>
        <StepTools recipe={recipe} state={state} controller={controller} />
      </Panel>
      {chosen === undefined ? undefined : (
        <Panel title={words.values(words.kinds[chosen.kind].toLowerCase())} testId="step-values">
          <div className="oc-recipes__values" key={state.step}>
            {fieldsOf(chosen, chosen.kind === "threshold" ? state.range : undefined).map((field) => (
              <FieldEditor key={field.key} field={field} onChange={(step) => { controller.changeStep(state.step, step); }} testId={`value-${field.key}`} />
            ))}
          </div>
        </Panel>
      )}
    </>
  );
}

function StepRow(props: { readonly index: number; readonly name: string; readonly summary: string; readonly state: TunerState; readonly controller: TunerController }) {
  const { index, name, summary, state, controller } = props;
  const isChosen = state.step === index;
  const ms = state.stepMs[index];
  return (
    <label className={classNames("oc-recipes__step", isChosen && "oc-recipes__step--on")} data-testid={`step-${index}`}>
      <input type="radio" name="recipe-step" checked={isChosen} onChange={() => { controller.look(index); }} aria-label={words.look(index < 0 ? words.picture.toLowerCase() : `${index + 1}, ${name}`)} />
      <span className="oc-recipes__step-name">{index < 0 ? name : `${index + 1}. ${name}`}</span>
      <span className="oc-recipes__step-summary">{summary}</span>
      <span className="oc-recipes__step-ms">{ms === undefined ? "" : words.took(ms)}</span>
    </label>
  );
}

function StepTools(props: { readonly recipe: Recipe; readonly state: TunerState; readonly controller: TunerController }) {
  const { recipe, state, controller } = props;
  const [kind, setKind] = useState<StepKind>("smooth");
  const isStep = state.step >= 0;
  return (
    <div className="oc-recipes__tools">
      <SelectField label={words.addStep} value={kind} options={STEP_KINDS.map((value) => ({ value, label: words.kinds[value] }))} onChoose={setKind} testId="new-step" />
      <Button label={words.addAfter} onPress={() => { controller.addStep(kind); }} testId="add-step" />
      <Button label={words.up} icon="up" iconOnly disabled={!isStep || state.step === 0} onPress={() => { controller.moveStep(state.step, -1); }} testId="step-up" />
      <Button label={words.down} icon="down" iconOnly disabled={!isStep || state.step === recipe.steps.length - 1} onPress={() => { controller.moveStep(state.step, 1); }} testId="step-down" />
      <Button label={words.remove} icon="close" iconOnly disabled={!isStep} onPress={() => { controller.removeStep(state.step); }} testId="remove-step" />
    </div>
  );
}
