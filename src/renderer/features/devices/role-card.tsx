import type { DevicePart } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup, Replacement, RoleView } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind, DeviceState, FaultKind } from "../../../shared/domain/devices.ts";
import { useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { useDevices, useDevicesState } from "./devices-context.tsx";
import { configuredName, isVirtualSeat, partName, seatedName } from "./role-words.ts";
import { StateMark } from "./state-mark.tsx";
import { deviceWords as words } from "./words.ts";

/** A role in a line: who has it, who does it now, why not the one who should, and who could instead. */
export function RoleCard(props: { readonly setup: DeviceSetup; readonly role: RoleView }) {
  const { setup, role } = props;
  const devices = useDevices();
  const busy = useDevicesState((ui) => ui.busy.has(`role ${role.role}`));
  const status = useInstrumentState((state) => state.snapshot?.devices.find(({ identity }) => identity.kind === role.role));
  const isVirtual = isVirtualSeat(setup, role);
  // The state of another device, one that was replaced just now, is not this one's.
  const own = status?.identity.id === role.identity?.id ? status : undefined;
  const state = own?.state ?? role.state;
  const isEmpty = role.seated === "none" && role.configured === undefined;
  const reason = role.missing ?? own?.reason;
  return (
    <li className="oc-device" data-testid={`device-${role.role}`}>
      <h4 className="oc-device__kind">{words.kinds[role.role]}</h4>
      <div className="oc-device__who">
        <Assignment setup={setup} role={role} state={state} busy={busy} />
        <Seated setup={setup} role={role} />
        {isEmpty ? <Offers setup={setup} role={role} busy={busy} /> : undefined}
      </div>
      <div className="oc-device__state">
        {role.seated === "none" || state === undefined ? <span className="oc-devices__quiet" data-testid={`device-state-${role.role}`}>{words.nobody}</span> : <StateMark state={state} testId={`device-state-${role.role}`} />}
        {own?.since === undefined || role.seated === "none" ? undefined : <span className="oc-devices__quiet" data-testid={`device-since-${role.role}`}>{words.since(new Date(own.since))}</span>}
      </div>
      <div className="oc-device__more">
        {reason === undefined || role.isBack ? undefined : <p className="oc-device__reason" data-testid={`device-reason-${role.role}`}>{reason}</p>}
        {role.isBack ? (
          <Notice tone="ok" testId={`device-back-${role.role}`} action={<Button tone="primary" label={words.takeUp} disabled={busy} onPress={() => void devices.replace(role.role, { kind: "configured" })} testId={`take-up-${role.role}`} />}>
            {words.isBack(configuredName(setup, role) ?? words.kinds[role.role])}
          </Notice>
        ) : undefined}
        {isEmpty ? undefined : <Offers setup={setup} role={role} busy={busy} />}
        {isVirtual ? <PracticeFaults kind={role.role} connected={state !== "absent"} /> : undefined}
      </div>
    </li>
  );
}

/** Who does it, where that is not said by whom it belongs to. */
function Seated(props: { readonly setup: DeviceSetup; readonly role: RoleView }) {
  const { setup, role } = props;
  if (role.seated === "none" || (role.seated === "configured" && role.configured !== undefined)) return undefined;
  const standsIn = configuredName(setup, role);
  const serial = role.identity?.serial ?? "";
  return <p className="oc-device__model oc-selectable">{seatedName(setup, role)}{serial === "" ? "" : `, serial ${serial}`}{standsIn === undefined ? "" : `. ${words.standIn(standsIn)}`}</p>;
}

/** Only where there is something to decide: nobody is there, somebody is missing, or sits in for somebody. */
function Offers(props: { readonly setup: DeviceSetup; readonly role: RoleView; readonly busy: boolean }) {
  const { setup, role, busy } = props;
  const devices = useDevices();
  const isOpen = role.missing !== undefined || role.seated === "none" || (role.configured !== undefined && role.seated !== "configured");
  const key = role.configured?.device;
  const offers = role.offers.filter(({ kind }) => (kind === "configured" ? !role.isBack && role.missing === undefined : kind !== "none" || role.configured !== undefined));
  if (!isOpen || (offers.length === 0 && role.missing === undefined)) return undefined;
  return (
    <div className="oc-device__offers" role="group" aria-label={words.kinds[role.role]}>
      {role.missing === undefined || key === undefined ? undefined : <Reconnect deviceKey={key} />}
      {offers.map((offer) => (
        <Button key={offerId(offer)} label={offerLabel(offer)} disabled={busy || setup.locked !== undefined} hint={setup.locked} onPress={() => void devices.replace(role.role, offer)} testId={`offer-${role.role}-${offerId(offer)}`} />
      ))}
    </div>
  );
}

export function Reconnect(props: { readonly deviceKey: string }) {
  const devices = useDevices();
  const busy = useDevicesState((ui) => ui.busy.has(`reconnect ${props.deviceKey}`));
  return <Button icon="refresh" label={words.reconnect} hint={words.reconnectHint} disabled={busy} onPress={() => void devices.reconnect(props.deviceKey)} testId={`reconnect-${props.deviceKey}`} />;
}

function offerId(offer: Replacement): string {
  return offer.kind === "part" ? `${offer.part.device}-${offer.part.part ?? ""}` : offer.kind;
}

function offerLabel(offer: Replacement): string {
  return offer.kind === "part" ? words.offers.part(offer.title) : words.offers[offer.kind];
}

/** Who has the role for good; and for the stage the way to its reference marks. */
function Assignment(props: { readonly setup: DeviceSetup; readonly role: RoleView; readonly state: DeviceState | undefined; readonly busy: boolean }) {
  const { setup, role, busy } = props;
  const devices = useDevices();
  const parts: readonly DevicePart[] = setup.devices.flatMap(({ device, parts: all }) => all.filter(({ kind }) => kind === role.role).map(({ part }) => ({ device: device.key, part })));
  const standing = parts.find((part) => isSamePart(part, role.configured)) ?? role.configured;
  const all = standing === undefined || parts.includes(standing) ? parts : [standing, ...parts];
  const canHome = role.role === "xyStage" && role.seated !== "none" && (props.state === "ready" || props.state === "busy" || role.placeDoubt !== undefined);
  const doubted = role.placeDoubt !== undefined && (role.role === "xyStage" || role.role === "focusDrive") ? role.role : undefined;
  if (all.length === 0 && !canHome && doubted === undefined) return undefined;
  return (
    <div className="oc-device__belongs">
      {all.length === 0 ? undefined : (
        <SelectField label={`${words.kinds[role.role]}, ${words.assignedTo.toLowerCase()}`} labelHidden hint={setup.locked ?? words.forGood} value={standing === undefined ? "" : idOfPart(standing)} disabled={busy || setup.locked !== undefined} testId={`assign-${role.role}`}
          options={[{ value: "", label: words.nobody }, ...all.map((part) => ({ value: idOfPart(part), label: partName(setup, part) }))]}
          onChoose={(id) => void devices.assign(role.role, all.find((part) => idOfPart(part) === id))} />
      )}
      {canHome ? <Button label={words.home} hint={words.homeHint} onPress={() => { devices.askHome(); }} testId="home-stage" /> : undefined}
      {doubted === undefined ? undefined : <Button label={words.place} hint={words.placeHint} onPress={() => { devices.askPlace(doubted); }} testId={`place-${doubted}`} />}
    </div>
  );
}

/** A role may leave out the part where only one fits. */
function isSamePart(part: DevicePart, configured: DevicePart | undefined): boolean {
  return configured !== undefined && part.device === configured.device && (configured.part === undefined || part.part === configured.part);
}

function idOfPart({ device, part }: DevicePart): string {
  return `${device}/${part ?? ""}`;
}

const FAULTS: Readonly<Record<DeviceKind, readonly FaultKind[]>> = {
  camera: ["disconnect", "reconnect", "stall", "dropFrames", "timeout"],
  xyStage: ["disconnect", "reconnect", "stall", "timeout"],
  focusDrive: ["disconnect", "reconnect", "stall", "timeout"],
  illumination: ["disconnect", "reconnect", "timeout"],
  objectiveTurret: ["disconnect", "reconnect", "stall", "timeout"],
};

function PracticeFaults(props: { readonly kind: DeviceKind; readonly connected: boolean }) {
  const devices = useDevices();
  const busy = useDevicesState((ui) => ui.busy.has(`fault ${props.kind}`));
  return (
    <div className="oc-device__faults" role="group" aria-label={`${words.practice}: ${words.kinds[props.kind]}`}>
      <span className="oc-device__faults-title">{words.practice}</span>
      {FAULTS[props.kind].map((fault) => (
        <Button key={fault} label={words.faults[fault]} hint={words.faultHints[fault]} disabled={busy || (fault === "disconnect" && !props.connected) || (fault === "reconnect" && props.connected)} onPress={() => void devices.injectFault(props.kind, fault)} testId={`fault-${props.kind}-${fault}`} />
      ))}
    </div>
  );
}
