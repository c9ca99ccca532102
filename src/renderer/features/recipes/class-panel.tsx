import type { Gate, Recipe, RecipeClass, RecipeStep } from "../../../shared/domain/recipe.ts";
import { CLASS_PALETTE } from "../../../core/palette.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { FieldEditor } from "./field-editor.tsx";
import { gateFields } from "./step-fields.ts";
import type { TunerController, TunerState } from "./tuner-controller.ts";
import { recipeWords as words } from "./words.ts";

/** How many of each class, and the gates that make an object one. */
export function ClassPanel(props: { readonly recipe: Recipe; readonly state: TunerState; readonly controller: TunerController }) {
  const { recipe, state, controller } = props;
  const counts = state.found?.objects.counts ?? [];
  const total = counts.reduce((sum, n) => sum + n, 0);
  return (
    <>
      <Panel title={words.found} testId="found" aside={<span data-testid="object-count" aria-live="polite">{state.found === undefined ? "–" : words.objects(total)}</span>}>
        <ul className="oc-recipes__counts">
          {recipe.classes.map((one, index) => (
            <li key={one.id} data-testid={`count-${one.id}`}>
              <span className="oc-recipes__swatch" style={{ background: CLASS_PALETTE[one.colorIndex]?.hex }} aria-hidden="true" />
              <span>{one.plural}</span>
              <strong>{counts[index] ?? "–"}</strong>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={words.classes} grows testId="classes">
        {recipe.classes.map((one, index) => <ClassGates key={one.id} one={one} onChange={(next) => { controller.changeClass(index, next); }} />)}
        <SelectField label={words.otherwise} value={recipe.otherwise} options={[{ value: "drop", label: words.drop }, ...recipe.classes.map(({ id, name }) => ({ value: id, label: name }))]} onChoose={(otherwise) => { controller.setOtherwise(otherwise); }} testId="otherwise" />
      </Panel>
    </>
  );
}

function ClassGates(props: { readonly one: RecipeClass; readonly onChange: (one: RecipeClass) => void }) {
  const { one, onChange } = props;
  const setGates = (gates: Gate[]): void => { onChange({ ...one, gates }); };
  return (
    <section className="oc-recipes__class" aria-label={one.name}>
      <h3>{one.name}</h3>
      {one.gates.map((gate, at) => (
        <div key={at} className="oc-recipes__gate">
          {gateFields(gate, asStep).map((field) => (
            <FieldEditor key={field.key} field={field} testId={`gate-${one.id}-${at}-${field.key}`} onChange={(step) => { if (step.kind === "gate") setGates(one.gates.with(at, gateOf(step))); }} />
          ))}
          <Button label="Remove this gate" icon="close" iconOnly onPress={() => { setGates(one.gates.toSpliced(at, 1)); }} testId={`gate-${one.id}-${at}-remove`} />
        </div>
      ))}
      <Button label="Add a gate" onPress={() => { setGates([...one.gates, { feature: "areaUm2", min: 0 }]); }} testId={`add-gate-${one.id}`} />
    </section>
  );
}

function asStep(gate: Gate): RecipeStep {
  return { kind: "gate", ...gate };
}

function gateOf({ kind: _kind, ...gate }: Extract<RecipeStep, { kind: "gate" }>): Gate {
  return gate;
}
