import type { Gate, RecipeClass, RecipeStep } from "../../../shared/domain/recipe.ts";
import { CLASS_PALETTE } from "../../../core/palette.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { FieldEditor } from "./field-editor.tsx";
import { gateFields } from "./step-fields.ts";
import type { TunerController } from "./tuner-controller.ts";
import { useTuner } from "./use-tuner.ts";
import { recipeWords as words } from "./words.ts";

/** How many of each class, and the gates that make an object one. */
export function ClassPanel(props: { readonly controller: TunerController }) {
  const { controller } = props;
  const classes = useTuner(controller, ({ recipe }) => recipe?.classes);
  const otherwise = useTuner(controller, ({ recipe }) => recipe?.otherwise);
  const counts = useTuner(controller, ({ found }) => found?.objects.counts);
  if (classes === undefined || otherwise === undefined) return undefined;
  return (
    <>
      <Panel title={words.found} testId="found" aside={<span data-testid="object-count" aria-live="polite">{counts === undefined ? "–" : words.objects(counts.reduce((sum, n) => sum + n, 0))}</span>}>
        <ul className="oc-recipes__counts">
          {classes.map((one, index) => (
            <li key={one.id} data-testid={`count-${one.id}`}>
              <span className="oc-recipes__swatch" style={{ background: CLASS_PALETTE[one.colorIndex]?.hex }} aria-hidden="true" />
              <span>{one.plural}</span>
              <strong>{counts?.[index] ?? "–"}</strong>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={words.classes} testId="classes">
        {classes.map((one, index) => <ClassGates key={one.id} one={one} onChange={(next) => { controller.changeClass(index, next); }} />)}
        <SelectField label={words.otherwise} value={otherwise} options={[{ value: "drop", label: words.drop }, ...classes.map(({ id, name }) => ({ value: id, label: name }))]} onChoose={(chosen) => { controller.setOtherwise(chosen); }} testId="otherwise" />
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
