import type { PartView } from "../../../shared/domain/device-setup.ts";
import type { Camera } from "../api/camera.ts";
import type { Device } from "../api/device.ts";
import type { FocusDrive } from "../api/focus-drive.ts";
import type { Illumination } from "../api/illumination.ts";
import type { ObjectiveTurret } from "../api/objective-turret.ts";
import type { XYStage } from "../api/xy-stage.ts";
import type { OpenedPart } from "./device-provider.ts";

/** A part with its state, and what can be said of it without moving anything. */
export function describePart({ part, device }: OpenedPart, withWords: boolean): PartView {
  const { state, reason } = device.status();
  return {
    part, kind: device.identity.kind, identity: device.identity, state,
    ...(reason === undefined ? {} : { reason }),
    ...(withWords && state === "ready" ? { words: wordsOfPart(device) } : {}),
    ...(device.identity.kind === "illumination" && state === "ready" ? { percent: (device as Illumination).level() } : {}),
  };
}

/** What it is at now. By its identity a device says which of the interfaces it keeps. */
export function wordsOfPart(device: Device): string {
  switch (device.identity.kind) {
    case "camera": {
      const { sensorWidth, sensorHeight, pixelFormats } = (device as Camera).limits();
      return `${sensorWidth} x ${sensorHeight} px, ${pixelFormats.join(", ")}`;
    }
    case "xyStage": {
      const { x, y } = (device as XYStage).position();
      return `at x ${x.toFixed(1)}, y ${y.toFixed(1)} µm`;
    }
    case "focusDrive": return `at z ${(device as FocusDrive).position().toFixed(2)} µm`;
    case "illumination": {
      const percent = (device as Illumination).level();
      return percent === 0 ? "off" : `on, ${percent} %`;
    }
    case "objectiveTurret": return `${(device as ObjectiveTurret).current()?.name ?? "between two objectives"}`;
  }
}
