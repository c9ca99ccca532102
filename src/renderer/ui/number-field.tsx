import { useState } from "react";
import type { KeyboardEvent } from "react";
import { classNames } from "./class-names.ts";
import { formatNumber, parseNumber, rangeText, stepped } from "./number-edit.ts";
import type { NumberSpec } from "./number-edit.ts";

export interface NumberFieldProps {
  readonly label: string;
  /** The device's true value; undefined shows a dash and takes no input. */
  readonly value: number | undefined;
  readonly spec: NumberSpec;
  readonly onApply: (value: number) => void;
  /** Makes the value one that may be absent: an emptied field calls this, and an absent value can be typed over. */
  readonly onClear?: (() => void) | undefined;
  readonly disabled?: boolean;
  readonly hint?: string | undefined;
  readonly testId?: string | undefined;
}

/**
 * A number edited in place: arrow keys step, Shift steps ten times, typing replaces, Enter applies, Esc restores. While
 * nobody types it shows the true value.
 */
export function NumberField(props: NumberFieldProps) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const shown = draft ?? (props.value === undefined ? "–" : formatNumber(props.value, props.spec.decimals));
  const clears = props.onClear !== undefined && draft !== undefined && ["", "–"].includes(draft.trim());
  const parsed = draft === undefined || clears ? undefined : parseNumber(draft, props.spec);
  const problem = parsed?.ok === false ? parsed.problem : undefined;

  const apply = (): void => {
    if (draft === undefined) return;
    if (clears) {
      if (props.value !== undefined) props.onClear?.();
      setDraft(undefined);
    } else if (parsed?.ok === true) {
      props.onApply(parsed.value);
      setDraft(undefined);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") {
      // It applies this value, and is no order to the form around it: a session must not start by it.
      event.preventDefault();
      apply();
      event.currentTarget.select();
    } else if (event.key === "Escape") {
      setDraft(undefined);
      event.currentTarget.blur();
      // Esc here means "put it back"; the stage goes on and a dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && props.value !== undefined) {
      event.preventDefault();
      const from = parsed?.ok === true ? parsed.value : props.value;
      const next = stepped(from, event.key === "ArrowUp" ? 1 : -1, event.shiftKey, props.spec);
      setDraft(undefined);
      props.onApply(next);
    }
  };
  return (
    <span className={classNames("oc-number", problem !== undefined && "oc-number--problem")}>
      <input
        className="oc-number__input"
        type="text"
        inputMode="decimal"
        spellCheck={false}
        aria-label={props.spec.unit === "" ? props.label : `${props.label}, ${props.spec.unit}`}
        aria-invalid={problem !== undefined}
        title={props.hint ?? `${props.label}: ${rangeText(props.spec)}. Arrow keys step, Enter applies, Esc restores.`}
        value={shown}
        size={Math.max(3, shown.length)}
        disabled={props.disabled === true || (props.value === undefined && props.onClear === undefined)}
        onFocus={(event) => { event.currentTarget.select(); }}
        onChange={(event) => { setDraft(event.currentTarget.value); }}
        onBlur={() => { apply(); setDraft(undefined); }}
        onKeyDown={onKeyDown}
        data-testid={props.testId}
      />
      <span className="oc-number__unit">{props.spec.unit}</span>
      {problem === undefined ? undefined : <span className="oc-number__problem" role="alert">{problem}</span>}
    </span>
  );
}
