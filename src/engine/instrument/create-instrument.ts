import { createFrameLedger } from "../../core/acquisition/frame-ledger.ts";
import { describeError, errorDataOf, isOcularError, OcularError } from "../../shared/errors.ts";
import { createAcquisitionRunner } from "../acquisition/acquisition-runner.ts";
import { createFrameRouter } from "../acquisition/frame-router.ts";
import type { Device } from "../devices/api/device.ts";
import { leaveSafe } from "../devices/api/leave-safe.ts";
import { everyDevice, fittedParts } from "../devices/api/microscope.ts";
import { createActivityLog } from "./activity-log.ts";
import { watchAnalyzer } from "./analyzer-watch.ts";
import { watchDevices } from "./device-watch.ts";
import { watchDiskSpace } from "./disk-space.ts";
import { createFrameStamp } from "./frame-stamp.ts";
import { createEventBoard, type Tell } from "./instrument-events.ts";
import type { Instrument, InstrumentParts } from "./instrument.ts";
import { createLiveAnalysis } from "./live-analysis.ts";
import { createLiveRun } from "./live-run.ts";
import { need } from "./need.ts";
import { createPreviewAccount } from "./preview-account.ts";
import { createRunningFigures } from "./running-figures.ts";
import { describeRunnerEvent } from "./runner-words.ts";
import { createSecondSeat } from "./second-seat.ts";
import { createSessionPlace } from "./session-place.ts";
import { buildSnapshot, type SnapshotSources } from "./snapshot-builder.ts";
import { createStageAndFocus } from "./stage-and-focus.ts";

