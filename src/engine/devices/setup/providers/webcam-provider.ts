import * as z from "zod";
import type { Clock } from "../../../../core/clock.ts";
import { discoverWebcams, openWebcam } from "../../drivers/webcam/find-webcam.ts";
import type { CaptureHost } from "../../transports/capture/capture-host.ts";
import { parseOptions } from "../configuration/parse-options.ts";
import type { DeviceProvider } from "../device-provider.ts";

const WebcamOptions = z.object({}).strict();
const FAMILY = "webcam";

/**
 * Webcams and microscope cameras of that class, through the browser engine's capture. Their labels are all that names them: the
 * `port` of such a device is its label.
 */
export function createWebcamProvider({ host, clock, frameRate }: { readonly host: CaptureHost; readonly clock: Clock; readonly frameRate: number }): DeviceProvider {
  return {
    name: "Webcams",
    connection: "capture",
    families: [{ id: FAMILY, vendor: "USB Video Class", title: "Webcam", kinds: ["camera"], optionsSchema: WebcamOptions, suggestedOptions: {} }],
    discover: async () => (await discoverWebcams(host, clock, { timeoutMs: 4000 })).map(({ name }) => ({ address: name, title: name, family: FAMILY })),
    open: async (device) => {
      parseOptions(device, WebcamOptions);
      // A configuration names one webcam: another whose name merely holds that name is not it.
      const camera = openWebcam({ host, clock, frameRate, name: device.port, match: "whole" });
      return {
        parts: [{ part: "camera", device: camera }],
        // Looking would open a page every second: the camera itself hears from its page when one is plugged in.
        whereIs: async () => device.port ?? "the first webcam",
        dispose: () => camera.dispose(),
      };
    },
    onDidChange: () => () => undefined,
    dispose: async () => undefined,
  };
}
