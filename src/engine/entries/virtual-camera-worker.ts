/** Thread that renders the frames of the virtual camera into shared memory, and builds ahead while it waits. */
import { parentPort, workerData } from "node:worker_threads";
import { opticsOf } from "../devices/virtual/optics/optics.ts";
import { frameSize, type Exposure } from "../devices/virtual/sensor/exposure.ts";
import { firstExposure } from "../devices/virtual/sensor/first-exposure.ts";
import { FrameRenderer } from "../devices/virtual/sensor/frame-renderer.ts";
import type { RenderReply, RenderRequest, Scene } from "../devices/virtual/sensor/render-thread.ts";
import { createSpecimen } from "../devices/virtual/specimen/specimen.ts";
import { frameBytes } from "../../shared/domain/pixel-layout.ts";

/** While focus moves faster than this a frame, tiles built ahead would be out of date before they are seen. */
const STEADY_FOCUS_UM = 0.05;
/** The first second belongs to the app's start: nobody travels yet, and the page wants the processor. */
const FRAMES_BEFORE_BUILDING_AHEAD = 30;

// Both sides of this port are built from one source: what arrives has the shape that was sent.
const scene = workerData as Scene;
const port = parentPort;
if (port === null) throw new Error("virtual-camera-worker runs only as a worker thread");

const renderer = new FrameRenderer(createSpecimen(scene.kind, scene.seed), opticsOf(scene.seed));
// What will be asked first takes the longest: its tiles are built, and the code that renders warmed, before anybody asks.
const first = firstExposure(scene.kind);
const { width, height } = frameSize(first.settings);
renderer.render(first, new Uint8Array(frameBytes(first.settings.pixelFormat, width, height)));
let last: Exposure | undefined;
let isBuildingAhead = false;
let frames = 0;

port.on("message", ({ id, exposure, bytes }: RenderRequest) => {
  port.postMessage(answer(id, exposure, bytes));
  const isSteady = last !== undefined && Math.abs(last.focusUm - exposure.focusUm) < STEADY_FOCUS_UM;
  last = exposure;
  frames += 1;
  if (frames > FRAMES_BEFORE_BUILDING_AHEAD && isSteady && !isBuildingAhead) {
    isBuildingAhead = true;
    setImmediate(buildAhead);
  }
});

function answer(id: number, exposure: Exposure, bytes: Uint8Array): RenderReply {
  try {
    renderer.render(exposure, bytes);
    return { id };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** One tile at a time, so that a frame never waits for more than one. */
function buildAhead(): void {
  isBuildingAhead = last !== undefined && renderer.buildAhead(last);
  if (isBuildingAhead) setImmediate(buildAhead);
}
