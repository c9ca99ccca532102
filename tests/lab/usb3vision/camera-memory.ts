import { createHash } from "node:crypto";
import { makeZip } from "../../../src/engine/devices/genicam/testing/make-zip.ts";
import { CAMERA_PIXEL_FORMATS, cameraXml } from "./camera-xml.ts";
import { MAP, REG, SENSOR, SIRM } from "./camera-map.ts";

/** How the description is stored, and the ways to store it wrongly. */
export interface StoredFile {
  /** Default: the camera's own. */
  readonly xml?: string;
  /** Default true. */
  readonly isZipped?: boolean;
  /** The file's bytes as they are, instead of the XML. */
  readonly bytes?: Uint8Array;
  /** What the manifest says instead of the truth. */
  readonly announcedBytes?: bigint;
  readonly announcedEntries?: bigint;
  readonly sha1?: Uint8Array;
}

/** The camera's registers as bytes; reads and writes outside them are refused. */
export interface CameraMemory {
  read(address: bigint, length: number): Uint8Array | undefined;
  write(address: bigint, bytes: Uint8Array): boolean;
  u32(address: number): number;
  setU32(address: number, value: number): void;
  f64(address: number): number;
}

const LOW_BYTES = 0x9000;

export function createCameraMemory(options: { readonly serial: string; readonly file?: StoredFile }): CameraMemory {
  const low = new Uint8Array(LOW_BYTES);
  const view = new DataView(low.buffer);
  const file = storedBytes(options.file ?? {});
  writeBootstrap(low, view, options.serial);
  writeManifest(low, view, file, options.file ?? {});
  writeFeatures(view);

  const place = (address: bigint, length: number): { bytes: Uint8Array; at: number } | undefined => {
    if (address + BigInt(length) <= BigInt(LOW_BYTES)) return { bytes: low, at: Number(address) };
    const at = address - BigInt(MAP.file);
    return at >= 0n && at + BigInt(length) <= BigInt(file.length) ? { bytes: file, at: Number(at) } : undefined;
  };
  return {
    read(address, length) {
      const found = place(address, length);
      return found?.bytes.slice(found.at, found.at + length);
    },
    write(address, bytes) {
      const found = place(address, bytes.length);
      if (found?.bytes !== low) return false;
      low.set(bytes, found.at);
      return true;
    },
    u32: (address) => view.getUint32(address, true),
    setU32: (address, value) => view.setUint32(address, value, true),
    f64: (address) => view.getFloat64(address, true),
  };
}

function writeBootstrap(low: Uint8Array, view: DataView, serial: string): void {
  const text = (at: number, value: string): void => low.set(new TextEncoder().encode(value), at);
  view.setUint32(0, 0x00010000, true);
  text(0x04, "Ocular Lab");
  text(0x44, "LabCamera");
  text(0xc4, "1.0");
  text(0x144, serial);
  text(0x184, "bench");
  view.setBigUint64(0x1c4, 1n, true);
  view.setUint32(0x1cc, 50, true);
  view.setBigUint64(0x1d0, BigInt(MAP.manifest), true);
  view.setBigUint64(0x1d8, BigInt(MAP.sbrm), true);
  view.setUint32(MAP.sbrm, 0x00010000, true);
  view.setBigUint64(MAP.sbrm + 0x04, 1n, true);
  view.setUint32(MAP.sbrm + 0x14, 1024, true);
  view.setUint32(MAP.sbrm + 0x18, 1024, true);
  view.setUint32(MAP.sbrm + 0x1c, 1, true);
  view.setBigUint64(MAP.sbrm + 0x20, BigInt(MAP.sirm), true);
  view.setUint32(MAP.sbrm + 0x28, 0x30, true);
  view.setUint32(MAP.sbrm + 0x40, 8, true);
  view.setUint32(MAP.sirm + SIRM.info, 10 << 24, true);
  view.setUint32(MAP.sirm + SIRM.leader, 52, true);
  view.setUint32(MAP.sirm + SIRM.trailer, 36, true);
}

/** Two entries: the newer one is the camera's, the older one must not be chosen. */
function writeManifest(low: Uint8Array, view: DataView, file: Uint8Array, options: StoredFile): void {
  view.setBigUint64(MAP.manifest, options.announcedEntries ?? 2n, true);
  const entry = (index: number, major: number, address: number, bytes: bigint, sha1: Uint8Array): void => {
    const at = MAP.manifest + 8 + 64 * index;
    view.setUint8(at + 3, major);
    view.setUint32(at + 4, (1 << 24) | (options.isZipped === false ? 0 : 1 << 10), true);
    view.setBigUint64(at + 8, BigInt(address), true);
    view.setBigUint64(at + 16, bytes, true);
    low.set(sha1, at + 0x18);
  };
  entry(0, 1, 0x40, 64n, new Uint8Array(20));
  entry(1, 2, MAP.file, options.announcedBytes ?? BigInt(file.length), options.sha1 ?? createHash("sha1").update(file).digest());
}

function writeFeatures(view: DataView): void {
  view.setUint32(REG.width, SENSOR.width, true);
  view.setUint32(REG.height, SENSOR.height, true);
  view.setUint32(REG.binningX, 1, true);
  view.setUint32(REG.binningY, 1, true);
  view.setUint32(REG.pixelFormat, CAMERA_PIXEL_FORMATS["Mono8"] ?? 0, true);
  view.setFloat64(REG.exposure, 10_000, true);
  view.setUint32(REG.frameRate, 20_000, true);
  view.setUint32(REG.acquisitionMode, 1, true);
  view.setInt16(REG.temperature, 4125);
}

function storedBytes(options: StoredFile): Uint8Array {
  if (options.bytes !== undefined) return options.bytes;
  const plain = new TextEncoder().encode(options.xml ?? cameraXml());
  return options.isZipped === false ? plain : makeZip("labcamera.xml", plain);
}
