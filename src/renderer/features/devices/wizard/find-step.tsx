import { useEffect } from "react";
import type { DiscoveredDevice } from "../../../../shared/domain/device-setup.ts";
import { useInstrumentState } from "../../../api/context.tsx";
import { Button, keepKeyboard } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Notice } from "../../../ui/notice.tsx";
import { NumberField } from "../../../ui/number-field.tsx";
import { SelectField } from "../../../ui/select-field.tsx";
import { TextField } from "../../../ui/text-field.tsx";
import { useDevices, useDevicesState } from "../devices-context.tsx";
import { notSetUp } from "../found-devices.ts";
import { deviceWords } from "../words.ts";
import { needsAddress, needsPlug } from "./new-device.ts";
import type { Wizard, WizardState } from "./wizard.ts";
import { wizardWords as words } from "./wizard-words.ts";

/** What was found and is not set up yet, or a description by hand. */
export function FindStep(props: { readonly wizard: Wizard; readonly state: WizardState }) {
  const { wizard, state } = props;
  const devices = useDevices();
  const discovery = useDevicesState((ui) => ui.discovery);
  const looking = useDevicesState((ui) => ui.looking);
  const setup = useInstrumentState((instrument) => instrument.devices);
  const found = notSetUp(discovery, setup);
  useEffect(() => { void devices.look(); }, [devices]);
  const move = (by: 1 | -1): void => {
    const all: readonly (DiscoveredDevice | "hand")[] = [...found.filter(({ problem }) => problem === undefined), "hand"];
    const at = all.findIndex((each) => idOf(each) === idOf(state.pick));
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (next === undefined) return;
    wizard.pick(next);
    document.getElementById(rowId(next))?.focus();
  };
  return (
    <>
      <p className="oc-side__quiet">{found.length === 0 && !looking ? words.nothingFound : words.findLead}</p>
      <div className="oc-wizard__found" role="radiogroup" aria-label={words.steps.find}
        onKeyDown={(event) => {
          if (event.key === "Enter" && state.pick !== undefined) {
            // The row that has the keyboard is the one that is picked: Enter goes on with it.
            event.preventDefault();
            if (document.activeElement?.id === rowId(state.pick)) wizard.primary();
            else if (document.activeElement instanceof HTMLElement) document.activeElement.click();
            return;
          }
          const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
          if (by === undefined) return;
          event.preventDefault();
          move(by);
        }}>
        {found.map((each, index) => <FoundRow key={each.id} found={each} wizard={wizard} state={state} isFirst={index === found.findIndex(({ problem }) => problem === undefined)} />)}
        <PickRow id={rowId("hand")} chosen={state.pick === "hand"} canFocus={state.pick === "hand" || (state.pick === undefined && found.length === 0)} onPick={() => { wizard.pick("hand"); }} testId="wizard-by-hand">
          <strong>{words.byHand}</strong>
          <span className="oc-side__quiet">{words.byHandHint}</span>
        </PickRow>
      </div>
      <Probe wizard={wizard} state={state} />
      {state.pick === "hand" || ((state.probe.state === "silent" || state.probe.state === "failed") && state.pick !== undefined) ? <HandForm wizard={wizard} state={state} /> : undefined}
      <div className="oc-wizard__look">
        <Button icon="refresh" label={looking ? deviceWords.lookingNow : deviceWords.lookAgain} disabled={looking} onPress={() => void devices.look()} testId="wizard-look" />
        {discovery?.problems.map(({ where, reason }) => <span key={where} className="oc-side__quiet">{where}: {reason}</span>)}
      </div>
    </>
  );
}

function FoundRow(props: { readonly found: DiscoveredDevice; readonly wizard: Wizard; readonly state: WizardState; readonly isFirst: boolean }) {
  const { found, wizard, state } = props;
  const chosen = idOf(state.pick) === found.id;
  const family = wizard.familyOf(found.family)?.title;
  return (
    <PickRow id={rowId(found)} chosen={chosen} canFocus={chosen || (state.pick === undefined && props.isFirst)} disabled={found.problem !== undefined} onPick={() => { wizard.pick(found); }} testId={`wizard-found-${found.address}`}>
      <strong>{found.title}</strong>
      <span className="oc-side__quiet">{deviceWords.connections[found.connection]}, {found.address}{found.identity === undefined || found.identity.serial === "" ? "" : `, serial ${found.identity.serial}`}{family === undefined ? "" : `, ${family}`}</span>
      {found.problem === undefined ? undefined : <span className="oc-devices__reason">{found.problem}</span>}
    </PickRow>
  );
}

