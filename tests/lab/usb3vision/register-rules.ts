/** Which writes the virtual USB3 Vision camera refuses, and how its stream's registers follow from its features. */
import type { CameraMemory } from "../genicam/camera-memory.ts";
import { checkFeatureWrite, REFUSED, settleFeatures } from "../genicam/feature-rules.ts";
import { FEATURES_ADDRESS } from "../genicam/sensor-map.ts";
import { MAP, SIRM } from "./camera-map.ts";

/** Status with which a write is refused; 0 where it is granted. */
export function checkWrite(memory: CameraMemory, address: bigint, bytes: Uint8Array): number {
  const at = Number(address);
  const isUserName = at >= 0x184 && at + bytes.length <= 0x1c4;
  const isStream = at >= MAP.sirm + SIRM.control && at < MAP.sirm + 0x30 && !(at >= MAP.sirm + SIRM.payload && at < MAP.sirm + SIRM.maxLeader);
  if (!isUserName && !isStream && at < FEATURES_ADDRESS) return REFUSED.readOnly;
  return checkFeatureWrite(memory, at, bytes.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0);
}

/** Sizes that follow from others, those that the stream asks for included. */
export function settle(memory: CameraMemory, payloadBytes: () => number): void {
  const payload = settleFeatures(memory, payloadBytes);
  memory.setU32(MAP.sirm + SIRM.payload, payload);
  memory.setU32(MAP.sirm + SIRM.payload + 4, 0);
}
