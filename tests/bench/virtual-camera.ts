import { createFramePool } from "../../src/engine/acquisition/frame-pool.ts";
import { createVirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { um } from "../../src/shared/units.ts";
import type { Figure, RunBench } from "./support/bench.ts";

const SECONDS = 10;

/** The virtual camera alone: 1280x960 raw colour at 30 frames/s from its own thread, the stage still and travelling. */
export const run: RunBench = async ({ log }) => {
  const microscope = createVirtualMicroscope({ specimen: "blood-smear", clock: systemClock, frameRate: 30 });
  await microscope.connect();
  const pool = createFramePool({ slotBytes: 1280 * 960, slotCount: 6 });
  let frames = 0;
  let lost = 0;
  microscope.camera.onDidCapture(({ buffer }) => {
    frames += 1;
    buffer.release();
  });
  microscope.camera.onDidLose(({ count }) => { lost += count; });
  await microscope.camera.startAcquisition(pool);
  const figures: Figure[] = [];
  const measure = async (name: string, meanwhile: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    log(`${name}: ${SECONDS} s`);
    // The first pictures of a place build its tiles.
    await systemClock.delay(1500);
    const before = { frames, lost, cpu: process.cpuUsage(), atMs: performance.now() };
    const over = new AbortController();
    const moving = meanwhile(over.signal);
    await systemClock.delay(SECONDS * 1000);
    over.abort();
    await moving;
    const { user, system } = process.cpuUsage(before.cpu);
    const seconds = (performance.now() - before.atMs) / 1000;
    figures.push(
      { label: `${name}: frames`, value: (frames - before.frames) / seconds, unit: "frames/s", target: { atLeast: 29 } },
      { label: `${name}: lost`, value: lost - before.lost, unit: "" },
      { label: `${name}: processor`, value: (user + system) / 1e6 / seconds, unit: "cores", target: { atMost: 1 } },
    );
  };
  await measure("still", () => Promise.resolve());
  await measure("a quarter field four times a second", async (signal) => {
    for (let n = 1; !signal.aborted; n++) {
      await microscope.stage.moveTo({ x: um(n * 27.6), y: um(0) });
      await systemClock.delay(200);
    }
  });
  await microscope.camera.stopAcquisition();
  await microscope.dispose();
  return figures;
};
