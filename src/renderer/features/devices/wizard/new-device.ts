import type { ConfiguredDevice } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceFamily, DeviceSetup, DiscoveredDevice, PartView } from "../../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../../shared/domain/devices.ts";

/** What a person says of a device that cannot be told by its plug. */
export interface HandForm {
  readonly family: string;
  readonly address: string;
  /** Empty: as the family comes. */
  readonly baudRate: number | undefined;
}

/** A name of its own in the configuration, made of `base`: "prior-proscan", "prior-proscan-2". */
export function freeKey(base: string, taken: readonly string[]): string {
  const plain = base.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-").replaceAll(/^-+|-+$/gu, "").slice(0, 36) || "device";
  if (!taken.includes(plain)) return plain;
  for (let number = 2; ; number++) {
    const numbered = `${plain}-${number}`;
    if (!taken.includes(numbered)) return numbered;
  }
}

/**
 * The device that a person describes: a family, and where it is. With a plug that tells who it is (`found`) it is found again by
 * that; else by its port. Undefined while something is missing.
 */
export function deviceByHand(family: DeviceFamily | undefined, form: HandForm, found: DiscoveredDevice | undefined, taken: readonly string[]): ConfiguredDevice | undefined {
  if (family === undefined) return undefined;
  const address = form.address.trim();
  const identity = found?.identity;
  if (identity === undefined && (needsPlug(family) || needsAsking(family))) return undefined;
  if (identity === undefined && needsAddress(family) && address === "") return undefined;
  return {
    key: freeKey(family.id, taken),
    name: family.title.slice(0, 80),
    family: family.id,
    ...(identity === undefined ? {} : { identity }),
    ...(address === "" || (identity !== undefined && identity.serial !== "") ? {} : { port: address }),
    ...(family.connection === "serial" && form.baudRate !== undefined ? { line: { baudRate: form.baudRate } } : {}),
    options: { ...family.suggestedOptions },
  };
}

/** Families whose devices are known by their plug alone: they are chosen in the list. */
export function needsPlug({ connection }: DeviceFamily): boolean {
  return connection === "usb" || connection === "capture";
}

/** Families whose devices say themselves who they are, once they are asked at their address. */
export function needsAsking({ connection }: DeviceFamily): boolean {
  return connection === "network";
}

export function needsAddress({ connection }: DeviceFamily): boolean {
  return connection === "serial" || connection === "network" || connection === "files";
}

/** What the device can do, by the parts that answered. What its family could have says little: a lamp may not be fitted. */
export function kindsOf(parts: readonly PartView[]): readonly DeviceKind[] {
  return [...new Set(parts.map(({ kind }) => kind))];
}

/** The roles it gets unless a person says otherwise: those that nobody, or only a virtual device, is set up for. */
export function freeRoles(kinds: readonly DeviceKind[], setup: Pick<DeviceSetup, "devices" | "roles"> | undefined): readonly DeviceKind[] {
  return kinds.filter((kind) => {
    const configured = setup?.roles.find(({ role }) => role === kind)?.configured;
    return configured === undefined || setup?.devices.find(({ device }) => device.key === configured.device)?.device.family === "virtual";
  });
}
