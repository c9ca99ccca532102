import { useState } from "react";
import type { DeviceSetup } from "../../../shared/domain/device-setup.ts";
import { Button } from "../../ui/button.tsx";
import { useDevices, useDevicesState } from "./devices-context.tsx";
import { Objectives } from "./objectives.tsx";
import { RoleCard } from "./role-card.tsx";
import { isVirtualSeat } from "./role-words.ts";
import { deviceWords as words } from "./words.ts";

/** The microscope as a whole: who does what, its lenses, and the set-up as a file. */
export function MicroscopeView(props: { readonly setup: DeviceSetup }) {
  const { setup } = props;
  const hasVirtual = setup.roles.some((role) => isVirtualSeat(setup, role));
  return (
    <div className="oc-devices__page">
      <header className="oc-devices__head">
        <MicroscopeName setup={setup} />
        <FileActions setup={setup} />
      </header>
      <p className="oc-page__lead">{words.sources[setup.source.kind]}{setup.source.path === undefined ? "" : `: ${setup.source.path}`}.{hasVirtual ? ` ${words.virtualRemark}` : ""}</p>
      <h3 className="oc-devices__heading">{words.roles}</h3>
      <ul className="oc-devices__roles">{setup.roles.map((role) => <RoleCard key={role.role} setup={setup} role={role} />)}</ul>
      {hasVirtual ? <p className="oc-devices__note">{words.practiceHint}</p> : undefined}
      <Objectives setup={setup} />
    </div>
  );
}

/** The name is edited in place: Enter keeps it, Esc puts the old one back. */
function MicroscopeName(props: { readonly setup: DeviceSetup }) {
  const devices = useDevices();
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const { name, locked, source } = props.setup;
  if (locked !== undefined || source.kind === "default" || source.kind === "option") return <h2 className="oc-devices__title">{name}</h2>;
  const keep = (): void => {
    const next = draft?.trim();
    if (next !== undefined && next !== "" && next !== name) void devices.rename(next);
    setDraft(undefined);
  };
  return (
    <h2 className="oc-devices__title">
      <input className="oc-devices__name" aria-label={words.renameLabel} title={words.renameLabel} maxLength={120} spellCheck={false} value={draft ?? name} data-testid="microscope-name"
        onChange={(event) => { setDraft(event.currentTarget.value); }} onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setDraft(undefined);
        }} />
    </h2>
  );
}

function FileActions(props: { readonly setup: DeviceSetup }) {
  const devices = useDevices();
  const busy = useDevicesState((ui) => ui.busy);
  const { locked, source } = props.setup;
  return (
    <div className="oc-devices__actions" role="group" aria-label={words.file}>
      <Button label={words.importFile} hint={locked ?? words.importHint} disabled={locked !== undefined || busy.has("import")} onPress={() => void devices.importFile()} testId="import-devices" />
      <Button label={words.exportFile} disabled={busy.has("export")} onPress={() => void devices.exportFile()} testId="export-devices" />
      <Button label={words.bundle} hint={words.bundleHint} disabled={busy.has("bundle")} onPress={() => void devices.supportBundle()} testId="support-bundle" />
      {source.kind === "stored" ? <Button label={words.forget} hint={locked} disabled={locked !== undefined} onPress={() => { devices.askForget(); }} testId="forget-devices" /> : undefined}
    </div>
  );
}
