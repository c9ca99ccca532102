import path from "node:path";
import { app, powerMonitor, type BrowserWindow } from "electron";
import type { LaunchedThread } from "../engine/devices/virtual/sensor/render-thread.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";
import { createSessionOpener } from "../engine/session/session-opener.ts";
import { errorDataOf, describeError } from "../shared/errors.ts";
import { compose, type Composition } from "./compose.ts";
import type { CallDoor } from "./early-calls.ts";
import { runDemo } from "./demo.ts";
import { implementCalls } from "./implementations.ts";
import { startIpcRouter } from "./ipc-router.ts";
import { watchForTheUnexpected } from "./last-resort.ts";
import { endAll } from "./leaving.ts";
import { measureLoopDelay } from "./loop-delay.ts";
import { readOptions } from "./options.ts";
import { createPreviewPump } from "./preview-pump.ts";
import { speakOnToNobody } from "./spoken-to-nobody.ts";

/** The screen shows at most ten states a second; pictures come on a way of their own. */
const SNAPSHOT_INTERVAL_MS = 100;
/** The model waits no longer than this for the first picture, nor the camera for the page: either may never come. */
const FIRST_PICTURE_MS = 3000;
/** A demonstration that nobody can see has failed. */
const SHOW_DEADLINE_MS = 20_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The window as it was opened before this code was read. */
export interface OpenedWindow {
  readonly window: BrowserWindow;
  /** Where its page's calls wait. */
  readonly door: CallDoor;
  /** Its page has loaded already: nobody tells that again. */
  readonly isPageReady: boolean;
}

/**
 * Puts the instrument together and joins it to the window, which loads meanwhile. Resolves once the page's calls are
 * answered; the rest of the app's life goes on by itself.
 * @param launched the virtual camera's rendering thread, where one was started before this code was read
 * @throws OcularError when the command line cannot be understood
 */
