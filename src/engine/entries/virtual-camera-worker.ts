/** Thread that renders the frames of the virtual camera into shared memory, and builds ahead while it waits. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { keptViewName, readKeptView, writeKeptView } from "../devices/virtual/optics/kept-view.ts";
import { opticsOf } from "../devices/virtual/optics/optics.ts";
import { frameSize, type Exposure } from "../devices/virtual/sensor/exposure.ts";
import { firstExposure } from "../devices/virtual/sensor/first-exposure.ts";
import { FrameRenderer } from "../devices/virtual/sensor/frame-renderer.ts";
import type { RenderReply, RenderRequest, RenderThreadStart } from "../devices/virtual/sensor/render-thread.ts";
import { createSpecimen } from "../devices/virtual/specimen/specimen.ts";
import { frameBytes } from "../../shared/domain/pixel-layout.ts";

/** While focus moves faster than this a frame, tiles built ahead would be out of date before they are seen. */
const STEADY_FOCUS_UM = 0.05;
/** The first second belongs to the app's start: nobody travels yet, and the page wants the processor. */
const FRAMES_BEFORE_BUILDING_AHEAD = 30;

// Both sides of this port are built from one source: what arrives has the shape that was sent.
const scene = workerData as RenderThreadStart;
const port = parentPort;
if (port === null) throw new Error("virtual-camera-worker runs only as a worker thread");

const renderer = new FrameRenderer(createSpecimen(scene.kind, scene.seed), opticsOf(scene.seed));
// What will be asked first takes the longest: its tiles are built, and the code that renders warmed, before anybody asks.
const first = firstExposure(scene.kind);
let viewToKeep = restoreFirstView();
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
  // As soon as the first picture is on its way: who closes the app at once has it at the next start, too.
  viewToKeep?.();
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

/**
 * Takes in the first view of an earlier start where one was kept.
 * @returns what keeps it for the next start, where there is none yet
 */
function restoreFirstView(): (() => void) | undefined {
  const { viewsFolder } = scene;
  if (viewsFolder === undefined) return undefined;
  try {
    const name = keptViewName(scene, readFileSync(fileURLToPath(import.meta.url)));
    const kept = readKeptView(viewsFolder, name);
    if (kept !== undefined) {
      renderer.restore(kept);
      return undefined;
    }
    return () => { keepFirstView(viewsFolder, name); };
  } catch (error) {
    sayNotKept(error);
    return undefined;
  }
}

function keepFirstView(viewsFolder: string, name: string): void {
  viewToKeep = undefined;
  const tiles = renderer.tilesUnder(first);
  if (tiles === undefined) return;
  try {
    writeKeptView(viewsFolder, name, tiles);
  } catch (error) {
    sayNotKept(error);
  }
}

/** Nothing is lost but time at the next start: no reason to disturb the person. */
function sayNotKept(error: unknown): void {
  process.stderr.write(`The first view of the slide cannot be kept, so each start draws it anew: ${error instanceof Error ? error.message : String(error)}\n`);
}

/** One tile at a time, so that a frame never waits for more than one. */
function buildAhead(): void {
  isBuildingAhead = last !== undefined && renderer.buildAhead(last);
  if (isBuildingAhead) setImmediate(buildAhead);
}
