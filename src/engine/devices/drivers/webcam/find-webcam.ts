import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import type { CaptureDevice } from "../../../../shared/ipc/capture.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import type { CallOptions } from "../../api/device.ts";
import type { CaptureHost } from "../../transports/capture/capture-host.ts";
import { createCaptureLink } from "../../transports/capture/capture-link.ts";
import { WebcamCamera, type WebcamCameraOptions } from "./webcam-camera.ts";

/** A webcam that is plugged in, and what names it for good. */
export interface FoundWebcam {
  readonly identity: DeviceIdentity;
  /** What `openWebcam` and `--camera webcam:NAME` take: the label, with "#2" behind it for the second of the same. */
  readonly name: string;
}

const LIST_MS = 10_000;

/**
 * The webcams there are, in the browser engine's order.
 * @throws OcularError `DeviceTimeout`, `Canceled`; CaptureError when the page died
 */
export async function discoverWebcams(host: CaptureHost, clock: Clock, options: CallOptions = {}): Promise<readonly FoundWebcam[]> {
  const link = createCaptureLink(host.open());
  try {
    const devices = await withDeadline({ ...options, clock, timeoutMs: options.timeoutMs ?? LIST_MS, command: "list", deviceId: "webcams" }, (signal) => link.ask("list", {}, signal));
    return webcamNames(devices).map((name) => ({ identity: webcamIdentity(name), name }));
  } finally {
    link.close();
  }
}

/**
 * The webcam of that name, whether it is there or not. Without a name the first one there is. Once connected, it and no
 * other is waited for when it is unplugged.
 * @param options `match`: whether `name` may be a part of the webcam's own (default)
 */
export function openWebcam(options: Omit<WebcamCameraOptions, "identity" | "find"> & { readonly name?: string | undefined; readonly match?: "part" | "whole" }): WebcamCamera {
  let { name, match = "part" } = options;
  const find = (devices: readonly CaptureDevice[]): CaptureDevice | undefined => {
    const names = webcamNames(devices);
    const at = name === undefined ? 0 : indexOfName(names, name, match);
    const found = names[at];
    if (found !== undefined) [name, match] = [found, "whole"];
    return devices[at];
  };
  return new WebcamCamera({ ...options, identity: webcamIdentity(options.name), find });
}

/** Labels as names: equal ones numbered in the engine's order. */
function webcamNames(devices: readonly CaptureDevice[]): readonly string[] {
  const seen = new Map<string, number>();
  return devices.map(({ label }) => {
    const base = label === "" ? "Webcam" : label;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base} #${count}`;
  });
}

/** The name itself first, then one that has it as a part, without regard to case. */
function indexOfName(names: readonly string[], wanted: string, match: "part" | "whole"): number {
  const exact = names.indexOf(wanted);
  return exact >= 0 || match === "whole" ? exact : names.findIndex((name) => name.toLowerCase().includes(wanted.toLowerCase()));
}

/** Chromium's labels end in the USB numbers on every system: "HD Webcam (046d:0825)". */
function webcamIdentity(name: string | undefined): DeviceIdentity {
  const usb = /^(?<model>.*?)\s*\((?<vendor>[0-9a-f]{4}):(?<product>[0-9a-f]{4})\)(?<number> #\d+)?$/u.exec(name ?? "")?.groups;
  return {
    id: name === undefined ? "webcam" : `webcam:${name}`, kind: "camera",
    vendor: usb === undefined ? "" : `${usb["vendor"] ?? ""}:${usb["product"] ?? ""}`, model: `${usb?.["model"] ?? name ?? "Webcam"}${usb?.["number"] ?? ""}`, serial: "",
  };
}
