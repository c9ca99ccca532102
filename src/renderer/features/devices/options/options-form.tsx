import { useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { NumberField } from "../../../ui/number-field.tsx";
import { SelectField } from "../../../ui/select-field.tsx";
import { CheckField } from "../../../ui/text-field.tsx";
import { fieldsOf } from "./option-fields.ts";
import type { OptionField, OptionPath, OptionSchema, Options } from "./option-fields.ts";
import { withOption } from "./option-values.ts";
import { optionWords as words } from "./option-words.ts";

/** A family's options as a form: made of its schema, so that a new driver needs no screen. */
export function OptionsForm(props: { readonly schema: OptionSchema; readonly options: Options; readonly disabled?: boolean; readonly onChange: (options: Options) => void }) {
  const fields = fieldsOf(props.schema, props.options);
  const set = (path: OptionPath, value: unknown): void => { props.onChange(withOption(props.schema, props.options, path, value)); };
  if (fields.length === 0) return <p className="oc-side__quiet">{words.none}</p>;
  return <fieldset className="oc-options" disabled={props.disabled === true}>{fields.map((field) => <Field key={field.path.join(".")} field={field} set={set} />)}</fieldset>;
}

type Setter = (path: OptionPath, value: unknown) => void;

function Field(props: { readonly field: OptionField; readonly set: Setter }) {
  const { field, set } = props;
  const testId = `option-${field.path.join(".")}`;
  switch (field.type) {
    case "fitted":
      return (
        <section className="oc-options__part" aria-label={field.label}>
          <CheckField label={field.label} hint={field.help} checked={field.isFitted} onChange={(fitted) => { set(field.path, fitted ? field.start : undefined); }} testId={testId} />
          {field.isFitted ? <div className="oc-options__inside"><Fields fields={field.fields} set={set} /></div> : undefined}
        </section>
      );
    case "group":
      return isRange(field.fields) ? <Line field={field}><Range field={field} set={set} /></Line> : (
        <section className="oc-options__group" aria-label={field.label}>
          <h3 className="oc-options__title" title={field.help}>{field.label}</h3>
          <div className="oc-options__inside"><Fields fields={field.fields} set={set} /></div>
        </section>
      );
    case "rows":
      return (
        <section className="oc-options__group" aria-label={field.label}>
          <h3 className="oc-options__title" title={field.help}>{field.label}</h3>
          {field.rows.map((row, index) => (
            <div key={index} className="oc-options__row">
              <Fields fields={row} set={set} />
              <Button iconOnly tone="quiet" icon="close" label={words.removeRow(field.label, index + 1)} onPress={() => { set([...field.path, index], undefined); }} />
            </div>
          ))}
          <div><Button label={words.addRow(field.label)} onPress={() => { set([...field.path, field.rows.length], field.start); }} testId={`${testId}-add`} /></div>
        </section>
      );
    case "check":
      return <div className="oc-options__line"><CheckField label={field.label} hint={field.help} checked={field.value} onChange={(checked) => { set(field.path, checked); }} testId={testId} /></div>;
    case "some":
      return (
        <Line field={field}>
          <span className="oc-options__boxes" role="group" aria-label={field.label}>
            {field.choices.map((choice) => (
              <CheckField key={choice} label={String(choice)} checked={field.value.includes(choice)} testId={`${testId}-${choice}`}
                onChange={(checked) => { set(field.path, field.choices.filter((each) => (each === choice ? checked : field.value.includes(each)))); }} />
            ))}
          </span>
        </Line>
      );
    case "words":
      return <Line field={field} isExplained><TextValue label={field.label} text={field.value.join(", ")} describedBy={field.help === undefined ? undefined : helpId(field)} onApply={(text) => { set(field.path, text.split(",").map((word) => word.trim()).filter((word) => word !== "")); }} testId={testId} /></Line>;
    case "number":
      return <Line field={field}><NumberValue field={field} set={set} /></Line>;
    case "choice":
      return (
        <Line field={field}>
          <SelectField label={field.label} labelHidden value={field.value} testId={testId}
            options={[...(field.isOptional ? [{ value: "", label: words.unset }] : []), ...field.choices.map((value) => ({ value, label: value }))]}
            onChoose={(value) => { set(field.path, value === "" ? undefined : value); }} />
        </Line>
      );
    case "text":
      return <Line field={field}><TextValue label={field.label} text={field.value} onApply={(text) => { set(field.path, text === "" && field.isOptional ? undefined : text); }} testId={testId} /></Line>;
    case "json":
      return <Line field={field}><JsonValue label={field.label} value={field.value} onApply={(value) => { set(field.path, value); }} testId={testId} /></Line>;
  }
}

function Fields(props: { readonly fields: readonly OptionField[]; readonly set: Setter }) {
  return <>{props.fields.map((field) => <Field key={field.path.join(".")} field={field} set={props.set} />)}</>;
}

/** @param props isExplained: what it is for stands below, where the label alone does not say what to type */
function Line(props: { readonly field: OptionField; readonly isExplained?: boolean; readonly children: React.ReactNode }) {
  const { field } = props;
  return (
    <div className="oc-options__line" title={field.help}>
      <span className="oc-options__label">{field.label}</span>
      <span className="oc-options__value">{props.children}</span>
      {props.isExplained === true && field.help !== undefined ? <span id={helpId(field)} className="oc-options__help">{field.help}</span> : undefined}
    </div>
  );
}

function helpId({ path }: OptionField): string {
  return `option-help-${path.join("-")}`;
}

type NumberOption = Extract<OptionField, { readonly type: "number" }>;

function NumberValue(props: { readonly field: NumberOption; readonly name?: string; readonly set: Setter }) {
  const { field, set } = props;
  return (
    <NumberField label={props.name ?? field.label} value={field.value} spec={field.spec} testId={`option-${field.path.join(".")}`}
      onApply={(value) => { set(field.path, value); }} onClear={field.isOptional ? () => { set(field.path, undefined); } : undefined} />
  );
}

/** "from ... to ..." in one line instead of two. */
function isRange(fields: readonly OptionField[]): boolean {
  return fields.length === 2 && fields.every((field) => field.type === "number" && ["min", "max"].includes(String(field.path.at(-1))));
}

function Range(props: { readonly field: Extract<OptionField, { readonly type: "group" }>; readonly set: Setter }) {
  const { fields, label } = props.field;
  const ends = fields.filter((field) => field.type === "number");
  // Ends of travel are thought in whole units, a hundred at a time.
  return (
    <span className="oc-options__range">
      {ends.map((end) => <span key={end.label} className="oc-options__end"><span>{end.label}</span><NumberValue field={{ ...end, spec: { ...end.spec, decimals: 0, step: 100 } }} name={`${label}, ${end.label}`} set={props.set} /></span>)}
    </span>
  );
}

function TextValue(props: { readonly label: string; readonly text: string; readonly onApply: (text: string) => void; readonly testId: string; readonly describedBy?: string | undefined; readonly problemOf?: (text: string) => string | undefined }) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const problem = draft === undefined ? undefined : props.problemOf?.(draft);
  const apply = (): void => {
    if (draft !== undefined && problem === undefined && draft !== props.text) props.onApply(draft);
    if (problem === undefined) setDraft(undefined);
  };
  return (
    <span className="oc-text-field">
      <input className="oc-text-field__input" aria-label={props.label} aria-invalid={problem !== undefined} aria-describedby={props.describedBy} spellCheck={false} value={draft ?? props.text} data-testid={props.testId}
        onChange={(event) => { setDraft(event.currentTarget.value); }} onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply();
          if (event.key !== "Escape" || draft === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          setDraft(undefined);
        }} />
      {problem === undefined ? undefined : <span className="oc-text-field__problem" role="alert">{problem}</span>}
    </span>
  );
}

function JsonValue(props: { readonly label: string; readonly value: unknown; readonly onApply: (value: unknown) => void; readonly testId: string }) {
  return (
    <TextValue label={props.label} text={props.value === undefined ? "" : JSON.stringify(props.value)} testId={props.testId}
      problemOf={(text) => (text.trim() === "" || parsedJson(text).ok ? undefined : words.notJson)}
      onApply={(text) => {
        const parsed = parsedJson(text);
        props.onApply(parsed.ok ? parsed.value : undefined);
      }} />
  );
}

function parsedJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false };
    throw error;
  }
}
