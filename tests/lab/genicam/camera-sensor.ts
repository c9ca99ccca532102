import type { Clock } from "../../../src/core/clock.ts";
import { bitsPerPixel } from "../../../src/engine/devices/genicam/pixels/pfnc.ts";
import type { CameraMemory } from "./camera-memory.ts";
import { pictureBytes } from "./feature-rules.ts";
import type { Exposing, FrameSource } from "./frame-source.ts";
import { CHUNK_EXPOSURE, REG } from "./sensor-map.ts";

/** What is behind every virtual camera's transport: exposures in time, and the payload of each. */
export interface CameraSensor {
  /** Payload bytes as the registers are set, chunks included. */
  payloadBytes(): number;
  hasChunks(): boolean;
  /** What the registers say of the picture to be taken. */
  exposing(index: number): Exposing;
  /** The payload of one picture: lines padded, chunks behind it where they are on. */
  payload(exposing: Exposing): Uint8Array;
  /** Pictures at the set rate from now on, until `halt`. Running twice is harmless. */
  run(): boolean;
  halt(): void;
  /** Takes one picture now, where the trigger is on. */
  trigger(): void;
}

export interface SensorParts {
  readonly clock: Clock;
  readonly source: FrameSource;
  readonly memory: CameraMemory;
  /** A picture is due. */
  readonly expose: () => void;
  readonly bigEndianChunks?: boolean;
  /** Bytes added to each line of a picture. */
  readonly linePadding?: number;
  /** Byte order of the exposure inside its chunk: the registers' own. */
  readonly isLittleEndian: boolean;
}

export function createCameraSensor({ clock, source, memory, expose, bigEndianChunks = false, linePadding = 0, isLittleEndian }: SensorParts): CameraSensor {
  let running: AbortController | undefined;

  const isTriggered = (): boolean => memory.u32(REG.triggerMode) === 1;
  const hasChunks = (): boolean => memory.u32(REG.chunkMode) === 1;
  const chunkBytes = (): number => (hasChunks() ? 8 + 8 + 8 : 0);

  const padded = (picture: Uint8Array, height: number): Uint8Array => {
    if (linePadding === 0) return picture;
    const line = picture.length / height;
    const bytes = new Uint8Array(height * (line + linePadding)).fill(0xee);
    for (let y = 0; y < height; y++) bytes.set(picture.subarray(y * line, (y + 1) * line), y * (line + linePadding));
    return bytes;
  };

  const withChunks = (picture: Uint8Array): Uint8Array => {
    if (!hasChunks()) return picture;
    const bytes = new Uint8Array(picture.length + chunkBytes());
    const view = new DataView(bytes.buffer);
    bytes.set(picture);
    const footer = (at: number, id: number, length: number): void => {
      view.setUint32(at, id, !bigEndianChunks);
      view.setUint32(at + 4, length, !bigEndianChunks);
    };
    footer(picture.length, 1, picture.length);
    view.setFloat64(picture.length + 8, memory.f64(REG.exposure), isLittleEndian);
    footer(picture.length + 16, CHUNK_EXPOSURE, 8);
    return bytes;
  };

  const loop = async (stop: AbortSignal): Promise<void> => {
    let dueMs = clock.nowMs();
    for (;;) {
      const periodMs = Math.max(1e6 / memory.u32(REG.frameRate), memory.f64(REG.exposure) / 1000);
      dueMs = Math.max(dueMs + periodMs, clock.nowMs());
      await clock.delay(dueMs - clock.nowMs(), stop);
      if (stop.aborted) return;
      if (!isTriggered()) expose();
    }
  };

  return {
    hasChunks,
    payloadBytes: () => pictureBytes(memory, linePadding) + chunkBytes(),
    exposing(index) {
      const pixelFormat = memory.u32(REG.pixelFormat);
      return {
        width: memory.u32(REG.width), height: memory.u32(REG.height), offsetX: memory.u32(REG.offsetX), offsetY: memory.u32(REG.offsetY),
        binning: memory.u32(REG.binningX) * memory.u32(REG.decimationX), pixelFormat, bitsPerPixel: bitsPerPixel(pixelFormat), exposureUs: memory.f64(REG.exposure), index,
      };
    },
    payload: (exposing) => withChunks(padded(source(exposing), exposing.height)),
    run() {
      if (running !== undefined) return false;
      running = new AbortController();
      // Ends by the abort alone, whose reason is of no interest.
      loop(running.signal).then(undefined, () => undefined);
      return true;
    },
    halt() {
      running?.abort();
      running = undefined;
    },
    trigger() {
      if (running !== undefined && isTriggered()) expose();
    },
  };
}
