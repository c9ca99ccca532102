import type { Clock } from "../../../src/core/clock.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import type { CameraLoss } from "../../../src/engine/devices/api/camera.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";

/** What a camera delivered and lost in a stretch of time. */
export interface StreamTally {
  readonly frames: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly lost: Readonly<Record<CameraLoss["reason"], number>>;
  /** Numbers between the first and the last frame that neither a frame nor a loss accounts for. */
  readonly unaccounted: number;
  readonly reports: readonly string[];
}

/** Lets a connected camera run until `isEnough`, or for so long, and counts. Every buffer is back when it resolves. */
export async function watchStream(camera: GenicamCamera, clock: Clock, limitMs: number, isEnough: (frames: number) => boolean = () => false): Promise<StreamTally> {
  const pool = createFramePool({ slotBytes: bytesPerFrame(camera.settings()), slotCount: 6 });
  const numbers = { first: -1, last: -1 };
  const lost = { "camera-gap": 0, "no-buffer": 0, incomplete: 0 };
  const reports: string[] = [];
  let frames = 0;
  let bytes = 0;
  let lostBetween = 0;
  let lostSince = 0;
  const enough = new AbortController();
  const unlisten = [
    camera.onDidCapture(({ header, buffer }) => {
      if (numbers.first < 0) numbers.first = header.deviceSequence;
      else lostBetween += lostSince;
      lostSince = 0;
      numbers.last = header.deviceSequence;
      frames += 1;
      bytes += buffer.bytes.length;
      buffer.release();
      if (isEnough(frames)) enough.abort();
    }),
    camera.onDidLose(({ count, reason }) => {
      lost[reason] += count;
      lostSince += count;
    }),
    camera.onDidReport(({ message }) => reports.push(message)),
  ];
  const startedMs = clock.nowMs();
  await camera.startAcquisition(pool);
  await clock.delay(limitMs, enough.signal).catch(() => undefined);
  const seconds = (clock.nowMs() - startedMs) / 1000;
  await camera.stopAcquisition();
  for (const leave of unlisten) leave();
  pool.assertAllFree();
  const between = frames === 0 ? 0 : numbers.last - numbers.first + 1 - frames;
  return { frames, bytes, seconds, lost, unaccounted: between - lostBetween, reports };
}
