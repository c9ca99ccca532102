import type { DeviceSetup, RoleView } from "../../shared/domain/device-setup.ts";

/** Roles whose device does not do its work, each with why. Who stands in for a missing device is at work: `missing` alone does not count then. */
export function missingRoles(setup: DeviceSetup | undefined): readonly RoleView[] {
  return setup?.roles.filter(({ missing }) => missing !== undefined) ?? [];
}
