import { createHash } from "node:crypto";
import { type CameraMemory, createCameraMemory, storedBytes, type StoredXml } from "../genicam/camera-memory.ts";
import { cameraXml } from "../genicam/camera-xml.ts";
import { FILE_ADDRESS } from "../genicam/sensor-map.ts";
import { MAP, SIRM } from "./camera-map.ts";

/** How the description is stored, and what the manifest says instead of the truth. */
export interface StoredFile extends StoredXml {
  readonly announcedBytes?: bigint;
  readonly announcedEntries?: bigint;
  readonly sha1?: Uint8Array;
  /** Default false: readers that take the first entry for the newest do not find it. */
  readonly isNewestFirst?: boolean;
}

/** Registers of the virtual USB3 Vision camera: its bootstrap and manifest before the features. */
export function createUsbCameraMemory(options: { readonly serial: string; readonly file?: StoredFile; readonly responseMs?: number }): CameraMemory {
  const file = storedBytes(options.file ?? {}, cameraXml("usb3vision"));
  const memory = createCameraMemory({ file, isLittleEndian: true });
  const view = new DataView(memory.low.buffer);
  writeBootstrap(memory.low, view, options.serial, options.responseMs ?? 50);
  writeManifest(memory.low, view, file, options.file ?? {});
  return memory;
}

function writeBootstrap(low: Uint8Array, view: DataView, serial: string, responseMs: number): void {
  const text = (at: number, value: string): void => low.set(new TextEncoder().encode(value), at);
  view.setUint32(0, 0x00010000, true);
  text(0x04, "Ocular Lab");
  text(0x44, "LabCamera");
  text(0xc4, "1.0");
  text(0x144, serial);
  text(0x184, "bench");
  view.setBigUint64(0x1c4, 1n, true);
  view.setUint32(0x1cc, responseMs, true);
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
  const [newest, older] = options.isNewestFirst === true ? [0, 1] : [1, 0];
  entry(older, 1, 0x40, 64n, new Uint8Array(20));
  entry(newest, 2, FILE_ADDRESS, options.announcedBytes ?? BigInt(file.length), options.sha1 ?? createHash("sha1").update(file).digest());
}
