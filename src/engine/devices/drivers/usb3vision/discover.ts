import type { Clock } from "../../../../core/clock.ts";
import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import type { Transcript } from "../../transports/transcript.ts";
import type { UsbBus, UsbDescription, UsbDevice } from "../../transports/usb/usb-device.ts";
import { GenicamCamera } from "../../genicam/camera/genicam-camera.ts";
import { openUsbCamera, UNPLUGGED } from "./camera/open-camera.ts";
import { usbErrorAsOcular } from "./camera/usb-errors.ts";
import { findU3vInterfaces } from "./interfaces.ts";

/** A camera that is plugged in, not opened. */
export interface FoundCamera {
  readonly identity: DeviceIdentity;
  /** For people: "bus 2, port 1.4". */
  readonly place: string;
}

/** USB3 Vision cameras plugged in now; nothing is opened. */
export async function findUsb3VisionCameras(bus: UsbBus): Promise<readonly FoundCamera[]> {
  return (await cameraDevices(bus)).map(({ description }) => ({ identity: identityOf(description), place: description.place }));
}

/**
 * The camera of that identity, wherever it is plugged in; not connected yet, and it need not be there yet.
 * @param options isWanted: where not the identity alone says which one it is; default: the same id
 */
export function createUsb3VisionCamera(options: {
  readonly identity: DeviceIdentity;
  readonly bus: UsbBus;
  readonly clock: Clock;
  readonly isWanted?: (identity: DeviceIdentity) => boolean;
  /** Where the conversation is written down: registers read and written, not the stream. */
  readonly transcript?: Transcript;
}): GenicamCamera {
  const { identity, bus, clock, transcript, isWanted = ({ id }) => id === identity.id } = options;
  return new GenicamCamera({
    identity, clock,
    transport: {
      async open(own) {
        const device = (await cameraDevices(bus)).find(({ description }) => isWanted(identityOf(description)));
        return device === undefined ? undefined : openUsbCamera({ device, transcript }, clock, own);
      },
      watch: (mayBeBack) => bus.onDidAttach(mayBeBack),
      asOcular: (error, command) => usbErrorAsOcular(error, identity.id, command),
      goneReason: UNPLUGGED,
    },
  });
}

async function cameraDevices(bus: UsbBus): Promise<readonly UsbDevice[]> {
  return (await bus.list()).filter(({ description }) => findU3vInterfaces(description)?.stream !== undefined);
}

/** Vendor, product and serial number: stable over ports and replugging. */
function identityOf({ vendorId, productId, manufacturer, product, serial }: UsbDescription): DeviceIdentity {
  const hex = (value: number): string => value.toString(16).padStart(4, "0");
  return { id: `usb3vision:${hex(vendorId)}:${hex(productId)}:${serial}`, kind: "camera", vendor: manufacturer, model: product, serial };
}
