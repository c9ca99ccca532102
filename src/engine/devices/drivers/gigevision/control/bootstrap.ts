/** Registers that every GigE Vision camera has, and how to find its description from them. */
import { DEVICE_FILE_LIMITS } from "../../../genicam/file/device-file.ts";
import { GenicamError } from "../../../genicam/genicam-error.ts";
import { textFromBytes } from "../../../genicam/map/register-bytes.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";

export const GVBS = {
  macHigh: 0x08, macLow: 0x0c, currentAddress: 0x24, vendor: 0x48, model: 0x68, version: 0x88, serial: 0xd8, userName: 0xe8,
  discoveryBytes: 0xf8, firstUrl: 0x200, secondUrl: 0x400, urlBytes: 512,
  capability: 0x934, heartbeatTimeout: 0x938, tickFrequencyHigh: 0x93c, tickFrequencyLow: 0x940, privilege: 0xa00,
  streamPort: 0xd00, packetSize: 0xd04, packetDelay: 0xd08, streamAddress: 0xd18,
} as const;

/** Who may write: bits of the privilege register. */
export const PRIVILEGE = { none: 0, exclusive: 1, control: 2 } as const;
const CAN_RESEND = 0x4;

/** Who a camera is, as its discovery answer or its first registers say. */
export interface DeviceNames {
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly serial: string;
  readonly userName: string;
  /** "00:11:22:aa:bb:cc". */
  readonly mac: string;
}

/** @returns undefined for fewer bytes than a discovery answer has */
export function readDeviceNames(registers: Uint8Array): DeviceNames | undefined {
  if (registers.length < GVBS.discoveryBytes) return undefined;
  const text = (at: number, length: number): string => textFromBytes(registers.subarray(at, at + length)).trim();
  const mac = [...registers.subarray(GVBS.macHigh + 2, GVBS.macLow + 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
  return { vendor: text(GVBS.vendor, 32), model: text(GVBS.model, 32), version: text(GVBS.version, 32), serial: text(GVBS.serial, 16), userName: text(GVBS.userName, 16), mac };
}

/** What a camera can do besides what all can. */
export interface CameraAbilities {
  /** Sends lost packets again when asked. */
  readonly canResend: boolean;
  /** It lets its controller go after so much silence, ms. */
  readonly heartbeatTimeoutMs: number;
  /** Of its clock. */
  readonly ticksPerSecond: bigint;
}

export async function readAbilities(port: RegisterPort, options?: PortOptions): Promise<CameraAbilities> {
  const word = async (address: number): Promise<number> => {
    const bytes = await port.read(BigInt(address), 4, options);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  };
  const capability = await word(GVBS.capability);
  const ticks = (BigInt(await word(GVBS.tickFrequencyHigh)) << 32n) | BigInt(await word(GVBS.tickFrequencyLow));
  return {
    canResend: (capability & CAN_RESEND) !== 0,
    heartbeatTimeoutMs: await word(GVBS.heartbeatTimeout),
    // A camera that does not say has no clock worth the name: its times are then taken as they are, in ns.
    ticksPerSecond: ticks === 0n ? 1_000_000_000n : ticks,
  };
}

/** Where a camera's description is. */
export type DescriptionPlace =
  /** In the camera itself. */
  | { readonly kind: "local"; readonly fileName: string; readonly address: bigint; readonly byteLength: number }
  /** On a disk or a web server that the maker knows of. */
  | { readonly kind: "elsewhere"; readonly url: string };

/** "Local:name.zip;0x10000;3e67" and its relatives; undefined for what is no such address. */
export function readDescriptionUrl(text: string): DescriptionPlace | undefined {
  const local = /^local:(?:\/\/\/)?([^;]*);(?:0x)?([0-9a-f]{1,16});(?:0x)?([0-9a-f]{1,16})(?:[?;].*)?$/iu.exec(text.trim());
  if (local !== null) {
    const [, fileName = "", address = "0", length = "0"] = local;
    return { kind: "local", fileName: fileName.trim(), address: BigInt(`0x${address}`), byteLength: Number(BigInt(`0x${length}`)) };
  }
  return /^(file|https?|ftp):/iu.test(text.trim()) ? { kind: "elsewhere", url: text.trim() } : undefined;
}

/**
 * The stored bytes of the first description that is in the camera itself. One that is on a disk or on the web is not
 * fetched: a camera does not get to choose what this computer reads.
 *
 * @throws GenicamError `malformed`: none that can be read, or too large
 */
export async function readStoredDescription(port: RegisterPort, options?: PortOptions): Promise<Uint8Array> {
  const refused: string[] = [];
  for (const at of [GVBS.firstUrl, GVBS.secondUrl]) {
    const text = textFromBytes(await port.read(BigInt(at), GVBS.urlBytes, options)).trim();
    const place = readDescriptionUrl(text);
    if (place?.kind === "local") {
      const { address, byteLength } = place;
      if (byteLength === 0 || byteLength > DEVICE_FILE_LIMITS.maxStoredBytes) throw new GenicamError("malformed", "", `a description of ${byteLength} bytes is not believable`);
      return port.read(address, byteLength, options);
    }
    if (text !== "") refused.push(JSON.stringify(text.slice(0, 80)));
  }
  if (refused.length === 0) throw new GenicamError("malformed", "", "the camera does not say where its description is");
  throw new GenicamError("malformed", "", `the description is not in the camera but at ${refused.join(" and ")}, which Ocular does not fetch`);
}