/** Puts the parts together. Nothing moves and nothing is connected before `start()`. */
export function createInstrument(parts: InstrumentParts): Instrument {
  const { microscope, analyzer, clock } = parts;
  const { camera, stage, focus, light, turret } = microscope;
  /** Every place of a device, also those where nobody sits. */
  const places: readonly Device[] = [camera, stage, focus, light, turret].filter((device) => device !== undefined);
  const fitted = (): readonly Device[] => Object.values(fittedParts(microscope)).filter((device) => device !== undefined);
  let leaving = false;

  const events = createEventBoard();
  const log = createActivityLog(() => clock.wallTime());
  log.onDidAdd((line) => { events.emit("log", line); });
  const tell: Tell = (tone, text, error, about) => {
    if (tone !== "notice") events.emit("alert", tone, text, about);
    const open = session.current();
    // An open session writes it down, and its records come back as lines of the log; one that is being left takes no more.
    if (open === undefined || leaving) return log.say(tone, text);
    try {
      open.desk.incident(text, tone, error === undefined ? undefined : errorDataOf(error, text));
    } catch (refusal) {
      // It is being sealed at this moment, or its disk takes no more: whoever tells goes on, for he may be about to stop what moves.
      if (!isOcularError(refusal)) throw refusal;
      log.say(tone, text);
    }
  };

  /** What is under way when the app ends is given up: no loss to hear of. */
  const tellWhileHere: Tell = (tone, text, error) => { if (!leaving) tell(tone, text, error); };

  const disk = watchDiskSpace(parts.libraryFolder, clock);
  const stamp = createFrameStamp(microscope, clock);
  const figures = createRunningFigures(clock);
  const previews = createPreviewAccount(parts.preview, clock);
  const second = createSecondSeat(parts, { log, tell: tellWhileHere, events });
  const firstLedger = createFrameLedger();
  const session = createSessionPlace({
    parts, firstLedger, stamp, log, events, fitted, router: () => router, analysis: () => analysis, second: () => second.current(),
    refuseNow: () => {
      if (live.isChanging()) throw new OcularError({ tag: "WrongState", what: "Opening a session", state: "devices are being changed", allowedIn: ["the end of that"] });
    },
  });
  const analysis = createLiveAnalysis({
    analyzer,
    onResult: (set, header) => {
      figures.add(set, header, session.current()?.desk.countingFrame() ?? { insetUm: parts.countingInsetUm });
      second.current()?.firstAnswered(set, header);
      events.emit("overlay", set, header);
    },
    onLoss: (error) => { tellWhileHere("warning", describeError(errorDataOf(error, "Analysis")), error); },
  });
  const router = createFrameRouter({
    camera, clock, ledger: firstLedger,
    stamp: (captured) => stamp.stamp(captured),
    record: (header) => { session.record(header); },
    analysis: {
      offer: (frame) => {
        const answer = analysis.offer(frame);
        if (answer === "taken" && !analysis.isForKept(frame.header)) second.current()?.offer(frame);
        return answer;
      },
    },
    preview: previews.consumer,
  });
  router.onDidFault(({ error }) => { log.say("error", describeError(error)); });
  const runner = createAcquisitionRunner({ camera, clock });
  runner.onDidEvent((event) => {
    const words = describeRunnerEvent(event, camera.status());
    if (words !== undefined) tell(words.tone, words.text, undefined, "camera");
    if (event.type === "camera-back") events.emit("cured", "camera");
  });
  const motion = createStageAndFocus({ microscope, router, clock, tell });
  const live = createLiveRun({ parts, runner, router, motion, fitted, tell, refuseWhileOpen: (what) => { session.refuseWhileOpen(what); } });
  const first = watchAnalyzer(analyzer, () => `${parts.analyzerRef().kind === "model" ? "Model" : "Recipe"} ${parts.analyzerRef().id}`, { log, tell });
  watchDevices(places, camera, { isQuiet: () => leaving || live.isChanging(), tell, onCured: (about) => { events.emit("cured", about); }, onCameraReady: () => { live.cameraIsReady(); } });
  camera.onDidReport(({ message }) => { tell("warning", message); });

  const sources: SnapshotSources = {
    parts, runner, analysis, disk,
    analyzerReasons: () => ({ first: first.reason(), second: second.reason() }),
    ledger: () => session.ledger(),
    latest: () => router.latest(),
    session: () => session.current()?.desk,
    second: () => second.current(),
    running: () => figures.running(),
    analysisFps: () => figures.analysisFps(),
    analysisMs: () => figures.analysisMs(),
    frameToScreenMs: () => previews.toScreenMs(),
  };
  return {
    microscope,
    snapshot: () => buildSnapshot(sources),
    ...live.calls, ...motion.calls, ...session.calls,
    screenLost: async (why = "The screen was lost") => {
      tell("warning", `${why}: stage and focus are stopped and every light is switched off; the picture and an open session go on`);
      motion.giveUp();
      for (const { error } of await leaveSafe(everyDevice(microscope))) tell("error", describeError(errorDataOf(error, "Leaving the microscope safe without a screen")), error);
    },
    setLight: async (level) => need(fittedParts(microscope).light, "Light").setLevel(level),
    selectObjective: async (objectiveId) => {
      const nosepiece = need(fittedParts(microscope).turret, "Objective turret");
      // It may take the focus out of the way before it turns: nothing may drive the focus back meanwhile.
      motion.giveUp();
      await nosepiece.select(objectiveId);
    },
    setAnalysisEnabled: (enabled) => { analysis.setEnabled(enabled); },
    setScoreThresholds: (scoreThresholds) => { analysis.setSettings({ scoreThresholds }); },
    refuseDuringSession: (what) => { session.refuseWhileOpen(what); },
    setSecondAnalyzer: second.take,
    restartTracks: () => { figures.restart(); },
    recentLog: () => log.recent(),
    announce: (tone, text) => { tell(tone, text); },
    on: (event, listener) => events.on(event, listener),
    previewShown: (frameId) => { previews.shown(frameId); },
    classes: () => analyzer.classes(),
    analyzerIdentity: () => analyzer.identity(),
    dispose: async () => {
      leaving = true;
      disk.dispose();
      motion.giveUp();
      // First of all: a camera may take seconds to stop, and nobody looks at what moves and what is lit any more.
      for (const { error } of await leaveSafe(everyDevice(microscope))) log.say("error", describeError(errorDataOf(error, "Leaving the microscope safe")));
      await runner.dispose();
      router.dispose();
      stamp.dispose();
      await session.abandon();
      const ends = await Promise.allSettled([...places.map((device) => device.dispose()), analyzer.dispose(), second.current()?.dispose()]);
      for (const end of ends) if (end.status === "rejected") log.say("error", describeError(errorDataOf(end.reason, "Shutting down")));
    },
  };
}
