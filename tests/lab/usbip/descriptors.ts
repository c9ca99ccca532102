/** Descriptors of USB 2.0 (chapter 9) and USB 3.2 (chapter 9.6), made from what a model says of itself. */
import { ENDPOINT_IN } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import type { UsbModel } from "../usb/usb-model.ts";

const TYPE = { device: 1, configuration: 2, string: 3, interface: 4, endpoint: 5, association: 11, bos: 15, capability: 16, companion: 48 } as const;
const TRANSFER = { control: 0, isochronous: 1, bulk: 2, interrupt: 3 } as const;
const ENGLISH = 0x0409;
/** Version of the device itself, 1.00 as binary-coded decimals. */
export const RELEASE = 0x0100;

/** The descriptors of one device. */
export interface DescriptorSet {
  /** As the host asks for it by the value of its request: type in the high byte, index in the low one. */
  get(value: number): Uint8Array | undefined;
}

export function descriptorsOf({ description, wiring }: UsbModel): DescriptorSet {
  const strings: string[] = [];
  const text = (value: string): number => {
    if (value === "") return 0;
    if (!strings.includes(value)) strings.push(value);
    return strings.indexOf(value) + 1;
  };
  const isSuper = wiring.speed === "super";
  const device = new Uint8Array([
    18, TYPE.device, ...word(isSuper ? 0x0320 : 0x0200), description.deviceClass, description.deviceSubclass, description.deviceProtocol,
    // The largest packet of endpoint 0: an exponent in USB 3, bytes before.
    isSuper ? 9 : 64, ...word(description.vendorId), ...word(description.productId), ...word(RELEASE),
    text(description.manufacturer), text(description.product), text(description.serial), 1,
  ]);
  const body = description.interfaces.flatMap((each) => [
    ...(wiring.functions ?? []).filter(({ first }) => first === each.number)
      .flatMap(({ first, count, classCode, subclass, protocol }) => [8, TYPE.association, first, count, classCode, subclass, protocol, 0]),
    9, TYPE.interface, each.number, 0, each.endpoints.length, each.classCode, each.subclass, each.protocol, 0,
    ...(wiring.classDescriptors?.(each.number, text) ?? []),
    ...each.endpoints.flatMap(({ address, kind, maxPacketBytes }) => [
      // Polled every 2^(9-1) microframes where that means anything: 32 ms.
      7, TYPE.endpoint, address, TRANSFER[kind], ...word(maxPacketBytes), kind === "interrupt" ? 9 : 0,
      ...(isSuper ? [6, TYPE.companion, kind === "bulk" && (address & ENDPOINT_IN) !== 0 ? 15 : 0, 0, ...word(0)] : []),
    ]),
  ]);
  const configuration = new Uint8Array([9, TYPE.configuration, ...word(9 + body.length), description.interfaces.length, 1, 0, 0x80, isSuper ? 112 : 250, ...body]);
  const bos = new Uint8Array([
    5, TYPE.bos, ...word(22), 2,
    7, TYPE.capability, 2, 0, 0, 0, 0,
    // SuperSpeed: works from full speed up, wakes from U1 and U2 within these times.
    10, TYPE.capability, 3, 0, ...word(0x000e), 1, 10, ...word(2047),
  ]);
  return {
    get(value) {
      const index = value & 0xff;
      switch (value >> 8) {
        case TYPE.device: return index === 0 ? device : undefined;
        case TYPE.configuration: return index === 0 ? configuration : undefined;
        case TYPE.bos: return isSuper ? bos : undefined;
        case TYPE.string: {
          if (index === 0) return new Uint8Array([4, TYPE.string, ...word(ENGLISH)]);
          const wanted = strings[index - 1];
          return wanted === undefined ? undefined : new Uint8Array([2 + 2 * wanted.length, TYPE.string, ...Buffer.from(wanted, "utf16le")]);
        }
        default: return undefined;
      }
    },
  };
}

function word(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
