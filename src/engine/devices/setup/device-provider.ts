import type * as z from "zod";
import type { ConfiguredDevice, HardwareIdentity } from "../../../shared/domain/device-configuration.ts";
import type { Connection } from "../../../shared/domain/device-setup.ts";
import type { CameraSettings, DeviceKind } from "../../../shared/domain/devices.ts";
import type { Device, Unsubscribe } from "../api/device.ts";
import type { WrittenFeature } from "../genicam/camera/feature-memory.ts";
import type { NodeMap } from "../genicam/map/node-map.ts";
import type { Transcript } from "../transports/transcript.ts";

/** A driver as the setup knows it. */
export interface ProviderFamily {
  /** Also the name of its page in docs/devices, where it has one. */
  readonly id: string;
  readonly vendor: string;
  readonly title: string;
  /** What a device of it can have. */
  readonly kinds: readonly DeviceKind[];
  readonly optionsSchema: z.ZodType;
  /** Options that make every usual part, for the wizard's first try. */
  readonly suggestedOptions: Readonly<Record<string, unknown>>;
}

/** A thing found; nothing of it was opened. */
export interface FoundDevice {
  /** Where it is plugged in, for people, and for `probe` in the case of serial ports. */
  readonly address: string;
  readonly title: string;
  /** Absent where the plug tells nothing. */
  readonly identity?: HardwareIdentity;
  /** Absent where only asking the device tells. */
  readonly family?: string;
  /** A clause: why it cannot be used as it is. */
  readonly problem?: string;
  /** What reaching it takes, beside the family's suggested options. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** One device of an opened thing. Its role is its `identity.kind`; its name among the parts is `part`. */
export interface OpenedPart {
  readonly part: string;
  readonly device: Device;
}

/** A configured thing with its drivers made; none of them is connected by that. */
export interface OpenedDevice {
  readonly parts: readonly OpenedPart[];
  /** Where it is plugged in now; undefined while it is not. Opens nothing, and is cheap enough for every second. */
  whereIs(): Promise<string | undefined>;
  /** What is said of it while it is nowhere: a clause with what to do. Default: that it is not plugged in. */
  readonly whenNowhere?: string;
  /** The conversation with it, where it has one in words. */
  readonly transcript?: Transcript;
  /** GenICam cameras: the features, undefined while absent. Before writing by it call `requireWritable`, after it `refresh` with what was written: it is written again after a loss. */
  readonly genicam?: { nodeMap(): NodeMap | undefined; requireWritable(feature: string): void; refresh(written: WrittenFeature): Promise<CameraSettings> };
  /** Leaves all parts safe and closes what is open. */
  dispose(): Promise<void>;
}

/**
 * One way in which devices are reached: serial ports, USB3 Vision, GigE Vision, capture devices, the virtual microscope.
 * Promises:
 *  - `discover` opens no device, moves and lights nothing, and settles within 3 s; a way of looking that fails rejects with
 *    an Error whose message is a clause ("udevadm is not installed");
 *  - `open` makes drivers and connects none; what is wrong with options or port rejects with `InvalidInput`. It need not be
 *    plugged in: the drivers are then absent until `connect` finds it;
 *  - the ids of a device's parts stay the same for ever, wherever it is plugged in.
 */
export interface DeviceProvider {
  /** What problems are reported under: "Serial ports", "USB3 Vision". */
  readonly name: string;
  readonly connection: Connection;
  readonly families: readonly ProviderFamily[];
  discover(): Promise<readonly FoundDevice[]>;
  /** Who answers at an address that a person typed, for what no looking round finds. Undefined: nobody. Opens nothing. Rejects as `discover` does. */
  ask?(address: string): Promise<FoundDevice | undefined>;
  open(device: ConfiguredDevice): Promise<OpenedDevice>;
  /** Something may have been plugged in or out. Not every system tells: absent devices are looked for every second besides. */
  onDidChange(listener: () => void): Unsubscribe;
  dispose(): Promise<void>;
}

/** True when what is plugged in is what was configured: an empty serial number fits any of that make. */
export function isSameHardware(configured: HardwareIdentity, found: HardwareIdentity | undefined): boolean {
  if (found === undefined) return false;
  const same = configured.vendor.toLowerCase() === found.vendor.toLowerCase() && configured.product.toLowerCase() === found.product.toLowerCase();
  return same && (configured.serial === "" || configured.serial === found.serial);
}
