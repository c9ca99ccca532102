import { type Device, getDeviceList, usb } from "usb";
import type { Clock } from "../../../../core/clock.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import { createLibusbDevice, type LibusbDevice } from "./libusb-device.ts";
import type { UsbBus, UsbDescription, UsbEndpoint, UsbInterface } from "./usb-device.ts";

export interface LibusbOptions {
  readonly clock: Clock;
  /** Devices to look at: reading the strings of others would disturb them for nothing. */
  readonly wants: (description: UsbDescription) => boolean;
  /** Look for changes twice a second instead of waiting for the system to tell them: where no udev runs. */
  readonly isPolling?: boolean;
}

const KINDS: readonly UsbEndpoint["kind"][] = ["control", "isochronous", "bulk", "interrupt"];

/** The USB of this computer, over libusb. */
export function createLibusbBus({ clock, wants, isPolling = false }: LibusbOptions): UsbBus {
  const attached = createEmitter<undefined>();
  const known = new Map<string, LibusbDevice>();
  const keyOf = (device: Device): string => `${device.busNumber}:${device.deviceAddress}`;

  const onAttach = (): void => attached.emit(undefined);
  const onDetach = (device: Device): void => {
    const gone = known.get(keyOf(device));
    known.delete(keyOf(device));
    gone?.didDetach();
  };
  if (isPolling) usb.pollHotplug = true;
  usb.on("attach", onAttach);
  usb.on("detach", onDetach);
  // Listening for plugs must not keep a program alive that has nothing else to do.
  usb.unrefHotplugEvents();

  const look = async (): Promise<LibusbDevice[]> => {
    const devices: LibusbDevice[] = [];
    for (const device of getDeviceList()) {
      const described = describe(device);
      if (!wants(described)) continue;
      const own = known.get(keyOf(device)) ?? createLibusbDevice(device, await withStrings(device, described), clock);
      known.set(keyOf(device), own);
      devices.push(own);
    }
    return devices;
  };
  /** Looks under way, which read from devices. */
  const looks = new Set<Promise<unknown>>();

  return {
    list() {
      const looking = look().finally(() => looks.delete(looking));
      looks.add(looking);
      return looking;
    },
    onDidAttach: (listener) => attached.on(listener),
    async dispose() {
      usb.off("attach", onAttach);
      usb.off("detach", onDetach);
      attached.clear();
      // What libusb answers a program that has ended in the meantime ends it by a crash (node-usb#780). Each answer has its time limit.
      await Promise.allSettled(looks);
      await Promise.all([...known.values()].map((device) => device.close()));
      known.clear();
    },
  };
}

function describe(device: Device): UsbDescription {
  const { idVendor, idProduct, bDeviceClass, bDeviceSubClass, bDeviceProtocol } = device.deviceDescriptor;
  return {
    vendorId: idVendor, productId: idProduct, deviceClass: bDeviceClass, deviceSubclass: bDeviceSubClass, deviceProtocol: bDeviceProtocol,
    manufacturer: "", product: "", serial: "",
    place: `bus ${device.busNumber}, port ${device.portNumbers?.join(".") ?? device.deviceAddress}`,
    interfaces: interfacesOf(device),
  };
}

function interfacesOf(device: Device): readonly UsbInterface[] {
  try {
    return (device.configDescriptor?.interfaces ?? []).flatMap(([first]) =>
      first === undefined ? [] : [{
        number: first.bInterfaceNumber, classCode: first.bInterfaceClass, subclass: first.bInterfaceSubClass, protocol: first.bInterfaceProtocol,
        endpoints: first.endpoints.map(({ bEndpointAddress, bmAttributes, wMaxPacketSize }) => ({
          address: bEndpointAddress, kind: KINDS[bmAttributes & 3] ?? "bulk", maxPacketBytes: wMaxPacketSize & 0x7ff,
        })),
      }],
    );
  } catch (error) {
    // A device that is not configured has no interfaces; it may have some at the next look.
    if (error instanceof Error && "errno" in error) return [];
    throw error;
  }
}

/** Strings are read from the device itself; one that may not be opened has none. */
async function withStrings(device: Device, description: UsbDescription): Promise<UsbDescription> {
  const { iManufacturer, iProduct, iSerialNumber } = device.deviceDescriptor;
  try {
    device.open();
  } catch (error) {
    if (error instanceof Error && "errno" in error) return description;
    throw error;
  }
  try {
    const text = (index: number): Promise<string> =>
      new Promise((resolve) => {
        if (index === 0) resolve("");
        else device.getStringDescriptor(index, (error, value) => resolve(error === undefined ? (value ?? "") : ""));
      });
    return { ...description, manufacturer: await text(iManufacturer), product: await text(iProduct), serial: await text(iSerialNumber) };
  } finally {
    device.close();
  }
}
