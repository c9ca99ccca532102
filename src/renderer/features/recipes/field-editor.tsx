import { CheckField } from "../../ui/text-field.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { ValueSlider } from "../../ui/value-slider.tsx";
import type { RecipeStep } from "../../../shared/domain/recipe.ts";
import type { StepField } from "./step-fields.ts";

/** One value of a step, as a slider, a list or a check. */
export function FieldEditor(props: { readonly field: StepField; readonly onChange: (step: RecipeStep) => void; readonly testId: string }) {
  const { field, onChange, testId } = props;
  switch (field.type) {
    case "number": return <ValueSlider label={field.label} value={field.value} spec={field.spec} scale={field.scale} onApply={(value) => { onChange(field.set(value)); }} testId={testId} />;
    case "choice": return <SelectField label={field.label} value={field.value} options={field.options} onChoose={(value) => { onChange(field.set(value)); }} testId={testId} />;
    case "check": return <CheckField label={field.label} checked={field.value} onChange={(value) => { onChange(field.set(value)); }} testId={testId} />;
    case "limit": return (
      <div className="oc-recipes__limit">
        <CheckField label={field.label} checked={field.value !== undefined} onChange={(isSet) => { onChange(field.set(isSet ? field.start : undefined)); }} testId={`${testId}-set`} />
        <NumberField label={field.label} value={field.value} spec={field.spec} onApply={(value) => { onChange(field.set(value)); }} testId={testId} />
      </div>
    );
  }
}
