import { useState } from "react";
import type { DeviceKind, DeviceStatus, FaultKind } from "../../../shared/domain/devices.ts";
import type { DeviceView } from "../../../shared/domain/snapshot.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { IconName } from "../../ui/icon.tsx";
import { Empty, Skeleton } from "../../ui/notice.tsx";
import { deviceWords as words } from "./words.ts";

/** Every device with its state and why; for virtual ones the faults they can be told to have. */
export function DevicesScreen() {
  const devices = useInstrumentState((state) => state.snapshot?.devices);
  const microscope = useInstrumentState((state) => state.snapshot?.microscope);
  return (
    <main className="oc-page" aria-label={words.title}>
      <header className="oc-page__head"><h1 className="oc-page__title">{microscope?.name ?? words.title}</h1></header>
      {microscope?.isVirtual === true ? <p className="oc-page__lead">{words.virtualRemark}</p> : undefined}
      {devices === undefined ? <Skeleton lines={8} /> : undefined}
      {devices?.length === 0 ? <Empty title={words.empty}>{words.emptyHint}</Empty> : undefined}
      <ul className="oc-devices">{devices?.map((device) => <DeviceCard key={device.identity.id} device={device} isVirtual={microscope?.isVirtual === true} />)}</ul>
      {microscope?.isVirtual === true && (devices?.length ?? 0) > 0 ? <p className="oc-side__quiet">{words.practiceHint}</p> : undefined}
    </main>
  );
}

const STATE_ICONS: Readonly<Record<DeviceStatus["state"], IconName>> = { absent: "error", connecting: "refresh", ready: "ok", busy: "live", faulted: "warning" };

function DeviceCard(props: { readonly device: DeviceView; readonly isVirtual: boolean }) {
  const { identity, state, reason, since } = props.device;
  return (
    <li className="oc-device" data-testid={`device-${identity.kind}`}>
      <div className="oc-device__head">
        <h2 className="oc-device__kind">{words.kinds[identity.kind]}</h2>
        <span className={`oc-state oc-state--${state}`} data-testid={`device-state-${identity.kind}`}><Icon name={STATE_ICONS[state]} size={16} />{words.states[state]}</span>
      </div>
      <p className="oc-device__model oc-selectable">{identity.vendor} {identity.model}, serial {identity.serial}</p>
      {since === undefined ? undefined : <p className="oc-device__since oc-side__quiet" data-testid={`device-since-${identity.kind}`}>{words.since(new Date(since))}</p>}
      {reason === undefined ? undefined : <p className="oc-device__reason" data-testid={`device-reason-${identity.kind}`}>{reason}</p>}
      {props.isVirtual ? <PracticeFaults kind={identity.kind} connected={state !== "absent"} /> : undefined}
    </li>
  );
}

const FAULTS: Readonly<Record<DeviceKind, readonly FaultKind[]>> = {
  camera: ["disconnect", "reconnect", "stall", "dropFrames", "timeout"],
  xyStage: ["disconnect", "reconnect", "stall", "timeout"],
  focusDrive: ["disconnect", "reconnect", "stall", "timeout"],
  illumination: ["disconnect", "reconnect", "timeout"],
  objectiveTurret: ["disconnect", "reconnect", "stall", "timeout"],
};

function PracticeFaults(props: { readonly kind: DeviceKind; readonly connected: boolean }) {
  const { client, store } = useInstrument();
  const [busy, setBusy] = useState(false);
  const inject = async (fault: FaultKind): Promise<void> => {
    setBusy(true);
    try {
      await client.call("virtual.injectFault", { device: props.kind, fault });
    } catch (error) {
      store.report(error, words.practice);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="oc-device__faults" role="group" aria-label={`${words.practice}: ${words.kinds[props.kind]}`}>
      <span className="oc-device__faults-title">{words.practice}</span>
      {FAULTS[props.kind].map((fault) => (
        <Button key={fault} label={words.faults[fault]} hint={words.faultHints[fault]} disabled={busy || (fault === "disconnect" && !props.connected)} onPress={() => void inject(fault)} testId={`fault-${props.kind}-${fault}`} />
      ))}
    </div>
  );
}
