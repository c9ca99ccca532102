import { useId } from "react";

/** A line (or some lines) of text with its label above and, when something is missing, why below. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string | undefined;
  readonly placeholder?: string;
  readonly lines?: number;
  readonly maxLength?: number;
  readonly testId?: string;
}) {
  const id = useId();
  const shared = {
    id, className: "oc-text-field__input", value: props.value, placeholder: props.placeholder, maxLength: props.maxLength ?? 200,
    "aria-invalid": props.problem !== undefined, "data-testid": props.testId, spellCheck: false, autoComplete: "off",
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => { props.onChange(event.currentTarget.value); },
  };
  return (
    <div className="oc-text-field">
      <label className="oc-text-field__label" htmlFor={id}>{props.label}</label>
      {props.lines === undefined ? <input type="text" {...shared} /> : <textarea rows={props.lines} {...shared} />}
      {props.problem === undefined ? undefined : <span className="oc-text-field__problem" role="alert">{props.problem}</span>}
    </div>
  );
}

/** On or off, with its words. */
export function CheckField(props: { readonly label: string; readonly checked: boolean; readonly onChange: (checked: boolean) => void; readonly disabled?: boolean; readonly hint?: string | undefined; readonly testId?: string }) {
  return (
    <label className="oc-check" title={props.hint}>
      <input type="checkbox" checked={props.checked} disabled={props.disabled} onChange={(event) => { props.onChange(event.currentTarget.checked); }} data-testid={props.testId} />
      <span>{props.label}</span>
    </label>
  );
}
