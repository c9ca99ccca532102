import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { createFramePool } from "../../src/engine/acquisition/frame-pool.ts";
import { createUsb3VisionCamera, findUsb3VisionCameras } from "../../src/engine/devices/drivers/usb3vision/discover.ts";
import type { GenicamCamera } from "../../src/engine/devices/genicam/camera/genicam-camera.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import type { Clock } from "../../src/core/clock.ts";
import { CAMERA_PIXEL_FORMATS } from "../lab/genicam/camera-xml.ts";
import { REG } from "../lab/genicam/sensor-map.ts";
import { type CameraModel, createCameraModel } from "../lab/usb3vision/camera-model.ts";
import { rampSource, stillSource } from "../lab/genicam/frame-source.ts";
import { createInProcessUsb } from "../lab/usb3vision/in-process-usb.ts";
import type { Figure, RunBench } from "./support/bench.ts";

const FRAME_BYTES = 1920 * 1200;
const SECONDS = 5;
const OFFERED = 160;
/** One hour at 20 frames/s. */
const HOUR_FRAMES = 72_000;

interface Running {
  readonly camera: GenicamCamera;
  readonly model: CameraModel;
  counts(): { readonly frames: number; readonly bytes: number; readonly lost: number };
  end(): Promise<void>;
}

async function start(model: CameraModel, clock: Clock, slotBytes: number): Promise<Running> {
  const usb = createInProcessUsb();
  usb.plug(model);
  const [found] = await findUsb3VisionCameras(usb);
  if (found === undefined) throw new Error("the virtual camera was not found");
  const camera = createUsb3VisionCamera({ identity: found.identity, bus: usb, clock });
  await camera.connect();
  const pool = createFramePool({ slotBytes, slotCount: 4 });
  let frames = 0;
  let bytes = 0;
  let lost = 0;
  camera.onDidCapture(({ buffer }) => {
    frames += 1;
    bytes += buffer.bytes.length;
    buffer.release();
  });
  camera.onDidLose(({ count }) => { lost += count; });
  await camera.startAcquisition(pool);
  return {
    camera, model, counts: () => ({ frames, bytes, lost }),
    async end() {
      await camera.dispose();
      pool.assertAllFree();
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/**
 * Payload bytes a second through the receive path: the device model puts them into the waiting transfers (as the bus
 * would), the driver copies each once into the frame, or unpacks it on the way.
 */
async function throughput(format: string): Promise<number> {
  const clock = createManualClock();
  const model = createCameraModel({ clock, source: stillSource() });
  model.memory.setU32(REG.pixelFormat, CAMERA_PIXEL_FORMATS[format] ?? 0);
  const running = await start(model, clock, FRAME_BYTES * 2);
  const payload = model.stream.payloadBytes();
  for (let i = 0; i < 20; i++) {
    model.stream.expose();
    await turn();
  }
  const before = running.counts();
  const startedMs = performance.now();
  let exposed = 0;
  while (performance.now() - startedMs < SECONDS * 1000) {
    model.stream.expose();
    exposed += 1;
    await turn();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const after = running.counts();
  await running.end();
  if (after.frames - before.frames + after.lost - before.lost !== exposed) throw new Error("a frame was neither delivered nor counted as lost");
  return ((after.frames - before.frames) * payload) / 1e6 / seconds;
}

/** The virtual camera by the real clock: every frame it took is delivered, counted as lost, or cut by the stop. */
async function offered(log: (line: string) => void): Promise<readonly Figure[]> {
  const model = createCameraModel({ clock: systemClock, source: stillSource() });
  const running = await start(model, systemClock, FRAME_BYTES);
  await running.camera.applySettings({ exposureMs: 1, frameRate: OFFERED });
  await systemClock.delay(500);
  log(`1920 x 1200 Mono8, ${OFFERED} frames/s offered: ${SECONDS} s`);
  const before = { ...running.counts(), exposed: model.stream.exposedCount() };
  const startedMs = performance.now();
  await systemClock.delay(SECONDS * 1000);
  const seconds = (performance.now() - startedMs) / 1000;
  const taken = model.stream.exposedCount() - before.exposed;
  const after = running.counts();
  await running.camera.stopAcquisition();
  const total = running.counts();
  const unaccounted = model.stream.exposedCount() - total.frames - total.lost;
  await running.end();
  return [
    { label: "virtual camera: frames delivered", value: (after.frames - before.frames) / seconds, unit: "frames/s" },
    { label: "virtual camera: taken, delivered or lost", value: (after.frames - before.frames + after.lost - before.lost) / Math.max(1, taken), unit: "", target: { atLeast: 0.99 } },
    { label: "virtual camera: not accounted for at the end", value: unaccounted, unit: "frames", target: { atMost: 1 } },
  ];
}

/** An hour of small frames by a clock that is turned: what memory has grown by at the end, after the first tenth. */
async function hour(): Promise<number> {
  const clock = createManualClock();
  const model = createCameraModel({ clock, source: rampSource });
  model.memory.setU32(REG.width, 64);
  model.memory.setU32(REG.height, 48);
  const running = await start(model, clock, 64 * 48);
  const heap = (): number => {
    // Without the collector at hand the figure is that of the process, which is only coarser.
    (globalThis as { gc?: () => void }).gc?.();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  let early = 0;
  for (let frames = 0; frames < HOUR_FRAMES; frames += 20) {
    await clock.advance(1000);
    if (frames === HOUR_FRAMES / 10) early = heap();
  }
  const grown = heap() - early;
  const { frames, lost } = running.counts();
  await running.end();
  if (frames + lost !== model.stream.exposedCount()) throw new Error("a frame was neither delivered nor counted as lost");
  return grown / 2 ** 20;
}

/** USB3 Vision over a transport in memory. */
export const run: RunBench = async ({ log }) => {
  const figures: Figure[] = [];
  for (const format of ["Mono8", "Mono12p", "Mono10p"]) {
    log(`receive path, ${format}: ${SECONDS} s`);
    const value = await throughput(format);
    figures.push({ label: `receive path: ${format} payload`, value, unit: "MB/s", target: { atLeast: 400 } });
  }
  figures.push(...(await offered(log)));
  log("an hour of frames by a turned clock");
  figures.push({ label: "an hour of frames: memory grown", value: await hour(), unit: "MB", target: { atMost: 20 } });
  return figures;
};
