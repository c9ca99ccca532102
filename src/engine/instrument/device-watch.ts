import type { DeviceKind } from "../../shared/domain/devices.ts";
import type { Device } from "../devices/api/device.ts";
import type { Tell } from "./instrument-events.ts";

/**
 * Tells when a device is lost and when it is back. The camera's loss is told once, by the run that brings it back; of the camera it is only
 * said that it became ready.
 * @param isQuiet while devices are exchanged or switched off their states are no news
 */
export function watchDevices(places: readonly Device[], camera: Device, { isQuiet, tell, onCured, onCameraReady }: {
  readonly isQuiet: () => boolean;
  readonly tell: Tell;
  readonly onCured: (about: DeviceKind) => void;
  readonly onCameraReady: () => void;
}): void {
  for (const device of places) {
    let last = device.status().state;
    let isLost = false;
    device.onDidChangeStatus((status) => {
      // Switching everything off at the end is no news; nor is what another device that takes the place is like.
      if (isQuiet()) {
        last = status.state;
        isLost = false;
        return;
      }
      const lost = device !== camera && (status.state === "absent" || status.state === "faulted");
      if (lost && (last === "ready" || last === "busy")) {
        isLost = true;
        tell("error", `${device.identity.model}: ${status.reason ?? status.state}`, undefined, device.identity.kind);
      } else if (status.state === "ready" && device !== camera && (isLost || last === "absent")) {
        isLost = false;
        tell("notice", `${device.identity.model} is connected`);
        onCured(device.identity.kind);
      }
      if (device === camera && last !== "ready" && status.state === "ready") onCameraReady();
      last = status.state;
    });
  }
}
