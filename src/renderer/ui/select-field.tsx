import { useId } from "react";

/** One of a list, with its label above, or for readers alone where the place says it already. */
export function SelectField<T extends string>(props: {
  readonly label: string;
  readonly labelHidden?: boolean;
  readonly hint?: string | undefined;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
}) {
  const id = useId();
  return (
    <div className="oc-text-field">
      <label className={props.labelHidden === true ? "oc-hidden-text" : "oc-text-field__label"} htmlFor={id}>{props.label}</label>
      <select
        id={id}
        className="oc-text-field__input"
        value={props.value}
        title={props.hint}
        disabled={props.disabled}
        data-testid={props.testId}
        onChange={(event) => {
          const chosen = props.options.find((option) => option.value === event.currentTarget.value);
          if (chosen !== undefined) props.onChoose(chosen.value);
        }}
      >
        {props.options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </div>
  );
}
