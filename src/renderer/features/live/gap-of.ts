import type { DeviceSetup } from "../../../shared/domain/device-setup.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import type { Snapshot } from "../../../shared/domain/snapshot.ts";

/** Why nothing can be done in a role. */
export interface Gap {
  /** Somebody should be there; else nobody is set up. */
  readonly isMissing: boolean;
  /** One sentence, without its full stop. */
  readonly why: string | undefined;
}

/** The gap in a role; undefined while somebody does the work, or nothing is known yet. */
export function gapOf(role: DeviceKind, snapshot: Snapshot | undefined, setup: DeviceSetup | undefined): Gap | undefined {
  if (snapshot === undefined) return undefined;
  const seat = setup?.roles.find((view) => view.role === role);
  const device = snapshot.devices.find(({ identity }) => identity.kind === role);
  if (device !== undefined && device.state !== "absent") return undefined;
  const why = (seat?.missing ?? device?.reason)?.replace(/\.$/u, "");
  return { isMissing: device !== undefined || seat?.missing !== undefined, why };
}