export function runApp({ window, door, isPageReady }: OpenedWindow, launched: LaunchedThread | undefined): void {
  const options = readOptions(process.argv.slice(1), process.env);
  window.setContentSize(options.window.width, options.window.height);
  const pump = createPreviewPump(() => systemClock.nowMs());
  const loopDelay = measureLoopDelay();
  const composition = compose(options, { preview: pump, firstPicture: Promise.race([pump.firstShown, systemClock.delay(FIRST_PICTURE_MS)]), loopDelayP99Ms: () => loopDelay.p99Ms(), launched, window: () => (window.isDestroyed() ? undefined : window), documents: app.getPath("documents"), profile: app.getPath("userData"), version: app.getVersion() });
  const { instrument } = composition;
  speakOnToNobody([process.stdout, process.stderr]);
  watchForTheUnexpected(process, { announce: (tone, text) => { instrument.announce(tone, text); }, stopMotion: () => instrument.stopMotion(), say: (line) => { process.stderr.write(`${line}\n`); } });
  const stopServing = connectScreen({ window, door, isPageReady }, composition, pump);

  app.on("second-instance", () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  let leaving = false;
  const leave = async (code: number): Promise<void> => {
    if (leaving) return;
    leaving = true;
    stopServing();
    loopDelay.dispose();
    const { devices, tuning, exploring, batching } = composition;
    // The instrument first: it stops what moves and darkens what is lit. The devices' ports next, then what only computes.
    const allWell = await endAll([
      { name: "the microscope", end: () => instrument.dispose() },
      { name: "the devices", end: () => devices.dispose() },
      { name: "the recipe tuner", end: () => tuning.dispose() },
      { name: "the explorer", end: () => exploring.dispose() },
      { name: "the batch", end: () => batching.dispose() },
    ], systemClock, (line) => { process.stderr.write(`${line}\n`); });
    app.exit(code === 0 && !allWell ? 1 : code);
  };
  // Not when the last window closes: a webcam has a hidden one of its own.
  window.on("closed", () => { void leave(0); });
  app.on("window-all-closed", () => { void leave(0); });
  // Quitting by the menu, its key or the system would end the process while the microscope is still being stopped. Leaving ends it itself.
  app.on("will-quit", (event) => {
    event.preventDefault();
    void leave(0);
  });
  // The last one comes from the terminal that it was started in, when that is closed.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => { void leave(0); });
  // Windows ends a session without the quitting above.
  window.on("session-end", () => { void leave(0); });
  // A controller would drive on and a lamp burn until somebody wakes the computer: by then a port may be another one.
  powerMonitor.on("suspend", () => { void instrument.screenLost("The computer goes to sleep"); });

  const { demo } = options;
  const work = async (): Promise<void> => {
    // Frames that nobody can see yet would only take the processor from the page. Its code runs now and the screen is
    // built: that takes longer than the camera's first frame.
    await Promise.race([pump.attached, systemClock.delay(FIRST_PICTURE_MS)]);
    const areConnected = await composition.devices.start();
    try {
      await composition.instrument.start({ areConnected });
    } catch (error) {
      // A camera that is absent is a state of the screen, not the end of the app.
      process.stderr.write(`${describeError(errorDataOf(error, "Starting the microscope"))}\n`);
      if (demo !== undefined) await leave(1);
    }
    if (demo !== undefined) await leave(await demonstrate(composition, window, pump, demo));
  };
  void work();
}

/** Everything between the one window and the instrument: calls in, events and pictures out. */
function connectScreen({ window, door, isPageReady }: OpenedWindow, composition: Composition, pump: ReturnType<typeof createPreviewPump>): () => void {
  const { instrument } = composition;
  const contents = window.webContents;
  const { libraryFolder, catalog, seat, modelCalls, injectFault, tuning, exploring, batching, devices } = composition;
  const opener = createSessionOpener(systemClock, (progress) => { router.send("opening", progress); });
  const calls = implementCalls({
    instrument, libraryFolder, opener, catalog, seat, modelCalls, injectFault, batch: batching.calls, devices: devices.calls,
    openTuner: () => tuning.open(), openFeatures: () => exploring.open(), exportCells: (folder) => exploring.export(folder),
  });
  const router = startIpcRouter(door, calls, () => (contents.isDestroyed() || contents.isCrashed() ? undefined : contents));
  // Each load of the page gets a fresh stream; a page that crashed is loaded again while acquisition goes on.
  contents.on("dom-ready", () => { pump.attach(contents); });
  contents.on("render-process-gone", (_event, details) => {
    if (details.reason === "clean-exit") return;
    // A key that was held on a dead page is never let go of.
    void instrument.screenLost();
    contents.reload();
  });
  if (isPageReady) pump.attach(contents);
  pump.onDidShow(({ shownFrameId }) => { instrument.previewShown(shownFrameId); });

  composition.batching.onDidChange((status) => { router.send("batch", status); });
  devices.tell({
    devices: (setup) => { router.send("devices", setup); }, probe: (progress) => { router.send("probe", progress); }, console: (lines) => { router.send("console", lines); },
  });

  let lastSent = "";
  let wasOpen = false;
  const timer = setInterval(() => {
    const snapshot = instrument.snapshot();
    const isOpen = snapshot.session !== undefined;
    // While a session is open devices cannot be changed: their screen says so.
    if (isOpen !== wasOpen) devices.touch();
    wasOpen = isOpen;
    const text = JSON.stringify(snapshot);
    if (text === lastSent) return;
    lastSent = text;
    router.send("snapshot", snapshot);
  }, SNAPSHOT_INTERVAL_MS);
  const unsubscribes = [
    instrument.on("overlay", (set, header) => { router.send("overlay", { set, header }); }),
    instrument.on("compared", (comparison) => { router.send("compared", comparison); }),
    instrument.on("field", (field) => { router.send("field", field); }),
    instrument.on("log", (line) => { router.send("log", line); }),
    instrument.on("alert", (tone, text, about) => { router.send("toast", { tone, text, ...(about === undefined ? {} : { about }) }); }),
    instrument.on("cured", (about) => { router.send("cured", { about }); }),
  ];
  return () => {
    clearInterval(timer);
    for (const unsubscribe of unsubscribes) unsubscribe();
    router.dispose();
    pump.dispose();
  };
}

async function demonstrate(composition: Composition, window: BrowserWindow, pump: ReturnType<typeof createPreviewPump>, demo: { outDir: string; fields: number }): Promise<number> {
  let shown = -1;
  const waiting = new Set<() => void>();
  pump.onDidShow(({ shownFrameId }) => {
    shown = shownFrameId;
    for (const check of waiting) check();
  });
  const shownAfter = (frameId: number): Promise<void> => {
    const drawn = new Promise<void>((resolve) => {
      const check = (): void => {
        // Two more frames: the overlay of the kept field is drawn with the picture that follows its event.
        if (shown < frameId + 2) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
    const late = systemClock.delay(SHOW_DEADLINE_MS).then(() => { throw new Error(`no picture reached the screen within ${SHOW_DEADLINE_MS / 1000} s`); });
    return Promise.race([drawn, late]);
  };
  try {
    await composition.analyzerReady();
    return await runDemo({ instrument: composition.instrument, window, outDir: path.resolve(demo.outDir), fields: demo.fields, truth: composition.truth, specimen: composition.specimenName, shownAfter, print: say });
  } catch (error) {
    process.stderr.write(`${describeError(errorDataOf(error, "The demonstration"))}\n`);
    return 1;
  }
}
