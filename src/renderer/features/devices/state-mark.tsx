import type { ConfiguredDeviceView } from "../../../shared/domain/device-setup.ts";
import type { DeviceState } from "../../../shared/domain/devices.ts";
import { Icon } from "../../ui/icon.tsx";
import type { IconName } from "../../ui/icon.tsx";
import { deviceWords as words } from "./words.ts";

const ICONS: Readonly<Record<DeviceState | ConfiguredDeviceView["state"], IconName>> = { absent: "error", missing: "error", unusable: "error", connecting: "refresh", ready: "ok", busy: "live", faulted: "warning" };
const LABELS: Readonly<Record<DeviceState | ConfiguredDeviceView["state"], string>> = { ...words.states, ...words.deviceStates };

/** A state by sign, colour and word. */
export function StateMark(props: { readonly state: DeviceState | ConfiguredDeviceView["state"]; readonly testId?: string }) {
  return <span className={`oc-state oc-state--${props.state}`} data-testid={props.testId}><Icon name={ICONS[props.state]} size={16} />{LABELS[props.state]}</span>;
}
