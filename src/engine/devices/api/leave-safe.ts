import { isOcularError } from "../../../shared/errors.ts";
import type { Device } from "./device.ts";
import type { FocusDrive } from "./focus-drive.ts";
import type { Illumination } from "./illumination.ts";
import type { XYStage } from "./xy-stage.ts";

/** Several devices of one slow line take their turns in it: each is given this long, ms. */
const SAFE_LIMIT_MS = 2000;

/** A device that did not obey, and why. */
export interface Disobedience {
  readonly device: Device;
  readonly error: unknown;
}

/**
 * Stops every stage and focus drive and darkens every light of these devices, all at once and whatever role they have. A nosepiece ends
 * its turn. Never rejects; resolves with those that did not obey. What is not connected cannot be told anything, and that it is not has
 * been told elsewhere.
 */
export async function leaveSafe(devices: readonly Device[]): Promise<readonly Disobedience[]> {
  const attempts = await Promise.all(devices.map(async (device): Promise<Disobedience | undefined> => {
    try {
      await makeSafe(device);
      return undefined;
    } catch (error) {
      return isOcularError(error, "DeviceDisconnected") ? undefined : { device, error };
    }
  }));
  return attempts.filter((attempt) => attempt !== undefined);
}

/** By its kind a device says which of the interfaces it keeps. */
async function makeSafe(device: Device): Promise<void> {
  switch (device.identity.kind) {
    case "xyStage": case "focusDrive":
      await (device as XYStage | FocusDrive).stop({ timeoutMs: SAFE_LIMIT_MS });
      return;
    case "illumination":
      await (device as Illumination).setLevel(0, { timeoutMs: SAFE_LIMIT_MS });
      return;
    case "camera": case "objectiveTurret":
  }
}
