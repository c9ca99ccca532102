import { useState } from "react";
import type { ConfiguredObjective } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup } from "../../../shared/domain/device-setup.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { useDevices } from "./devices-context.tsx";
import { newObjective, rotationText, withPixelSize } from "./objective-edit.ts";
import { deviceWords as words } from "./words.ts";

const MAGNIFICATION = { min: 0.5, max: 250, step: 1, decimals: 1, unit: "×" };
const APERTURE = { min: 0.01, max: 1.7, step: 0.05, decimals: 2, unit: "" };
const PIXEL_SIZE = { min: 0.0001, max: 1000, step: 0.001, decimals: 4, unit: "µm" };

/** The lenses with the scale of their pictures: each value is edited in place and kept at once. */
export function Objectives(props: { readonly setup: DeviceSetup }) {
  const { objectives, locked, source } = props.setup;
  const devices = useDevices();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [leaving, setLeaving] = useState<string | undefined>(undefined);
  // The virtual microscope names its lenses itself.
  if (source.kind === "default" || source.kind === "option") return undefined;
  const isLocked = locked !== undefined;
  const edit = (change: (objectives: ConfiguredObjective[]) => ConfiguredObjective[]): void => { void devices.editObjectives(change).then(setProblem); };
  const editOne = (id: string, change: (objective: ConfiguredObjective) => ConfiguredObjective): void => { edit((all) => all.map((each) => (each.id === id ? change(each) : each))); };
  return (
    <section className="oc-devices__section" aria-label={words.objectives}>
      <h3 className="oc-devices__heading">{words.objectives}</h3>
      <p className="oc-devices__note">{objectives.length === 0 ? words.noObjectives : words.objectivesLead}</p>
      {objectives.length === 0 ? undefined : (
        <table className="oc-devices__table" data-testid="objectives">
          <thead><tr>{Object.values(words.objectiveColumns).map((label) => <th key={label} scope="col" title={label === words.objectiveColumns.rotation ? words.rotationHint : undefined}>{label}</th>)}<th><span className="oc-hidden-text">{words.remove}</span></th></tr></thead>
          <tbody>
            {objectives.map((objective) => {
              const { id, name } = objective;
              const columns = words.objectiveColumns;
              return (
                <tr key={id} data-testid={`objective-${id}`}>
                  <td><NameField label={`${columns.name}, ${name}`} text={name} disabled={isLocked} onApply={(next) => { editOne(id, (each) => ({ ...each, name: next })); }} /></td>
                  <td><NumberField label={`${columns.magnification}, ${name}`} value={objective.magnification} spec={MAGNIFICATION} disabled={isLocked} onApply={(magnification) => { editOne(id, (each) => ({ ...each, magnification })); }} /></td>
                  <td><NumberField label={`${columns.numericalAperture}, ${name}`} value={objective.numericalAperture} spec={APERTURE} disabled={isLocked} onApply={(numericalAperture) => { editOne(id, (each) => ({ ...each, numericalAperture })); }} /></td>
                  <td><SelectField label={`${columns.immersion}, ${name}`} labelHidden value={objective.immersion} disabled={isLocked} options={(["air", "water", "oil"] as const).map((value) => ({ value, label: words.immersions[value] }))} onChoose={(immersion) => { editOne(id, (each) => ({ ...each, immersion })); }} /></td>
                  <td>
                    <NumberField label={`${columns.pixelSizeUm}, ${name}`} value={objective.pixelSizeUm} spec={PIXEL_SIZE} disabled={isLocked} testId={`pixel-size-${id}`}
                      onApply={(pixelSizeUm) => { editOne(id, (each) => withPixelSize(each, pixelSizeUm)); }} onClear={() => { editOne(id, (each) => withPixelSize(each, undefined)); }} />
                  </td>
                  <td className="oc-devices__quiet" title={words.rotationHint}>{objective.stageFromImage === undefined ? words.notMeasured : rotationText(objective.stageFromImage)}</td>
                  <td className="oc-devices__end">
                    {leaving === id ? (
                      <>
                        <Button label={words.reallyRemove} onPress={() => { setLeaving(undefined); edit((all) => all.filter((each) => each.id !== id)); }} testId={`objective-remove-${id}`} />
                        <Button label={words.keepIt} onPress={() => { setLeaving(undefined); }} />
                      </>
                    ) : <Button iconOnly tone="quiet" icon="close" label={words.removeObjective(name)} disabled={isLocked} onPress={() => { setLeaving(id); }} testId={`objective-leave-${id}`} />}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {problem === undefined ? undefined : <Notice tone="error" testId="objectives-problem">{problem}</Notice>}
      <div><Button label={words.addObjective} disabled={isLocked} hint={locked} onPress={() => { edit((all) => [...all, newObjective(all)]); }} testId="add-objective" /></div>
    </section>
  );
}

function NameField(props: { readonly label: string; readonly text: string; readonly disabled: boolean; readonly onApply: (text: string) => void }) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const apply = (): void => {
    const next = draft?.trim();
    if (next !== undefined && next !== "" && next !== props.text) props.onApply(next);
    setDraft(undefined);
  };
  return (
    <input className="oc-devices__cell" aria-label={props.label} maxLength={80} spellCheck={false} disabled={props.disabled} value={draft ?? props.text}
      onChange={(event) => { setDraft(event.currentTarget.value); }} onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setDraft(undefined);
      }} />
  );
}
