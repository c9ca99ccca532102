import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";

/** What came of a camera since it is watched: each frame is looked at and given back at once. */
export interface CameraWatch {
  readonly pool: ReturnType<typeof createFramePool>;
  readonly counts: { frames: number; lost: number; bytes: number };
  /** When the last frame came. */
  lastMs(): number;
  readonly sequences: number[];
  readonly ends: string[];
  readonly reports: string[];
  /** What was wrong with frames: nothing, if all is well. */
  readonly wrong: string[];
  /** Begins a run: the test pattern may begin anywhere. */
  restart(): void;
  end(): void;
}

const SLOTS = 6;

/** @param isRamp the camera sends its test pattern: every byte is looked at */
export function watchCamera(camera: GenicamCamera, isRamp: boolean): CameraWatch {
  const pool = createFramePool({ slotBytes: bytesPerFrame(camera.settings()), slotCount: SLOTS });
  const counts = { frames: 0, lost: 0, bytes: 0 };
  const sequences: number[] = [];
  const ends: string[] = [];
  const reports: string[] = [];
  const wrong: string[] = [];
  const ramp = new Uint8Array(bytesPerFrame(camera.settings()) + 256).map((_, index) => index & 255);
  let lastMs = systemClock.nowMs();
  let first: { readonly sequence: number; readonly value: number } | undefined;
  const unlisten = [
    camera.onDidCapture(({ header, buffer }) => {
      const { bytes } = buffer;
      counts.frames += 1;
      lastMs = systemClock.nowMs();
      counts.bytes += bytes.length;
      sequences.push(header.deviceSequence);
      const value = bytes[0] ?? 0;
      if (isRamp) {
        first ??= { sequence: header.deviceSequence, value };
        const expected = (first.value + header.deviceSequence - first.sequence) & 255;
        if (value !== expected) wrong.push(`frame ${header.deviceSequence} is number ${value} of the pattern, not ${expected}`);
        if (Buffer.compare(bytes, ramp.subarray(value, value + bytes.length)) !== 0) wrong.push(`frame ${header.deviceSequence} has a wrong byte`);
      }
      buffer.release();
    }),
    camera.onDidLose(({ count }) => {
      counts.lost += count;
    }),
    camera.onDidEnd(({ reason }) => ends.push(reason)),
    camera.onDidReport(({ message }) => reports.push(message)),
  ];
  return {
    pool, counts, sequences, ends, reports, wrong,
    lastMs: () => lastMs,
    restart() {
      first = undefined;
    },
    end() {
      for (const each of unlisten) each();
    },
  };
}
