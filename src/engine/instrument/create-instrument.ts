import path from "node:path";
import { createFrameLedger, type FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import { createRateMeter } from "../../core/acquisition/rate-meter.ts";
import { createLiveTracks } from "../../core/tracking/live-tracks.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import { describeError, errorDataOf, isOcularError, OcularError } from "../../shared/errors.ts";
import { createAcquisitionRunner } from "../acquisition/acquisition-runner.ts";
import { createFrameRouter, type FrameConsumer } from "../acquisition/frame-router.ts";
import type { Device } from "../devices/api/device.ts";
import { leaveSafe } from "../devices/api/leave-safe.ts";
import { everyDevice, fittedParts } from "../devices/api/microscope.ts";
import { createEmitter, type Emitter } from "../runtime/emitter.ts";
import { fieldPath } from "../session/field-file.ts";
import { readOmeTiff } from "../session/ome-tiff.ts";
import { createSession, recoverSession, type SessionWriter } from "../session/session-writer.ts";
import { createActivityLog } from "./activity-log.ts";
import { autofocus } from "./autofocus.ts";
import { createFrameStamp } from "./frame-stamp.ts";
import type { Instrument, InstrumentEvents, InstrumentParts } from "./instrument.ts";
import { createLiveAnalysis } from "./live-analysis.ts";
import { jogFocus, jogStage } from "./motion.ts";
import { createOpenSession, type OpenSession } from "./open-session.ts";
import { createRollingQuantiles } from "./rolling-quantiles.ts";
import { createSecondAnalysis, type SecondAnalysis } from "./second-analysis.ts";
import { createSessionDesk } from "./session-desk.ts";
import { sessionName } from "./session-name.ts";
import { buildSnapshot, type SnapshotSources } from "./snapshot-builder.ts";
import { watchDiskSpace } from "./disk-space.ts";
import { describeRunnerEvent } from "./runner-words.ts";

/** Puts the parts together. Nothing moves and nothing is connected before `start()`. */
export function createInstrument(parts: InstrumentParts): Instrument {
  const { microscope, analyzer, clock } = parts;
  const { camera, stage, focus, light, turret } = microscope;
  /** Every place of a device, also those where nobody sits. */
  const places: readonly Device[] = [camera, stage, focus, light, turret].filter((device) => device !== undefined);
  const fitted = (): readonly Device[] => Object.values(fittedParts(microscope)).filter((device) => device !== undefined);
  const emitters: { [E in keyof InstrumentEvents]: Emitter<Parameters<InstrumentEvents[E]>> } = {
    overlay: createEmitter(), compared: createEmitter(), field: createEmitter(), log: createEmitter(), alert: createEmitter(),
  };
  const log = createActivityLog(() => clock.wallTime());
  log.onDidAdd((line) => { emitters.log.emit([line]); });
  const analysisRate = createRateMeter();
  const analysisMs = createRollingQuantiles(15);
  const tracks = createLiveTracks();
  let tracksSince = clock.wallTime();
  /** Ten seconds at 30 frames/s. */
  const frameToScreenMs = createRollingQuantiles(300);
  const disk = watchDiskSpace(parts.libraryFolder, clock);

  /** Tells the person, and the session's own record when one is open. */
  const tell = (tone: "notice" | "warning" | "error", text: string, error?: unknown): void => {
    if (tone !== "notice") emitters.alert.emit([tone, text]);
    // An open session writes it down, and its records come back as lines of the log; one that is being left takes no more.
    if (open === undefined || leaving) log.say(tone, text);
    else open.desk.incident(text, error === undefined ? undefined : errorDataOf(error, text));
  };

  let open: OpenSession | undefined;
  let leaving = false;
  let second: SecondAnalysis | undefined;
  const countingFrame = (): CountingFrame => open?.desk.countingFrame() ?? { insetUm: parts.countingInsetUm };
  let liveLedger = createFrameLedger();
  const stamp = createFrameStamp(microscope, clock);
  const analysis = createLiveAnalysis({
    analyzer,
    onResult: (set, header) => {
      analysisRate.mark(clock.nowMs());
      analysisMs.add(set.analysisMs);
      tracks.add(set, header, countingFrame());
      second?.firstAnswered(set, header);
      emitters.overlay.emit([set, header]);
    },
    onLoss: (error) => { tell("warning", describeError(errorDataOf(error, "Analysis")), error); },
  });

  /** Previews on their way to the screen, with the account they belong to. */
  const shownTo = new Map<number, { ledger: FrameLedger; hostTimeMs: number }>();
  const preview: FrameConsumer = {
    offer: (frame) => {
      const answer = parts.preview?.offer(frame.header, frame.buffer.bytes) ?? "skipped";
      if (answer === "taken") shownTo.set(frame.header.frameId, { ledger: frame.ledger, hostTimeMs: frame.header.hostTimeMs });
      return answer;
    },
  };
  const router = createFrameRouter({
    camera, clock, ledger: liveLedger,
    stamp: (captured) => stamp.stamp(captured),
    record: (header) => {
      if (open !== undefined && router.ledger() === open.ledger) open.desk.recordFrame(header, stamp.settings());
    },
    analysis: {
      offer: (frame) => {
        const answer = analysis.offer(frame);
        if (answer === "taken" && !analysis.isForKept(frame.header)) second?.offer(frame);
        return answer;
      },
    },
    preview,
  });
  router.onDidFault(({ error }) => { log.say("error", describeError(error)); });
  const runner = createAcquisitionRunner({ camera, clock });
  runner.onDidEvent((event) => {
    const words = describeRunnerEvent(event);
    if (words !== undefined) tell(words.tone, words.text);
  });
  let reasons: { readonly first?: string | undefined; readonly second?: string | undefined } = {};
  analyzer.onDidChangeState((state, reason) => {
    reasons = { ...reasons, first: state === "ready" ? undefined : reason };
    if (state === "ready") log.say("plain", `${parts.analyzerRef().kind === "model" ? "Model" : "Recipe"} ${parts.analyzerRef().id} is ready`);
    else if (state !== "disposed" && reason !== undefined) tell(state === "failed" ? "error" : "warning", reason);
  });
  /** The live picture is wanted: a camera that was missing at the start begins when it is there. */
  let wantsLive = false;
  let isChanging = false;
  const startLateCamera = (): void => {
    if (!wantsLive || isChanging || leaving || runner.state() !== "idle") return;
    instrument.startLive().catch((error: unknown) => { tell("error", describeError(errorDataOf(error, "Starting the camera"))); });
  };
  for (const device of places) {
    let last = device.status().state;
    let isLost = false;
    device.onDidChangeStatus((status) => {
      // Switching everything off at the end is no news; nor is what another device that takes the place is like.
      if (leaving || isChanging) {
        last = status.state;
        isLost = false;
        return;
      }
      // The camera's loss is told once, by the run that brings it back.
      const lost = device !== camera && (status.state === "absent" || status.state === "faulted");
      if (lost && (last === "ready" || last === "busy")) {
        isLost = true;
        tell("error", `${device.identity.model}: ${status.reason ?? status.state}`);
      } else if (status.state === "ready" && device !== camera && (isLost || last === "absent")) {
        isLost = false;
        tell("notice", `${device.identity.model} is connected`);
      }
      if (device === camera && last !== "ready" && status.state === "ready") startLateCamera();
      last = status.state;
    });
  }
  camera.onDidReport(({ message }) => { tell("warning", message); });

  const need = <T>(part: T | undefined, what: string): T => {
    if (part === undefined) throw new OcularError({ tag: "InvalidInput", what, reason: "this microscope has none" });
    return part;
  };
  const needSession = (): OpenSession => {
    if (open === undefined) throw new OcularError({ tag: "WrongState", what: "This", state: "no session is open", allowedIn: ["an open session"] });
    return open;
  };
  const stageJog = stage === undefined ? undefined : jogStage(stage);
  const focusJog = focus === undefined ? undefined : jogFocus(focus);
  const needStage = (): NonNullable<typeof stageJog> => need(fittedParts(microscope).stage === undefined ? undefined : stageJog, "Stage");
  const needFocus = (): NonNullable<typeof focusJog> => need(fittedParts(microscope).focus === undefined ? undefined : focusJog, "Focus");
  const forgetJogs = (): void => {
    stageJog?.forget();
    focusJog?.forget();
  };
  /** Steps that nobody waits for: what goes wrong is told once, and a newer step or a stop is no trouble. */
  const unawaited = (step: Promise<unknown>, what: string): void => {
    step.catch((error: unknown) => {
      if (!isOcularError(error, "Canceled")) tell("error", describeError(errorDataOf(error, what)), error);
    });
  };
  const toLiveLedger = (): void => {
    liveLedger = createFrameLedger();
    router.switchLedger(liveLedger);
  };
  /** A session that can no longer write stops taking frames at once; what is on disk stays valid. */
  const stopRecording = (error: OcularError): void => {
    if (open === undefined) return;
    toLiveLedger();
    emitters.alert.emit(["error", error.message]);
    log.say("error", error.message);
  };

  const refuseSecondSession = (what = "Opening a session"): void => {
    if (open !== undefined) throw new OcularError({ tag: "WrongState", what, state: `session ${open.desk.name} is open`, allowedIn: ["no open session"] });
  };
  /** Joins a writer to the running picture: from the next frame on, this session is recorded. */
  const sitDown = (writer: SessionWriter, operator: string): OpenSession => {
    writer.onDidFail(stopRecording);
    parts.onDidOpenSession?.(writer);
    const desk = createSessionDesk({
      writer, clock, ids: parts.ids, operator, classes: analyzer.classes(),
      events: { field: (field) => { emitters.field.emit([field]); }, log: (line) => { log.add(line); } },
    });
    open = createOpenSession({ desk, router, analysis, analyzer, second: () => second, clock });
    router.switchLedger(open.ledger);
    return open;
  };

  const sources: SnapshotSources = {
    parts, runner, analysis, disk,
    analyzerReasons: () => reasons,
    ledger: () => open?.ledger ?? liveLedger,
    latest: () => router.latest(),
    session: () => open?.desk,
    second: () => second,
    running: () => ({ counts: tracks.counts(), frames: tracks.frames(), since: tracksSince }),
    analysisFps: () => analysisRate.perSecond(clock.nowMs()),
    analysisMs: () => analysisMs.quantile(0.5),
    frameToScreenMs: () => {
      const [median, p95] = [frameToScreenMs.quantile(0.5), frameToScreenMs.quantile(0.95)];
      return median === undefined || p95 === undefined ? undefined : { median, p95 };
    },
  };

  const instrument: Instrument = {
    microscope,
    snapshot: () => buildSnapshot(sources),
    start: async ({ areConnected = false } = {}) => {
      wantsLive = true;
      const attempts = await Promise.allSettled(areConnected ? [] : fitted().filter((device) => device !== camera).map((device) => device.connect()));
      for (const attempt of attempts) if (attempt.status === "rejected") tell("error", describeError(errorDataOf(attempt.reason, "Connecting")));
      await instrument.startLive();
    },
    nextFrame: async () => {
      const frame = await router.keepNext({ afterHostTimeMs: 0, settledOnly: false });
      frame.buffer.release();
      return frame.header;
    },
    startLive: async () => {
      wantsLive = true;
      need(fittedParts(microscope).camera, "Camera");
      await runner.start();
      // As far as the camera goes: a slower one than was asked for is no failure.
      const { min, max } = camera.limits().frameRate;
      await runner.applySettings({ frameRate: Math.min(max, Math.max(min, parts.frameRate)) });
    },
    stopLive: async () => {
      wantsLive = false;
      await runner.stop();
    },
    changeDevices: async (what, { camera: changesCamera }, change) => {
      refuseSecondSession(what);
      if (isChanging) throw new OcularError({ tag: "WrongState", what, state: "devices are being changed", allowedIn: ["the end of that"] });
      isChanging = true;
      try {
        forgetJogs();
        await Promise.all([stage, focus].filter((axes) => axes?.isMoving() === true).map(async (axes) => axes?.stop()));
        if (changesCamera) await runner.stop();
        return await change();
      } finally {
        forgetJogs();
        isChanging = false;
        // A camera that is not there yet begins when it is.
        if (wantsLive && runner.state() === "idle" && camera.status().state === "ready") unawaited(instrument.startLive(), "Starting the camera");
      }
    },
    moveStageBy: async (deltaUm) => needStage().moveBy(deltaUm),
    moveStageTo: async (targetUm) => needStage().moveTo(targetUm),
    moveFocusBy: async (deltaUm) => needFocus().moveBy(deltaUm),
    moveFocusTo: async (targetUm) => needFocus().moveTo(targetUm),
    jogStage: (deltaUm) => {
      const jog = needStage();
      if (stage?.jog === undefined) return unawaited(jog.jogBy(deltaUm), "Stage");
      // A move that it ends was replaced by it: that is no failure.
      jog.forget();
      stage.jog(deltaUm);
    },
    jogFocus: (deltaUm) => {
      const jog = needFocus();
      if (focus?.jog === undefined) return unawaited(jog.jogBy(deltaUm), "Focus");
      jog.forget();
      focus.jog(deltaUm);
    },
    homeStage: async (consent) => {
      needStage();
      if (stage?.home === undefined) throw new OcularError({ tag: "UnsupportedValue", what: `Command of ${stage?.identity.model ?? "the stage"}`, value: "home", allowed: ["moveTo", "moveBy", "stop"] });
      forgetJogs();
      tell("notice", `${consent.givenBy} says that the way is clear: ${stage.identity.model} runs to its reference marks`);
      await stage.home(consent);
    },
    autofocus: ({ rangeUm = 4, stepUm = 1, signal } = {}) => autofocus({
      focus: need(fittedParts(microscope).focus, "Focus"), rangeUm, stepUm, ...(signal === undefined ? {} : { signal }),
      nextSettledFrame: async () => {
        const frame = await router.keepNext({ afterHostTimeMs: clock.nowMs(), ...(signal === undefined ? {} : { signal }) });
        return { header: frame.header, bytes: frame.buffer.bytes, release: () => { frame.buffer.release(); } };
      },
    }),
    stopMotion: async () => {
      forgetJogs();
      const fittedNow = fittedParts(microscope);
      // All are told before any is awaited: a slow answer of one must not delay the others.
      await Promise.all([fittedNow.stage?.stop(), fittedNow.focus?.stop()]);
    },
    screenLost: async () => {
      tell("warning", "The screen was lost: stage and focus are stopped and every light is switched off; the picture and an open session go on");
      forgetJogs();
      for (const { error } of await leaveSafe(everyDevice(microscope))) tell("error", describeError(errorDataOf(error, "Leaving the microscope safe without a screen")), error);
    },
    applyCamera: (patch) => runner.applySettings(patch),
    setLight: async (level) => need(fittedParts(microscope).light, "Light").setLevel(level),
    selectObjective: async (objectiveId) => { await need(fittedParts(microscope).turret, "Objective turret").select(objectiveId); },
    cameraControls: () => camera.controls?.()?.list() ?? [],
    setCameraControl: async (id, value) => {
      const controls = need(camera.controls?.(), "Camera control");
      try {
        return await controls.set(id, value);
      } catch (error) {
        // A change of the picture's size: the run goes on with it.
        if (!isOcularError(error, "WrongState")) throw error;
        return runner.whileStanding(() => controls.set(id, value));
      }
    },
    setAnalysisEnabled: (enabled) => { analysis.setEnabled(enabled); },
    setScoreThresholds: (scoreThresholds) => { analysis.setSettings({ scoreThresholds }); },
    refuseDuringSession: refuseSecondSession,
    setSecondAnalyzer: async (chosen) => {
      const before = second;
      second = undefined;
      reasons = { ...reasons, second: undefined };
      if (chosen !== undefined) {
        const { ref, analyzer: other, assumedPixelSizeUm } = chosen;
        second = createSecondAnalysis({
          ref, analyzer: other, clock, assumed: { first: () => ({ id: parts.analyzerRef().id, pixelSizeUm: parts.assumedPixelSizeUm?.() }), second: assumedPixelSizeUm }, firstClassIds: () => analyzer.classes().map(({ id }) => id),
          onCompared: (comparison) => { emitters.compared.emit([comparison]); },
          onLoss: (error) => { tell("warning", describeError(errorDataOf(error, "The second analysis")), error); },
        });
        other.onDidChangeState((state, reason) => {
          reasons = { ...reasons, second: state === "ready" ? undefined : reason };
          if (state === "ready") log.say("plain", `Second analyzer ${ref.id} is ready`);
          else if (state !== "disposed" && reason !== undefined) tell(state === "failed" ? "error" : "warning", reason);
        });
      }
      await before?.dispose();
    },
    restartTracks: () => {
      tracks.restart();
      tracksSince = clock.wallTime();
    },
    startSession: async ({ countingRule, stopRule, ...details }) => {
      refuseSecondSession();
      // The classes to count are the model's; one that failed leaves a session without them.
      await Promise.allSettled([analyzer.ready()]);
      refuseSecondSession();
      if (isChanging) throw new OcularError({ tag: "WrongState", what: "Opening a session", state: "devices are being changed", allowedIn: ["the end of that"] });
      const writer = await createSession({
        libraryFolder: parts.libraryFolder, name: sessionName(clock.wallTime(), details.specimenId), details, software: parts.software,
        devices: fitted().map((device) => device.identity), countingFrame: { insetUm: parts.countingInsetUm, rule: countingRule ?? "centre", overlaps: "once" }, stopRule, clock, ids: parts.ids,
      });
      return sitDown(writer, details.operator).desk.name;
    },
    resumeInterrupted: async (name) => {
      refuseSecondSession();
      const folder = path.join(parts.libraryFolder, name);
      const writer = await recoverSession(folder, { clock });
      const { details, lastFrameId = -1 } = writer.contents();
      router.raiseFrameId(lastFrameId + 1);
      const session = sitDown(writer, details?.operator ?? "unknown");
      for (const field of session.desk.fields()) {
        emitters.field.emit([field]);
        if (field.detections === undefined) void session.analyseFromDisk(field, async () => (await readOmeTiff(path.join(folder, fieldPath(field.fieldId)))).pixels);
      }
      return session.desk.name;
    },
    pauseSession: async () => {
      const { desk } = needSession();
      await desk.pause();
      toLiveLedger();
    },
    resumeSession: async () => {
      const session = needSession();
      await session.desk.resume();
      router.switchLedger(session.ledger);
    },
    note: (text) => needSession().desk.note(text),
    finishSession: async () => {
      const session = needSession();
      toLiveLedger();
      const ledger = await session.settle();
      await session.desk.finish("completed", ledger);
      open = undefined;
      return { name: session.desk.name, folder: session.desk.folder, ledger };
    },
    sessionFields: () => open?.desk.fields() ?? [],
    keepField: async () => {
      const session = needSession();
      if (session.desk.isPaused()) throw new OcularError({ tag: "WrongState", what: "Keeping a field", state: "the session is paused", allowedIn: ["a running session"] });
      try {
        return await session.keepField();
      } catch (error) {
        if (isOcularError(error, "DiskFull") || isOcularError(error, "DiskUnwritable")) stopRecording(error);
        throw error;
      }
    },
    fieldAnalysed: (fieldId) => needSession().fieldAnalysed(fieldId),
    reclassify: async (fieldId, detectionId, toClassId) => needSession().desk.reclassify(fieldId, detectionId, toClassId),
    reject: async (fieldId, detectionId) => needSession().desk.reject(fieldId, detectionId),
    confirm: async (fieldId, detectionId) => needSession().desk.confirm(fieldId, detectionId),
    undo: async () => needSession().desk.undo(),
    recentLog: () => log.recent(),
    announce: (tone, text) => { tell(tone, text); },
    on: (event, listener) => {
      // The emitter of each event carries that event's own arguments; the lookup by name loses the pairing.
      const emitter = emitters[event] as Emitter<unknown[]>;
      return emitter.on((args) => { (listener as (...values: unknown[]) => void)(...args); });
    },
    previewShown: (frameId) => {
      const sent = shownTo.get(frameId);
      sent?.ledger.shown(frameId);
      if (sent !== undefined) frameToScreenMs.add(clock.nowMs() - sent.hostTimeMs);
      for (const [id, older] of shownTo) {
        if (id > frameId) continue;
        // The screen went on to a newer picture before this one's turn came.
        if (id < frameId) older.ledger.displaySkipped(id);
        shownTo.delete(id);
      }
    },
    classes: () => analyzer.classes(),
    analyzerIdentity: () => analyzer.identity(),
    dispose: async () => {
      leaving = true;
      disk.dispose();
      forgetJogs();
      // First of all: a camera may take seconds to stop, and nobody looks at what moves and what is lit any more.
      for (const { error } of await leaveSafe(everyDevice(microscope))) log.say("error", describeError(errorDataOf(error, "Leaving the microscope safe")));
      await runner.dispose();
      router.dispose();
      stamp.dispose();
      await open?.desk.abandon();
      open = undefined;
      const ends = await Promise.allSettled([...places.map((device) => device.dispose()), analyzer.dispose(), second?.dispose()]);
      for (const end of ends) if (end.status === "rejected") log.say("error", describeError(errorDataOf(end.reason, "Shutting down")));
    },
  };
  return instrument;
}
