import type { ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import type { CameraLoss, CapturedFrame } from "../../../src/engine/devices/api/camera.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import type { Transcript } from "../../../src/engine/devices/transports/transcript.ts";
import type { CameraMemory, StoredXml } from "./camera-memory.ts";
import type { FrameSource } from "./frame-source.ts";
import { valueOf } from "./settled.ts";

/** What every virtual camera can be made with. */
export interface RigOptions {
  readonly source?: FrameSource;
  readonly file?: StoredXml;
  readonly bigEndianChunks?: boolean;
  readonly linePadding?: number;
  /** Where the conversation is written down. */
  readonly transcript?: Transcript;
}

/** What is still there of a camera and of what leads to it. */
export interface Remains {
  /** Devices or sockets opened and not closed. */
  readonly open: number;
  /** Transfers waiting, or cameras that still believe to obey us. */
  readonly held: number;
  /** Timers pending. */
  readonly timers: number;
}

export const NOTHING_LEFT: Remains = { open: 0, held: 0, timers: 0 };

/** A virtual camera, our driver for it, what lies between them, and the clock all go by, whatever the transport. */
export interface GenicamRig {
  readonly camera: GenicamCamera;
  readonly clock: ManualClock;
  readonly memory: CameraMemory;
  /** Faults waiting to happen to answers and blocks, by the names of the transport's `faults.ts`. */
  readonly faults: { readonly replies: string[]; readonly blocks: string[]; deafMs: number; readonly denied: Set<number> };
  /** Pictures taken, those that were never sent included. */
  exposedCount(): number;
  /** The cable comes out, and goes in again. Out twice is out. */
  unplug(): void;
  plug(): void;
  /** In goes another camera of the same kind and number, fresh from the factory, that lets nobody write what the first one did not. */
  plugAnother(): CameraMemory;
  remains(): Remains;
  /** Puts everything away; whether anything is left `remains` tells. */
  end(): Promise<void>;
}

/** What a run brought. */
export interface Seen {
  readonly pool: ReturnType<typeof createFramePool>;
  readonly frames: { readonly sequence: number; readonly bytes: Uint8Array; readonly format: string }[];
  readonly losses: CameraLoss[];
  readonly ends: string[];
}

/** Connects, runs and writes down what comes. */
export async function running({ camera, clock }: Pick<GenicamRig, "camera" | "clock">): Promise<Seen> {
  await valueOf(clock, camera.connect());
  const pool = createFramePool({ slotBytes: Math.max(64, bytesPerFrame(camera.settings())), slotCount: 5 });
  const seen: Seen = { pool, frames: [], losses: [], ends: [] };
  camera.onDidCapture(({ header, buffer }: CapturedFrame) => {
    seen.frames.push({ sequence: header.deviceSequence, bytes: buffer.bytes.slice(), format: header.pixelFormat });
    buffer.release();
  });
  camera.onDidLose((loss) => seen.losses.push(loss));
  camera.onDidEnd(({ reason }) => seen.ends.push(reason));
  await valueOf(clock, camera.startAcquisition(pool));
  return seen;
}

export const lostIn = (seen: Seen): number => seen.losses.reduce((sum, { count }) => sum + count, 0);

/** Bytes of the picture with this number, as `rampSource` makes them. */
export const ramp = (length: number, index: number): Uint8Array => new Uint8Array(length).map((_, i) => i + index);
