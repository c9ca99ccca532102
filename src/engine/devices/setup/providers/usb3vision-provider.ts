import * as z from "zod";
import type { Clock } from "../../../../core/clock.ts";
import type { HardwareIdentity } from "../../../../shared/domain/device-configuration.ts";
import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { createUsb3VisionCamera, findUsb3VisionCameras, type FoundCamera } from "../../drivers/usb3vision/discover.ts";
import type { UsbBus } from "../../transports/usb/usb-device.ts";
import { Transcript } from "../../transports/transcript.ts";
import { parseOptions } from "../configuration/parse-options.ts";
import { type DeviceProvider, isSameHardware } from "../device-provider.ts";

/** A camera says itself what it can do: there is nothing to set up but which one it is. */
const Usb3VisionOptions = z.object({}).strict();

const USB3VISION_FAMILY = "usb3vision";

/** USB3 Vision cameras of any maker. The bus is opened when it is first needed. */
export function createUsb3VisionProvider({ openBus, clock }: { readonly openBus: () => Promise<UsbBus>; readonly clock: Clock }): DeviceProvider {
  let opening: Promise<UsbBus> | undefined;
  const bus = (): Promise<UsbBus> => (opening ??= openBus());
  return {
    name: "USB3 Vision",
    connection: "usb",
    families: [{ id: USB3VISION_FAMILY, vendor: "EMVA / A3", title: "USB3 Vision camera", kinds: ["camera"], optionsSchema: Usb3VisionOptions, suggestedOptions: {} }],
    async discover() {
      const cameras = await findUsb3VisionCameras(await bus());
      return cameras.map(({ identity, place }) => ({
        address: place, title: identity.model === "" ? "USB3 Vision camera" : `${identity.vendor} ${identity.model}`.trim(), family: USB3VISION_FAMILY, identity: hardwareOf(identity),
        ...(identity.model === "" ? { problem: "this user may not open it: see docs/devices/usb3vision.md for the rights it needs" } : {}),
      }));
    },
    async open(device) {
      parseOptions(device, Usb3VisionOptions);
      const { identity: wanted } = device;
      if (wanted === undefined) throw new OcularError({ tag: "InvalidInput", what: `The camera ${device.name}`, reason: "it has no identity: discover it and add it again" });
      const usb = await bus();
      const isWanted = (identity: DeviceIdentity): boolean => isSameHardware(wanted, hardwareOf(identity));
      const find = async (): Promise<FoundCamera | undefined> => (await findUsb3VisionCameras(usb)).find(({ identity }) => isWanted(identity));
      const identity: DeviceIdentity = (await find())?.identity ?? { id: `usb3vision:${wanted.vendor}:${wanted.product}:${wanted.serial}`, kind: "camera", vendor: wanted.vendor, model: device.name, serial: wanted.serial };
      const transcript = new Transcript();
      const camera = createUsb3VisionCamera({ identity, bus: usb, clock, isWanted, transcript });
      return {
        parts: [{ part: "camera", device: camera }],
        whereIs: async () => (await find())?.place,
        transcript,
        genicam: { nodeMap: () => camera.nodeMap(), requireWritable: (feature) => camera.requireWritable(feature), refresh: (written) => camera.refresh(written) },
        dispose: () => camera.dispose(),
      };
    },
    onDidChange(listener) {
      let unlisten = (): void => undefined;
      let isOver = false;
      // Listened to once somebody has opened the bus: opening it only to listen would slow every start.
      void opening?.then((usb) => { if (!isOver) unlisten = usb.onDidAttach(listener); });
      return () => {
        isOver = true;
        unlisten();
      };
    },
    dispose: async () => {
      await (await opening)?.dispose();
    },
  };
}

/** "usb3vision:2676:ba02:22571134" (drivers/usb3vision/discover.ts) in its three parts. */
function hardwareOf({ id, serial }: DeviceIdentity): HardwareIdentity {
  const [, vendor = "", product = ""] = id.split(":");
  return { vendor, product, serial };
}
