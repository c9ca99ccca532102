import { classNames } from "./class-names.ts";
import { keepKeyboard } from "./button.tsx";

/** One of a few, all in view. */
export function Segmented<T extends string>(props: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string | undefined }[];
  readonly value: T | undefined;
  readonly onChoose: (value: T) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
}) {
  return (
    <div className="oc-segmented" role="group" aria-label={props.label} data-testid={props.testId}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={classNames("oc-segmented__option", option.value === props.value && "oc-segmented__option--on")}
          aria-pressed={option.value === props.value}
          title={option.hint}
          disabled={props.disabled}
          onMouseDown={keepKeyboard}
          onClick={() => { props.onChoose(option.value); }}
          data-testid={props.testId === undefined ? undefined : `${props.testId}-${option.value}`}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
