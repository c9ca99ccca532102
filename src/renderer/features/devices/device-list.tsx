import type { ReactNode } from "react";
import type { DeviceSetup, DiscoveredDevice } from "../../../shared/domain/device-setup.ts";
import { missingRoles } from "../../parts/missing-roles.ts";
import { Button, keepKeyboard } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { useDevices, useDevicesState } from "./devices-context.tsx";
import { notSetUp } from "./found-devices.ts";
import { StateMark } from "./state-mark.tsx";
import { deviceWords as words } from "./words.ts";

/** The microscope, its devices, and what was found beside them. */
export function DeviceList(props: { readonly setup: DeviceSetup }) {
  const { setup } = props;
  const devices = useDevices();
  const chosen = useDevicesState((ui) => ui.chosen);
  const missing = missingRoles(setup).length;
  return (
    <aside className="oc-devices__side" aria-label={words.title}>
      <h1 className="oc-page__title">{words.title}</h1>
      <nav className="oc-devices__list" aria-label={words.configured}>
        <Row chosen={chosen === undefined} onOpen={() => { devices.choose(undefined); }} testId="open-microscope">
          <span className="oc-devices__line"><strong>{setup.name}</strong></span>
          <span className={classNames("oc-devices__line", missing > 0 ? "oc-devices__reason" : "oc-devices__quiet")}>{missing === 0 ? words.microscope : words.missingCount(missing)}</span>
        </Row>
        <h2 className="oc-devices__heading">{words.configured}</h2>
        {setup.devices.length === 0 ? <p className="oc-devices__note">{words.noneConfigured}</p> : undefined}
        {setup.devices.map(({ device, familyTitle, state, address }) => (
          <Row key={device.key} chosen={chosen === device.key} onOpen={() => { devices.choose(device.key); }} testId={`open-${device.key}`}>
            <span className="oc-devices__line"><strong>{device.name}</strong><StateMark state={state} testId={`state-of-${device.key}`} /></span>
            <span className="oc-devices__line oc-devices__quiet" title={familyTitle}>{address ?? familyTitle}</span>
          </Row>
        ))}
        <Found setup={setup} />
      </nav>
      <Button size="huge" tone="primary" className="oc-devices__add" label={words.add} actionId="devices.add" disabled={setup.locked !== undefined} hint={setup.locked} onPress={() => { devices.openAdd(); }} testId="add-device" />
    </aside>
  );
}

function Row(props: { readonly chosen: boolean; readonly onOpen: () => void; readonly testId: string; readonly children: ReactNode }) {
  return (
    <button type="button" className={classNames("oc-devices__row", props.chosen && "oc-devices__row--chosen")} aria-current={props.chosen ? "true" : undefined} onMouseDown={keepKeyboard} onClick={props.onOpen} data-testid={props.testId}>
      {props.children}
    </button>
  );
}

/** What is plugged in and nobody has set up. */
function Found(props: { readonly setup: DeviceSetup }) {
  const devices = useDevices();
  const discovery = useDevicesState((ui) => ui.discovery);
  const looking = useDevicesState((ui) => ui.looking);
  const problem = useDevicesState((ui) => ui.lookProblem);
  const found = notSetUp(discovery, props.setup);
  return (
    <>
      <h2 className="oc-devices__heading">
        {words.found}
        <Button iconOnly tone="quiet" icon="refresh" label={looking ? words.lookingNow : words.lookAgain} actionId="devices.look" disabled={looking} onPress={() => void devices.look()} testId="look-again" />
      </h2>
      {problem === undefined ? undefined : <p className="oc-devices__note oc-devices__reason">{problem}</p>}
      {discovery === undefined && problem === undefined ? <p className="oc-devices__note">{words.lookingNow}</p> : undefined}
      {discovery !== undefined && found.length === 0 ? <p className="oc-devices__note">{words.noneFound}</p> : undefined}
      {found.map((each) => <FoundRow key={each.id} found={each} locked={props.setup.locked} />)}
      {discovery?.problems.map(({ where, reason }) => <p key={where} className="oc-devices__note">{where}: {reason}</p>)}
    </>
  );
}

function FoundRow(props: { readonly found: DiscoveredDevice; readonly locked: string | undefined }) {
  const { found } = props;
  const devices = useDevices();
  return (
    <div className="oc-devices__found" data-testid={`found-${found.address}`}>
      <span className="oc-devices__foundtext">
        <strong>{found.title}</strong>
        <span className="oc-devices__quiet">{words.connections[found.connection]}, {found.address}</span>
        {found.problem === undefined ? undefined : <span className="oc-devices__reason">{found.problem}</span>}
      </span>
      {found.problem === undefined ? <Button label={words.addThis} disabled={props.locked !== undefined} hint={props.locked} onPress={() => { devices.openAdd(found); }} testId={`add-${found.address}`} /> : undefined}
    </div>
  );
}
