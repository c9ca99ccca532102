import { GVBS } from "../../../src/engine/devices/drivers/gigevision/control/bootstrap.ts";
import { addressNumber } from "../../../src/engine/devices/transports/gige/datagrams.ts";
import { type CameraMemory, createCameraMemory, storedBytes, type StoredXml } from "../genicam/camera-memory.ts";
import { cameraXml } from "../genicam/camera-xml.ts";
import { checkFeatureWrite, REFUSED } from "../genicam/feature-rules.ts";
import { FEATURES_ADDRESS, FILE_ADDRESS } from "../genicam/sensor-map.ts";

/** How the description is stored, and what is said of it instead of the truth. */
export interface StoredGigeFile extends StoredXml {
  /** Text of the first and second address of the description, as they stand in the registers. */
  readonly urls?: readonly [string, string];
}

export interface GigeMemoryOptions {
  readonly serial: string;
  readonly address: string;
  readonly canResend: boolean;
  readonly file?: StoredGigeFile;
}

/** Ticks of the virtual camera's clock a second: ns. */
export const TICKS_PER_SECOND = 1_000_000_000;

/** Registers of the virtual GigE Vision camera: its bootstrap before the features. */
export function createGigeMemory({ serial, address, canResend, file = {} }: GigeMemoryOptions): CameraMemory {
  const stored = storedBytes(file, cameraXml("gigevision"));
  // Memory is read in whole words.
  const padded = new Uint8Array(Math.ceil(stored.length / 4) * 4);
  padded.set(stored);
  const memory = createCameraMemory({ file: padded, isLittleEndian: false });
  const text = (at: number, value: string): void => memory.low.set(new TextEncoder().encode(value), at);
  const word = (at: number, value: number): void => memory.setU32(at, value >>> 0);
  word(0, 0x0002_0000);
  // Big-endian registers, UTF-8.
  word(4, 0x8000_0001);
  word(GVBS.macHigh, 0x0200);
  word(GVBS.macLow, 0x5e00_0001);
  word(0x10, 0x7);
  word(0x14, 0x4);
  word(GVBS.currentAddress, addressNumber(address));
  word(0x34, 0xff00_0000);
  text(GVBS.vendor, "Ocular Lab");
  text(GVBS.model, "LabCamera");
  text(GVBS.version, "1.0");
  text(0xa8, "a camera that is a program");
  text(GVBS.serial, serial);
  text(GVBS.userName, "bench");
  const name = file.isZipped === false ? "labcamera.xml" : "labcamera.zip";
  const [first, second] = file.urls ?? [`Local:${name};${FILE_ADDRESS.toString(16)};${stored.length.toString(16)}`, ""];
  text(GVBS.firstUrl, first);
  text(GVBS.secondUrl, second);
  word(0x600, 1);
  word(0x904, 1);
  // User name, serial number, writing memory, packets again, patience.
  word(GVBS.capability, 0xc000_0022 | (canResend ? 0x4 : 0));
  word(GVBS.heartbeatTimeout, 3000);
  word(GVBS.tickFrequencyLow, TICKS_PER_SECOND);
  word(GVBS.packetSize, 1500);
  return memory;
}

/** Bootstrap words that a host may write. */
const WRITABLE: ReadonlySet<number> = new Set([0x938, 0x944, 0x954, GVBS.privilege, GVBS.streamPort, GVBS.packetSize, GVBS.packetDelay, GVBS.streamAddress]);

/** Status with which a write is refused; 0 where it is granted. */
export function checkGigeWrite(memory: CameraMemory, at: number, bytes: Uint8Array): number {
  if (at % 4 !== 0 || bytes.length % 4 !== 0) return REFUSED.misaligned;
  const isUserName = at >= GVBS.userName && at + bytes.length <= GVBS.discoveryBytes;
  if (at < FEATURES_ADDRESS && !isUserName && !WRITABLE.has(at)) return REFUSED.readOnly;
  return checkFeatureWrite(memory, at, bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : 0);
}
