import { useState } from "react";
import type { ConfiguredDeviceView, DeviceSetup } from "../../../shared/domain/device-setup.ts";
import { useInstrument } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty, Notice } from "../../ui/notice.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { ConsolePanel } from "./console/console-panel.tsx";
import type { DeviceTab } from "./devices-controller.ts";
import { useDevices, useDevicesState } from "./devices-context.tsx";
import { FeaturesPanel } from "./features/features-panel.tsx";
import { OptionsForm } from "./options/options-form.tsx";
import type { Options } from "./options/option-fields.ts";
import { PartsTable } from "./parts-table.tsx";
import { Reconnect } from "./role-card.tsx";
import { StateMark } from "./state-mark.tsx";
import { deviceWords as words } from "./words.ts";

/** One device: what it is, how it is driven, what was said to it, what its camera can be told. */
export function DeviceDetail(props: { readonly setup: DeviceSetup; readonly view: ConfiguredDeviceView }) {
  const { setup, view } = props;
  const devices = useDevices();
  const wanted = useDevicesState((ui) => ui.tab);
  const { device } = view;
  const tabs: readonly DeviceTab[] = ["overview", "options", "console", ...(device.family.includes("vision") || view.hasFeatures ? (["features"] as const) : [])];
  const tab = tabs.includes(wanted) ? wanted : "overview";
  return (
    <div className="oc-devices__page oc-devices__page--fills">
      <header className="oc-devices__head">
        <h2 className="oc-devices__title">{device.name}</h2>
        <StateMark state={view.state} testId="detail-state" />
        <span className="oc-devices__space" />
        {view.state === "missing" || view.state === "faulted" ? <Reconnect deviceKey={device.key} /> : undefined}
        <Button label={words.remove} hint={setup.locked} disabled={setup.locked !== undefined} onPress={() => { devices.askRemove(device.key); }} testId="remove-device" />
      </header>
      {view.reason === undefined ? undefined : <Notice tone={view.state === "unusable" ? "error" : "warning"} testId="detail-reason">{view.reason}</Notice>}
      <div className="oc-devices__tabs"><Segmented label={device.name} options={tabs.map((value) => ({ value, label: words.tabs[value] }))} value={tab} onChoose={(next) => { devices.setTab(next); }} testId="device-tab" /></div>
      {tab === "overview" ? <Overview setup={setup} view={view} /> : undefined}
      {tab === "options" ? <OptionsTab setup={setup} view={view} /> : undefined}
      {tab === "console" ? (view.hasConsole ? <ConsolePanel deviceKey={device.key} /> : <Empty title={words.noConsole} />) : undefined}
      {tab === "features" ? (view.hasFeatures ? <FeaturesPanel deviceKey={device.key} /> : <Empty title={view.state === "ready" ? words.noFeatures : words.notNow}>{view.reason}</Empty>) : undefined}
    </div>
  );
}

function Overview(props: { readonly setup: DeviceSetup; readonly view: ConfiguredDeviceView }) {
  const { device, familyTitle, address, parts } = props.view;
  return (
    <>
      <dl className="oc-devices__dl">
        <div><dt>{words.name}</dt><dd><DeviceName setup={props.setup} view={props.view} /></dd></div>
        <div><dt>{words.driver}</dt><dd>{familyTitle}</dd></div>
        <div><dt>{words.pluggedInto}</dt><dd className="oc-selectable">{address ?? words.notNow}</dd></div>
        <div><dt>{words.identity}</dt><dd className="oc-selectable">{device.identity === undefined ? (device.port === undefined ? "–" : words.byPort(device.port)) : words.byIdentity(device.identity.vendor, device.identity.product, device.identity.serial)}</dd></div>
        {device.line === undefined ? undefined : <div><dt>{words.line}</dt><dd>{words.baud(device.line.baudRate)}</dd></div>}
        <div><dt>{words.key}</dt><dd className="oc-selectable">{device.key}</dd></div>
      </dl>
      <h3 className="oc-devices__heading">{words.parts}</h3>
      {parts.length === 0 ? <p className="oc-devices__note">{words.noParts}</p> : <PartsTable parts={parts} rolesOf={{ setup: props.setup, deviceKey: device.key }} />}
    </>
  );
}

/** Edited in place: Enter keeps it, Esc puts the old one back. */
function DeviceName(props: { readonly setup: DeviceSetup; readonly view: ConfiguredDeviceView }) {
  const devices = useDevices();
  const { store } = useInstrument();
  const { key, name } = props.view.device;
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const keep = (): void => {
    const next = draft?.trim();
    setDraft(undefined);
    if (next === undefined || next === "" || next === name) return;
    void devices.editDevice(key, (device) => ({ ...device, name: next })).then((problem) => { if (problem !== undefined) store.toast("error", problem); });
  };
  return (
    <input className="oc-devices__cell" aria-label={words.name} maxLength={80} spellCheck={false} disabled={props.setup.locked !== undefined} value={draft ?? name} data-testid="device-name"
      onChange={(event) => { setDraft(event.currentTarget.value); }} onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setDraft(undefined);
      }} />
  );
}

/** Options are changed together and taken into use by a word: a stage with half of its limits moved is none. */
function OptionsTab(props: { readonly setup: DeviceSetup; readonly view: ConfiguredDeviceView }) {
  const { setup, view } = props;
  const devices = useDevices();
  const { store } = useInstrument();
  const family = useDevicesState((ui) => ui.families)?.find(({ id }) => id === view.device.family);
  const [draft, setDraft] = useState<Options | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [saving, setSaving] = useState(false);
  if (family === undefined) return <p className="oc-devices__note">{words.unknownFamily}</p>;
  const isLocked = setup.locked !== undefined;
  const save = async (options: Options): Promise<void> => {
    setSaving(true);
    const failed = await devices.editDevice(view.device.key, (device) => ({ ...device, options: { ...options } }));
    setSaving(false);
    setProblem(failed);
    if (failed !== undefined) return;
    setDraft(undefined);
    store.toast("notice", words.optionsSaved(view.device.name));
  };
  return (
    <>
      <div className="oc-devices__scroll"><OptionsForm schema={family.optionsSchema} options={draft ?? view.device.options} disabled={isLocked || saving} onChange={setDraft} /></div>
      {problem === undefined ? undefined : <Notice tone="error" testId="options-problem">{problem}</Notice>}
      {draft === undefined ? undefined : (
        <div className="oc-devices__foot">
          <span className="oc-devices__reason">{words.optionsChanged}</span>
          <span className="oc-devices__space" />
          <Button size="large" label={words.discardOptions} onPress={() => { setDraft(undefined); setProblem(undefined); }} testId="options-discard" />
          <Button size="large" tone="primary" label={words.saveOptions} disabled={saving || isLocked} hint={setup.locked} onPress={() => void save(draft)} testId="options-save" />
        </div>
      )}
    </>
  );
}
