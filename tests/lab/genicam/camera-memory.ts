import { makeZip } from "../../../src/engine/devices/genicam/testing/make-zip.ts";
import { CAMERA_PIXEL_FORMATS } from "./camera-xml.ts";
import { FILE_ADDRESS, REG, SENSOR } from "./sensor-map.ts";

/** How a description is stored, and the ways to store it wrongly that every transport has. */
export interface StoredXml {
  /** Default: the camera's own. */
  readonly xml?: string;
  /** Default true. */
  readonly isZipped?: boolean;
  /** The file's bytes as they are, instead of the XML. */
  readonly bytes?: Uint8Array;
}

/** The camera's registers as bytes; reads and writes outside them are refused. */
export interface CameraMemory {
  read(address: bigint, length: number): Uint8Array | undefined;
  write(address: bigint, bytes: Uint8Array): boolean;
  u32(address: number): number;
  setU32(address: number, value: number): void;
  f64(address: number): number;
  /** The power was off: every register is again as it was before a host first wrote anything. */
  coldStart(): void;
  /** Everything below the stored file, for the transport to fill in what is its own. */
  readonly low: Uint8Array;
}

const LOW_BYTES = 0x9000;

/** Memory with the features as they are from the factory, and the file at its place. */
export function createCameraMemory({ file, isLittleEndian }: { readonly file: Uint8Array; readonly isLittleEndian: boolean }): CameraMemory {
  const low = new Uint8Array(LOW_BYTES);
  const view = new DataView(low.buffer);
  writeFeatures(view, isLittleEndian);
  const place = (address: bigint, length: number): { bytes: Uint8Array; at: number } | undefined => {
    if (address + BigInt(length) <= BigInt(LOW_BYTES)) return { bytes: low, at: Number(address) };
    const at = address - BigInt(FILE_ADDRESS);
    return at >= 0n && at + BigInt(length) <= BigInt(file.length) ? { bytes: file, at: Number(at) } : undefined;
  };
  let beforeHosts: Uint8Array | undefined;
  return {
    low,
    coldStart() {
      if (beforeHosts !== undefined) low.set(beforeHosts);
    },
    read(address, length) {
      const found = place(address, length);
      return found?.bytes.slice(found.at, found.at + length);
    },
    write(address, bytes) {
      const found = place(address, bytes.length);
      if (found?.bytes !== low) return false;
      beforeHosts ??= low.slice();
      low.set(bytes, found.at);
      return true;
    },
    u32: (address) => view.getUint32(address, isLittleEndian),
    setU32: (address, value) => view.setUint32(address, value, isLittleEndian),
    f64: (address) => view.getFloat64(address, isLittleEndian),
  };
}

/** The file's bytes as the camera holds them. */
export function storedBytes(options: StoredXml, ownXml: string): Uint8Array {
  if (options.bytes !== undefined) return options.bytes;
  const plain = new TextEncoder().encode(options.xml ?? ownXml);
  return options.isZipped === false ? plain : makeZip("labcamera.xml", plain);
}

function writeFeatures(view: DataView, isLittleEndian: boolean): void {
  view.setUint32(REG.width, SENSOR.width, isLittleEndian);
  view.setUint32(REG.height, SENSOR.height, isLittleEndian);
  for (const factor of [REG.binningX, REG.binningY, REG.decimationX, REG.decimationY]) view.setUint32(factor, 1, isLittleEndian);
  view.setUint32(REG.pixelFormat, CAMERA_PIXEL_FORMATS["Mono8"] ?? 0, isLittleEndian);
  view.setFloat64(REG.exposure, 10_000, isLittleEndian);
  view.setUint32(REG.frameRate, 20_000, isLittleEndian);
  view.setUint32(REG.acquisitionMode, 1, isLittleEndian);
  // This one is big-endian in every camera of ours, and the description says so.
  view.setInt16(REG.temperature, 4125);
}
