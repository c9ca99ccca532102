import type { Clock } from "../core/clock.ts";
import type { SystemParts } from "../engine/devices/setup/system-devices.ts";

/** Makes ports and buses that stand in for this computer's own. */
export type OpenPlugged = (clock: Clock) => Promise<SystemParts>;

let opener: OpenPlugged | undefined;

/**
 * Other ports and buses than this computer's, from before the app is put together. Nothing that is shipped calls it: the entry
 * that end-to-end tests build for themselves does (docs/adr/0041-lab-in-the-app.md).
 */
export function plugIn(open: OpenPlugged): void {
  opener = open;
}

/** Undefined: this computer's own. */
export function plugged(): OpenPlugged | undefined {
  return opener;
}
