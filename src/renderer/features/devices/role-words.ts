import type { DevicePart } from "../../../shared/domain/device-configuration.ts";
import type { DeviceSetup, RoleView } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import { deviceWords as words } from "./words.ts";

/** What people call the device of a part. */
export function partName(setup: DeviceSetup, part: DevicePart): string {
  const view = setup.devices.find(({ device }) => device.key === part.device);
  const name = view?.device.name ?? part.device;
  return part.part === undefined || (view !== undefined && view.parts.length <= 1) ? name : `${name}, ${part.part}`;
}

/** Who should sit in a role; undefined when nobody is set up for it. */
export function configuredName(setup: DeviceSetup, { configured }: RoleView): string | undefined {
  return configured === undefined ? undefined : partName(setup, configured);
}

/** Who does, in words. */
export function seatedName(setup: DeviceSetup, role: RoleView): string {
  switch (role.seated) {
    case "none":
      return words.nobody;
    case "configured":
      return configuredName(setup, role) ?? modelOf(role);
    case "hand":
      return words.byHand;
    case "virtual":
    case "part":
      return modelOf(role);
  }
}

function modelOf({ identity, seated }: RoleView): string {
  const text = `${identity?.vendor ?? ""} ${identity?.model ?? ""}`.trim();
  return text === "" ? (seated === "virtual" ? words.virtualDevice : words.notKnownYet) : text;
}

/** Roles whose device does not do its work, each with why. */
export function missingRoles(setup: DeviceSetup | undefined): readonly { readonly role: DeviceKind; readonly why: string }[] {
  return setup?.roles.flatMap(({ role, missing }) => (missing === undefined ? [] : [{ role, why: missing }])) ?? [];
}

/** Whether practice faults can be given to who sits there. */
export function isVirtualSeat(setup: DeviceSetup, { seated, configured }: RoleView): boolean {
  return seated === "virtual" || (seated === "configured" && setup.devices.some(({ device }) => device.key === configured?.device && device.family === "virtual"));
}