function PickRow(props: { readonly id: string; readonly chosen: boolean; readonly canFocus: boolean; readonly disabled?: boolean; readonly onPick: () => void; readonly testId: string; readonly children: React.ReactNode }) {
  return (
    <button type="button" id={props.id} role="radio" aria-checked={props.chosen} tabIndex={props.canFocus ? 0 : -1} disabled={props.disabled}
      className={classNames("oc-wizard__row", props.chosen && "oc-wizard__row--chosen")} onMouseDown={keepKeyboard} onClick={props.onPick} data-testid={props.testId}>
      {props.children}
    </button>
  );
}

/** How the asking goes on, and what came of it. */
function Probe(props: { readonly wizard: Wizard; readonly state: WizardState }) {
  const { probe } = props.state;
  switch (probe.state) {
    case "idle":
      return undefined;
    case "running":
      return (
        <div className="oc-wizard__probe" role="status" data-testid="probe-progress">
          <progress className="oc-wizard__bar" aria-label={words.probe} value={probe.progress?.tried ?? 0} max={probe.progress?.total ?? 1} />
          <span className="oc-wizard__tried">{probe.progress === undefined ? words.probeStarting : words.probing(probe.progress)}</span>
          <Button label={words.probeCancel} onPress={() => void props.wizard.cancelProbe()} testId="probe-cancel" />
        </div>
      );
    case "answered":
      return <Notice tone="ok" testId="probe-answer">{words.answered(probe.result.title, probe.result.model)}</Notice>;
    case "silent":
      return <Notice tone="warning" testId="probe-silent" action={<Button label={words.probe} hint={words.probeHint} onPress={() => void props.wizard.probe()} testId="probe-again" />}>{words.silent}</Notice>;
    case "failed":
      return <Notice tone="error" testId="probe-failed" action={<Button label={words.probe} hint={words.probeHint} onPress={() => void props.wizard.probe()} testId="probe-again" />}>{probe.reason} {words.probeFailed}</Notice>;
  }
}

const BAUD = { min: 300, max: 4_000_000, step: 9600, decimals: 0, unit: "" };

function HandForm(props: { readonly wizard: Wizard; readonly state: WizardState }) {
  const { wizard, state } = props;
  const families = useDevicesState((ui) => ui.families) ?? [];
  const ports = useDevicesState((ui) => ui.discovery?.devices)?.filter(({ connection }) => connection === "serial") ?? [];
  const isFound = state.pick !== "hand";
  const offered = families.filter(({ connection }) => !isFound || connection === "serial");
  const family = wizard.familyOf(state.hand.family);
  const addressWord = family?.connection === "serial" || family?.connection === "network" || family?.connection === "files" ? words.address[family.connection] : words.address.other;
  return (
    <div className="oc-wizard__hand">
      <SelectField label={words.family} value={state.hand.family} testId="wizard-family"
        options={[{ value: "", label: words.chooseFamily }, ...offered.map(({ id, title }) => ({ value: id, label: title }))]} onChoose={(id) => { wizard.setHand({ family: id }); }} />
      {!isFound && family !== undefined && needsAddress(family) ? (
        <>
          <TextField label={addressWord} value={state.hand.address} onChange={(address) => { wizard.setHand({ address }); }} maxLength={500} testId="wizard-address" />
          {family.connection === "serial" && ports.length > 0 ? (
            <SelectField label={deviceWords.found} value={ports.some(({ address }) => address === state.hand.address) ? state.hand.address : ""} options={[{ value: "", label: words.chooseFamily }, ...ports.map(({ address, title }) => ({ value: address, label: `${address}, ${title}` }))]} onChoose={(address) => { wizard.setHand({ address }); }} />
          ) : undefined}
        </>
      ) : undefined}
      {family?.connection === "serial" ? (
        <div className="oc-text-field">
          <span className="oc-text-field__label">{words.baudRate}</span>
          <NumberField label={words.baudRate} value={state.hand.baudRate} spec={BAUD} hint={words.baudDefault} onApply={(baudRate) => { wizard.setHand({ baudRate }); }} onClear={() => { wizard.setHand({ baudRate: undefined }); }} testId="wizard-baud" />
        </div>
      ) : undefined}
      {!isFound && family !== undefined && needsPlug(family) ? <Notice tone="notice">{words.identityNeeded}</Notice> : undefined}
    </div>
  );
}

function idOf(pick: DiscoveredDevice | "hand" | undefined): string | undefined {
  return pick === "hand" ? pick : pick?.id;
}

function rowId(pick: DiscoveredDevice | "hand"): string {
  return `found-${(idOf(pick) ?? "").replaceAll(/[^a-z0-9]/giu, "-")}`;
}
