import type { Clock } from "../../../src/core/clock.ts";
import { createFrameLedger } from "../../../src/core/acquisition/frame-ledger.ts";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { createFrameRouter } from "../../../src/engine/acquisition/frame-router.ts";
import { bytesPerFrame } from "../../../src/engine/acquisition/run-pool.ts";
import type { CameraLoss } from "../../../src/engine/devices/api/camera.ts";
import type { GenicamCamera } from "../../../src/engine/devices/genicam/camera/genicam-camera.ts";
import type { LedgerReport } from "../../../src/shared/domain/ledger.ts";

/** What a camera delivered and lost in a stretch of time, by the instrument's own account. */
export interface StreamTally {
  readonly frames: number;
  readonly bytes: number;
  readonly seconds: number;
  /** What the camera said it lost. */
  readonly told: Readonly<Record<CameraLoss["reason"], number>>;
  readonly ledger: LedgerReport;
  /** Frames missing in the camera's numbers that it did not own up to: the router counts them besides. */
  readonly unaccounted: number;
  readonly reports: readonly string[];
}

/** Lets a connected camera run through the frame router until `isEnough`, or for so long. Every buffer is back when it resolves. */
export async function watchStream(camera: GenicamCamera, clock: Clock, limitMs: number, isEnough: (frames: number, lost: number) => boolean = () => false): Promise<StreamTally> {
  const pool = createFramePool({ slotBytes: bytesPerFrame(camera.settings()), slotCount: 6 });
  const ledger = createFrameLedger();
  const told = { "camera-gap": 0, "no-buffer": 0, incomplete: 0 };
  const reports: string[] = [];
  const counts = { frames: 0, bytes: 0, lost: 0 };
  const enough = new AbortController();
  const look = (): void => {
    if (isEnough(counts.frames, counts.lost)) enough.abort();
  };
  const router = createFrameRouter({
    camera, clock, ledger,
    stamp: (captured) => ({ ...captured, settled: true, settingsHash: "lab" }),
    record: () => undefined,
    analysis: { offer: () => "skipped" },
    preview: {
      offer({ buffer }) {
        counts.frames += 1;
        counts.bytes += buffer.bytes.length;
        look();
        return "skipped";
      },
    },
  });
  const unlisten = [
    camera.onDidLose(({ count, reason }) => {
      told[reason] += count;
      counts.lost += count;
      look();
    }),
    camera.onDidReport(({ message }) => reports.push(message)),
  ];
  const startedMs = clock.nowMs();
  await camera.startAcquisition(pool, { timeoutMs: 15_000 });
  await clock.delay(limitMs, enough.signal).catch(() => undefined);
  const seconds = (clock.nowMs() - startedMs) / 1000;
  await camera.stopAcquisition({ timeoutMs: 15_000 });
  for (const leave of unlisten) leave();
  router.dispose();
  pool.assertAllFree();
  ledger.settle();
  const report = ledger.report();
  const inLedger = Object.values(report.lost).reduce((sum, count) => sum + count, 0);
  return { frames: counts.frames, bytes: counts.bytes, seconds, told, ledger: report, unaccounted: inLedger - counts.lost, reports };
}
