import { ENDPOINT_IN, type UsbDescription, type UsbInterface } from "../../transports/usb/usb-device.ts";

/** The pipes of a USB3 Vision device. */
export interface U3vInterfaces {
  readonly control: { readonly number: number; readonly input: number; readonly output: number };
  /** Absent on devices without pictures. */
  readonly stream?: { readonly number: number; readonly input: number; readonly packetBytes: number };
}

const MISCELLANEOUS = 0xef;
const USB3_VISION = 0x05;

/** Where a device's pipes are, by class codes and never by number; undefined for what is no USB3 Vision device. */
export function findU3vInterfaces(description: UsbDescription): U3vInterfaces | undefined {
  const withProtocol = (protocol: number): UsbInterface | undefined =>
    description.interfaces.find((each) => each.classCode === MISCELLANEOUS && each.subclass === USB3_VISION && each.protocol === protocol);
  const bulk = (of: UsbInterface | undefined, towardsHost: boolean) => of?.endpoints.find(({ kind, address }) => kind === "bulk" && (address & ENDPOINT_IN) !== 0 === towardsHost);
  const control = withProtocol(0);
  const input = bulk(control, true);
  const output = bulk(control, false);
  if (control === undefined || input === undefined || output === undefined) return undefined;
  const found = { control: { number: control.number, input: input.address, output: output.address } };
  const stream = withProtocol(2);
  const pictures = bulk(stream, true);
  if (stream === undefined || pictures === undefined) return found;
  return { ...found, stream: { number: stream.number, input: pictures.address, packetBytes: pictures.maxPacketBytes } };
}
