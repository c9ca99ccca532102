import { ROLES } from "../../../shared/domain/device-configuration.ts";
import type { ConfiguredDeviceView, DeviceSetup, PartView } from "../../../shared/domain/device-setup.ts";
import type { MicroscopeSeats } from "../seats/seated-microscope.ts";
import type { RackedDevice } from "./device-rack.ts";
import { describePart } from "./part-words.ts";
import type { DeviceRegistry } from "./registry.ts";
import { describeRole, type Seating, whyMissing } from "./role-seating.ts";

/** What is told of a set-up beside who sits where. */
export interface SetupRemarks {
  readonly source: DeviceSetup["source"];
  /** Why what was set up could not be read. */
  readonly problem: string | undefined;
  /** Why nothing can be changed now. */
  readonly locked: string | undefined;
}

/** Everything that the devices screen shows of what is set up. Asks nobody anything. */
export function describeSetup(seating: Seating, seats: MicroscopeSeats, registry: DeviceRegistry, { source, problem, locked }: SetupRemarks): DeviceSetup {
  const { configuration } = seating;
  return {
    source, name: configuration.name,
    ...(problem === undefined ? {} : { problem }),
    devices: seating.racked.map((racked) => describeDevice(racked, seats, registry)),
    roles: ROLES.map((role) => describeRole(role, seats, seating)),
    objectives: configuration.objectives,
    ...(locked === undefined ? {} : { locked }),
  };
}

function describeDevice(racked: RackedDevice, seats: MicroscopeSeats, registry: DeviceRegistry): ConfiguredDeviceView {
  const { device, opened, problem } = racked;
  const parts = (opened?.parts ?? []).map((part) => ({ ...describePart(part, false), ...(seats[part.device.identity.kind].sitting() === part.device ? { role: part.device.identity.kind } : {}) }));
  const has = (state: PartView["state"]): boolean => parts.some((part) => part.state === state);
  const state = problem !== undefined ? "unusable" : has("faulted") ? "faulted" : has("connecting") ? "connecting" : has("absent") ? "missing" : "ready";
  const address = racked.address();
  const worst = parts.find((part) => part.state === "faulted" || part.state === "absent");
  const reason = problem ?? (worst === undefined ? undefined : whyMissing(worst.kind, { device: device.key, part: worst.part }, [racked]));
  return {
    device, state, parts, familyTitle: registry.family(device.family)?.title ?? device.family,
    ...(reason === undefined ? {} : { reason }), ...(address === undefined ? {} : { address }),
    hasConsole: true, hasFeatures: opened?.genicam?.nodeMap() !== undefined,
  };
}
