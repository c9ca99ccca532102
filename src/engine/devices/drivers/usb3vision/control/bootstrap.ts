/** Registers that every USB3 Vision device has, and how to find its description from them. */
import { GenicamError } from "../../../genicam/genicam-error.ts";
import { textFromBytes } from "../../../genicam/map/register-bytes.ts";
import type { PortOptions, RegisterPort } from "../../../genicam/register-port.ts";
import { DEVICE_FILE_LIMITS } from "../../../genicam/file/device-file.ts";
import { createHash } from "node:crypto";

/** What the first registers say. */
export interface Bootstrap {
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly serial: string;
  readonly userName: string;
  /** Longest time the device takes for an answer, ms. */
  readonly responseMs: number;
  readonly manifestAddress: bigint;
  readonly commandBytes: number;
  readonly replyBytes: number;
  /** Registers of the stream; absent on devices without one. */
  readonly streamAddress?: bigint;
  /** Speed of the link in force: 8 is SuperSpeed. */
  readonly speed: number;
}

const ABRM = { bytes: 0x1e0, vendor: 0x04, model: 0x44, version: 0xc4, serial: 0x144, userName: 0x184, capability: 0x1c4, response: 0x1cc, manifest: 0x1d0, sbrm: 0x1d8 } as const;
const SBRM = { bytes: 0x44, capability: 0x04, command: 0x14, reply: 0x18, stream: 0x20, speed: 0x40 } as const;
const TEXT_BYTES = 64;
/** Entries of a manifest we look at; devices have one to four. */
const MOST_ENTRIES = 64n;

/** @throws what the port throws; GenicamError `malformed` for packet sizes nobody can work with */
export async function readBootstrap(port: RegisterPort, options?: PortOptions): Promise<Bootstrap> {
  const abrm = await port.read(0n, ABRM.bytes, options);
  const view = viewOf(abrm);
  const sbrm = viewOf(await port.read(view.getBigUint64(ABRM.sbrm, true), SBRM.bytes, options));
  const text = (at: number): string => textFromBytes(abrm.subarray(at, at + TEXT_BYTES)).trim();
  const hasUserName = (view.getUint32(ABRM.capability, true) & 1) !== 0;
  const commandBytes = sbrm.getUint32(SBRM.command, true);
  const replyBytes = sbrm.getUint32(SBRM.reply, true);
  if (commandBytes < 32 || replyBytes < 32) throw new GenicamError("malformed", "", `packets of ${commandBytes} and ${replyBytes} bytes are too small to talk`);
  const hasStream = (sbrm.getUint32(SBRM.capability, true) & 1) !== 0;
  return {
    vendor: text(ABRM.vendor), model: text(ABRM.model), version: text(ABRM.version), serial: text(ABRM.serial), userName: hasUserName ? text(ABRM.userName) : "",
    responseMs: view.getUint32(ABRM.response, true), manifestAddress: view.getBigUint64(ABRM.manifest, true),
    // A device may promise the moon; nothing is won beyond 64 kB, whose count fills its two bytes.
    commandBytes: Math.min(commandBytes, 0xfff0), replyBytes: Math.min(replyBytes, 0xfff0),
    ...(hasStream ? { streamAddress: sbrm.getBigUint64(SBRM.stream, true) } : {}),
    speed: sbrm.getUint32(SBRM.speed, true),
  };
}

/** One file in the device. */
export interface ManifestEntry {
  /** Version, newest largest. */
  readonly version: readonly [number, number, number];
  readonly isDeviceFile: boolean;
  readonly address: bigint;
  readonly byteLength: bigint;
  /** Hexadecimal; absent where the device gives none. */
  readonly sha1?: string;
}

const MANIFEST_ENTRY_BYTES = 64;

/** @throws GenicamError `malformed` for a table without an end */
export async function readManifest(port: RegisterPort, address: bigint, options?: PortOptions): Promise<readonly ManifestEntry[]> {
  const count = viewOf(await port.read(address, 8, options)).getBigUint64(0, true);
  if (count > MOST_ENTRIES) throw new GenicamError("malformed", "", `a manifest of ${count} entries is not believable`);
  const table = await port.read(address + 8n, Number(count) * MANIFEST_ENTRY_BYTES, options);
  return Array.from({ length: Number(count) }, (_, index) => manifestEntry(table.subarray(index * MANIFEST_ENTRY_BYTES, (index + 1) * MANIFEST_ENTRY_BYTES)));
}

function manifestEntry(bytes: Uint8Array): ManifestEntry {
  const view = viewOf(bytes);
  const sha1 = bytes.subarray(0x18, 0x2c);
  return {
    version: [bytes[3] ?? 0, bytes[2] ?? 0, view.getUint16(0, true)],
    isDeviceFile: (view.getUint32(4, true) & 7) === 0,
    address: view.getBigUint64(8, true),
    byteLength: view.getBigUint64(16, true),
    ...(sha1.some((byte) => byte !== 0) ? { sha1: Buffer.from(sha1).toString("hex") } : {}),
  };
}

/**
 * The newest device description's stored bytes, checked against its SHA-1 where there is one.
 * @throws GenicamError `malformed`: no such entry, too large, or not what was announced
 */
export async function readDeviceFile(port: RegisterPort, manifest: readonly ManifestEntry[], options?: PortOptions): Promise<Uint8Array> {
  const [entry] = manifest.filter(({ isDeviceFile }) => isDeviceFile).toSorted((a, b) => compareVersions(b.version, a.version));
  if (entry === undefined) throw new GenicamError("malformed", "", "the manifest names no description of the camera");
  if (entry.byteLength === 0n || entry.byteLength > BigInt(DEVICE_FILE_LIMITS.maxStoredBytes)) throw new GenicamError("malformed", "", `a description of ${entry.byteLength} bytes is not believable`);
  const stored = await port.read(entry.address, Number(entry.byteLength), options);
  const sha1 = createHash("sha1").update(stored).digest("hex");
  if (entry.sha1 !== undefined && entry.sha1 !== sha1) throw new GenicamError("malformed", "", "the description is not the one its SHA-1 names");
  return stored;
}

function compareVersions(a: ManifestEntry["version"], b: ManifestEntry["version"]): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
