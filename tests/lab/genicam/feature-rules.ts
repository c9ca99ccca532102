/** Which writes to features the virtual cameras refuse, and how their registers follow from each other. */
import { bitsPerPixel } from "../../../src/engine/devices/genicam/pixels/pfnc.ts";
import type { CameraMemory } from "./camera-memory.ts";
import { REG, SENSOR } from "./sensor-map.ts";

/** Statuses that GenCP and GVCP have in common. */
export const REFUSED = { invalid: 0x8002, noAddress: 0x8003, readOnly: 0x8004, misaligned: 0x8005, denied: 0x8006 } as const;

/** Whole numbers from 1 to 4. */
const FACTORS: ReadonlySet<number> = new Set([REG.binningX, REG.binningY, REG.decimationX, REG.decimationY]);
/** Registers that must stand still while pictures are taken. */
const GEOMETRY: ReadonlySet<number> = new Set([REG.width, REG.height, REG.offsetX, REG.offsetY, REG.binningX, REG.binningY, REG.decimationX, REG.decimationY, REG.pixelFormat, REG.chunkMode]);

/** Status with which a write of a feature is refused; 0 where it is granted. */
export function checkFeatureWrite(memory: CameraMemory, at: number, value: number): number {
  if (at === REG.payloadSize || at === REG.temperature) return REFUSED.readOnly;
  if (GEOMETRY.has(at) && memory.u32(REG.locked) === 1) return REFUSED.denied;
  if (FACTORS.has(at) && (value < 1 || value > 4)) return REFUSED.invalid;
  if (at === REG.width && (value < 16 || value % 8 !== 0 || value > SENSOR.width)) return REFUSED.invalid;
  if (at === REG.height && (value < 16 || value % 2 !== 0 || value > SENSOR.height)) return REFUSED.invalid;
  return 0;
}

/** Sizes that follow from others: the region fits the sensor as it is binned and decimated, the payload follows from the region. */
export function settleFeatures(memory: CameraMemory, payloadBytes: () => number): number {
  const clamp = (register: number, most: number, step: number): void => {
    if (memory.u32(register) > most) memory.setU32(register, Math.floor(most / step) * step);
  };
  clamp(REG.width, Math.floor(SENSOR.width / (memory.u32(REG.binningX) * memory.u32(REG.decimationX))), 8);
  clamp(REG.height, Math.floor(SENSOR.height / (memory.u32(REG.binningY) * memory.u32(REG.decimationY))), 2);
  const payload = payloadBytes();
  memory.setU32(REG.payloadSize, payload);
  return payload;
}

/** Bytes of the picture as the registers are set, padding of lines included. */
export function pictureBytes(memory: CameraMemory, linePadding: number): number {
  const bits = bitsPerPixel(memory.u32(REG.pixelFormat));
  const width = memory.u32(REG.width);
  const height = memory.u32(REG.height);
  return linePadding === 0 ? Math.ceil((width * height * bits) / 8) : height * (Math.ceil((width * bits) / 8) + linePadding);
}
