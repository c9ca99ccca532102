import { useEffect, useState } from "react";
import type { KeyboardEvent } from "react";
import { useStore } from "zustand";
import type { CameraFeature, CameraFeatureValue } from "../../../../shared/domain/device-setup.ts";
import { Button } from "../../../ui/button.tsx";
import { SelectField } from "../../../ui/select-field.tsx";
import { checkText, limitsText, shownNumber, shownUnit, steppedText } from "./feature-edit.ts";
import type { FeatureValues } from "./feature-values.ts";
import { featureWords as words } from "./feature-words.ts";

/** Sets a feature; answers with what went wrong. */
export type WriteFeature = (feature: CameraFeature, text: string) => Promise<string | undefined>;

/** The value of a feature, edited in place as its kind asks for. It is read as long as it is in view. */
export function FeatureValue(props: { readonly place: "tree" | "needed"; readonly feature: CameraFeature; readonly values: FeatureValues; readonly write: WriteFeature }) {
  const { feature, values } = props;
  const value = useStore(values.store, (state) => state.values[feature.name]);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => values.watch(feature.name), [values, feature.name]);
  const write = (text: string): void => { void props.write(feature, text).then(setProblem); };
  return (
    <span className="oc-features__value">
      <Editor place={props.place} feature={feature} value={value} write={write} onProblem={setProblem} />
      {problem === undefined ? undefined : <span className="oc-number__problem oc-features__problem" role="alert" data-testid={`${props.place}-problem-${feature.name}`}>{problem}</span>}
    </span>
  );
}

interface EditorProps {
  readonly place: "tree" | "needed";
  readonly feature: CameraFeature;
  readonly value: CameraFeatureValue | undefined;
  readonly write: (text: string) => void;
  readonly onProblem: (problem: string | undefined) => void;
}

function Editor(props: EditorProps) {
  const { feature, value, write } = props;
  if (value === undefined) return <span className="oc-devices__quiet">{words.unread}</span>;
  const canWrite = value.access === "RW" || value.access === "WO";
  if (feature.kind === "command") return <Button label={words.run} disabled={!canWrite} hint={canWrite ? feature.toolTip : words.notAvailable} onPress={() => { write(""); }} testId={`${props.place}-run-${feature.name}`} />;
  if (value.access === "NA" || value.access === "NI") return <span className="oc-devices__quiet" title={words.notAvailable}>{words.access[value.access]}</span>;
  if (value.problem !== undefined && value.value === undefined) return <span className="oc-devices__reason" title={value.problem}>{words.valueUnknown}</span>;
  if (!canWrite) return <ReadOnly place={props.place} feature={feature} value={value} />;
  switch (feature.kind) {
    case "boolean":
      return <input type="checkbox" className="oc-features__check" aria-label={feature.displayName} checked={value.value === "true"} onChange={(event) => { write(event.currentTarget.checked ? "true" : "false"); }} data-testid={`${props.place}-value-${feature.name}`} />;
    case "enumeration":
      return (
        <SelectField label={feature.displayName} labelHidden value={value.value ?? ""} onChoose={write} testId={`${props.place}-value-${feature.name}`}
          options={(value.choices ?? []).map(({ name, displayName }) => ({ value: name, label: displayName === "" ? name : displayName }))} />
      );
    default:
      return <TextEditor {...props} value={value} />;
  }
}

function ReadOnly(props: { readonly place: string; readonly feature: CameraFeature; readonly value: CameraFeatureValue }) {
  const { feature, value } = props;
  const choice = value.choices?.find(({ name }) => name === value.value);
  const text = choice !== undefined && choice.displayName !== "" ? choice.displayName : feature.kind === "float" || feature.kind === "integer" ? shownNumber(value.value ?? "") : (value.value ?? "");
  return <span className="oc-features__fixed oc-selectable" title={words.access.RO} data-testid={`${props.place}-value-${feature.name}`}>{text === "" ? words.valueUnknown : text} <span className="oc-number__unit">{shownUnit(feature.unit)}</span></span>;
}

/** A number or a text: arrow keys step, typing replaces, Enter applies, Esc restores; what the camera made of it comes back. */
function TextEditor(props: EditorProps & { readonly value: CameraFeatureValue }) {
  const { feature, value, onProblem } = props;
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const unit = shownUnit(feature.unit);
  const isNumber = feature.kind === "integer" || feature.kind === "float";
  const standing = value.value ?? "";
  const shown = draft ?? (isNumber ? shownNumber(standing) : standing);
  const checked = draft === undefined ? undefined : checkText(feature.kind, draft, value, unit);
  const problem = checked?.ok === false ? checked.problem : undefined;
  const apply = (): void => {
    if (checked?.ok !== true) return;
    setDraft(undefined);
    if (checked.text !== standing) props.write(checked.text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") {
      apply();
      event.currentTarget.select();
    } else if (event.key === "Escape") {
      setDraft(undefined);
      onProblem(undefined);
      event.currentTarget.blur();
      event.preventDefault();
      event.stopPropagation();
    } else if (isNumber && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const from = checked?.ok === true ? checked.text : standing;
      const next = steppedText(feature.kind === "integer" ? "integer" : "float", from, event.key === "ArrowUp" ? 1 : -1, event.shiftKey, value);
      setDraft(undefined);
      if (next !== undefined && next !== standing) props.write(next);
    }
  };
  const limits = limitsText(value, unit);
  return (
    <span className="oc-number">
      <input
        className={isNumber ? "oc-number__input" : "oc-number__input oc-features__text"} type="text" inputMode={isNumber ? "decimal" : "text"} spellCheck={false}
        aria-label={unit === "" ? feature.displayName : `${feature.displayName}, ${unit}`} aria-invalid={problem !== undefined}
        title={`${limits === "" ? "" : `${limits}. `}${isNumber ? words.checkHint : ""}`}
        value={shown} size={Math.min(22, Math.max(4, shown.length))} data-testid={`${props.place}-value-${feature.name}`}
        onFocus={(event) => { event.currentTarget.select(); }}
        onChange={(event) => { setDraft(event.currentTarget.value); onProblem(undefined); }}
        onBlur={() => { apply(); setDraft(undefined); }}
        onKeyDown={onKeyDown}
      />
      <span className="oc-number__unit">{unit}</span>
      {problem === undefined ? undefined : <span className="oc-number__problem" role="alert" data-testid={`${props.place}-range-${feature.name}`}>{problem}</span>}
    </span>
  );
}
