import { type DeviceConfiguration, type DevicePart, ROLES } from "../../../shared/domain/device-configuration.ts";
import type { Replacement, RoleView } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { Device } from "../api/device.ts";
import type { FocusDrive } from "../api/focus-drive.ts";
import type { XYStage } from "../api/xy-stage.ts";
import { type HandTurret } from "../drivers/hand/hand-turret.ts";
import type { MicroscopeSeats } from "../seats/seated-microscope.ts";
import type { OpenedDevice } from "./device-provider.ts";
import { partOf, type RackedDevice } from "./device-rack.ts";
import { wordsOfPart } from "./part-words.ts";

/** A microscope that stands in for what is missing. */
export type SpareMicroscope = OpenedDevice;

/** Who sits where now, and why. */
export interface Seating {
  readonly configuration: DeviceConfiguration;
  readonly racked: readonly RackedDevice[];
  /** Until the app ends or the configured one is taken back. */
  readonly replaced: ReadonlyMap<DeviceKind, Replacement>;
  readonly hand: HandTurret | undefined;
  readonly spare: SpareMicroscope | undefined;
}

function rackedOf(racked: readonly RackedDevice[], part: DevicePart | undefined): RackedDevice | undefined {
  return part === undefined ? undefined : racked.find(({ device }) => device.key === part.device);
}

/** The device that is to sit in a role; undefined leaves it empty. */
function sitterOf(role: DeviceKind, { configuration, racked, replaced, hand, spare }: Seating): Device | undefined {
  const by = replaced.get(role);
  switch (by?.kind) {
    case "part": return partOf(rackedOf(racked, by.part), role, by.part.part)?.device;
    case "virtual": return spare?.parts.find(({ device }) => device.identity.kind === role)?.device;
    case "none": return undefined;
    case "configured": case undefined: {
      const configured = configuration.roles[role];
      if (configured === undefined) return role === "objectiveTurret" ? hand : undefined;
      return partOf(rackedOf(racked, configured), role, configured.part)?.device;
    }
  }
}

/** True when the camera's seat would get another one: the live picture must stand for that. */
export function changesCamera(seats: MicroscopeSeats, next: Seating): boolean {
  return seats.camera.sitting() !== sitterOf("camera", next);
}

/**
 * Who must stand still and be dark before he leaves his seat: from then on nobody sees to him. Not the virtual ones: their lamp heats
 * nothing, and a virtual camera sees by it again when its seat is empty.
 */
export function leavingSeats(seats: MicroscopeSeats, next: Seating): readonly Device[] {
  const virtual = new Set([...next.racked.filter(({ device }) => device.family === "virtual").map(({ opened }) => opened), next.spare].flatMap((opened) => opened?.parts ?? []).map(({ device }) => device));
  return ROLES.map((role) => ({ now: seats[role].sitting(), then: sitterOf(role, next) })).flatMap(({ now, then }) => (now === undefined || now === then || virtual.has(now) ? [] : [now]));
}

/**
 * Everybody takes the seat he is to have.
 * By its kind a device says which of the interfaces it keeps; TypeScript cannot follow that through the lookup.
 */
export function seatAll(seats: MicroscopeSeats, next: Seating): void {
  for (const role of ROLES) {
    const seat = seats[role] as { take(device: Device | undefined): void };
    seat.take(sitterOf(role, next));
  }
}

/** What the devices screen shows of a role. */
export function describeRole(role: DeviceKind, seats: MicroscopeSeats, seating: Seating): RoleView {
  const { configuration, racked, replaced } = seating;
  const configured = configuration.roles[role];
  const own = partOf(rackedOf(racked, configured), role, configured?.part)?.device;
  const by = replaced.get(role)?.kind;
  const device = seats[role].sitting();
  const seated = by !== undefined && by !== "configured" ? by : configured !== undefined ? "configured" : device === undefined ? "none" : "hand";
  const missing = configured === undefined ? undefined : whyMissing(role, configured, racked);
  return {
    role, seated,
    ...(configured === undefined ? {} : { configured }),
    ...(device === undefined ? {} : { identity: device.identity, state: device.status().state }),
    ...(missing === undefined ? {} : { missing }),
    ...placeOf(device),
    isBack: seated !== "configured" && own?.status().state === "ready",
    offers: offersOf(role, seated, seating),
  };
}

function placeOf(device: Device | undefined): Pick<RoleView, "placeDoubt" | "placeTold"> {
  if (device === undefined || (device.identity.kind !== "xyStage" && device.identity.kind !== "focusDrive")) return {};
  const placeDoubt = (device as XYStage | FocusDrive).placeDoubt?.();
  return placeDoubt === undefined ? {} : { placeDoubt, placeTold: wordsOfPart(device) };
}

/** One sentence; undefined when it does its work, or is being connected. */
export function whyMissing(role: DeviceKind, part: DevicePart, racked: readonly RackedDevice[]): string | undefined {
  const owner = rackedOf(racked, part);
  if (owner === undefined) return `There is no device "${part.device}".`;
  if (owner.problem !== undefined) return owner.problem;
  const own = partOf(owner, role, part.part);
  if (own === undefined) return `${owner.device.name} has no part ${part.part === undefined ? `for the role ${role}` : `"${part.part}"`}: see its options.`;
  const { state, reason } = own.device.status();
  if (state === "ready" || state === "busy" || state === "connecting") return undefined;
  if (owner.address() === undefined) return `${owner.device.name} ${owner.opened?.whenNowhere ?? "is not plugged in: plug it in"}; it is taken up by itself.`;
  return `${owner.device.name} (${owner.address() ?? "?"}) does not work: ${reason ?? state}`;
}

function offersOf(role: DeviceKind, seated: RoleView["seated"], { configuration, racked }: Seating): Replacement[] {
  const configured = configuration.roles[role];
  // A role that names no part means the first that fits: the others of that device can be offered like those of any.
  const own = partOf(rackedOf(racked, configured), role, configured?.part);
  const parts = racked.flatMap(({ device, opened }) => {
    const alike = (opened?.parts ?? []).filter((part) => part.device.identity.kind === role);
    return alike.filter((part) => part !== own).map(({ part }): Replacement => ({ kind: "part", part: { device: device.key, part }, title: alike.length === 1 ? device.name : `${device.name}, ${part}` }));
  });
  const isVirtual = racked.some(({ device }) => device.key === configured?.device && device.family === "virtual");
  return [
    ...(configured !== undefined && seated !== "configured" ? [{ kind: "configured" as const }] : []),
    ...parts,
    ...(isVirtual || seated === "virtual" ? [] : [{ kind: "virtual" as const }]),
    ...(seated === "none" ? [] : [{ kind: "none" as const }]),
  ];
}

/** @throws OcularError InvalidInput, UnsupportedValue for somebody who cannot sit there */
export function requireFitting(role: DeviceKind, by: Replacement, { configuration, racked }: Seating): void {
  if (by.kind === "configured" && configuration.roles[role] === undefined) throw new OcularError({ tag: "InvalidInput", what: `The role ${role}`, reason: "nobody is configured for it" });
  if (by.kind === "part" && partOf(rackedOf(racked, by.part), role, by.part.part) === undefined) {
    throw new OcularError({ tag: "UnsupportedValue", what: `Device for the role ${role}`, value: `${by.part.device} ${by.part.part ?? ""}`.trim(), allowed: racked.flatMap(({ device, opened }) => (opened?.parts ?? []).filter((part) => part.device.identity.kind === role).map(({ part }) => `${device.key} ${part}`)) });
  }
}
