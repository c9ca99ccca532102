/** Which writes the virtual camera refuses, and how its registers follow from each other. */
import { bitsPerPixel } from "../../../src/engine/devices/genicam/pixels/pfnc.ts";
import type { CameraMemory } from "./camera-memory.ts";
import { MAP, REG, SENSOR, SIRM } from "./camera-map.ts";

const INVALID = 0x8002;
const READ_ONLY = 0x8004;
const ACCESS_DENIED = 0x8006;

/** Registers that must stand still while pictures are taken. */
const GEOMETRY: ReadonlySet<number> = new Set([REG.width, REG.height, REG.offsetX, REG.offsetY, REG.binningX, REG.binningY, REG.pixelFormat, REG.chunkMode]);

/** Status with which a write is refused; 0 where it is granted. */
export function checkWrite(memory: CameraMemory, address: bigint, bytes: Uint8Array): number {
  const at = Number(address);
  const isUserName = at >= 0x184 && at + bytes.length <= 0x1c4;
  const isStream = at >= MAP.sirm + SIRM.control && at < MAP.sirm + 0x30 && !(at >= MAP.sirm + SIRM.payload && at < MAP.sirm + SIRM.maxLeader);
  if (!isUserName && !isStream && at < MAP.features) return READ_ONLY;
  if (at === REG.payloadSize || at === REG.temperature) return READ_ONLY;
  if (GEOMETRY.has(at) && memory.u32(REG.locked) === 1) return ACCESS_DENIED;
  const value = bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0;
  if ((at === REG.binningX || at === REG.binningY) && (value < 1 || value > 4)) return INVALID;
  if (at === REG.width && (value < 16 || value % 8 !== 0 || value > SENSOR.width)) return INVALID;
  if (at === REG.height && (value < 16 || value % 2 !== 0 || value > SENSOR.height)) return INVALID;
  return 0;
}

/** Sizes that follow from others: the region fits the binned sensor, the payload follows from the region. */
export function settle(memory: CameraMemory, payloadBytes: () => number): void {
  const clamp = (register: number, most: number, step: number): void => {
    if (memory.u32(register) > most) memory.setU32(register, Math.floor(most / step) * step);
  };
  clamp(REG.width, Math.floor(SENSOR.width / memory.u32(REG.binningX)), 8);
  clamp(REG.height, Math.floor(SENSOR.height / memory.u32(REG.binningY)), 2);
  const payload = payloadBytes();
  memory.setU32(REG.payloadSize, payload);
  memory.setU32(MAP.sirm + SIRM.payload, payload);
  memory.setU32(MAP.sirm + SIRM.payload + 4, 0);
}

/** Bytes of the picture as the registers are set, padding of lines included. */
export function pictureBytes(memory: CameraMemory, linePadding: number): number {
  const bits = bitsPerPixel(memory.u32(REG.pixelFormat));
  const width = memory.u32(REG.width);
  const height = memory.u32(REG.height);
  return linePadding === 0 ? Math.ceil((width * height * bits) / 8) : height * (Math.ceil((width * bits) / 8) + linePadding);
}
