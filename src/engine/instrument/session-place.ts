import path from "node:path";
import { createFrameLedger, type FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import type { FrameRouter } from "../acquisition/frame-router.ts";
import type { Device } from "../devices/api/device.ts";
import { fieldPath } from "../session/field-file.ts";
import { readOmeTiff } from "../session/ome-tiff.ts";
import { createSession, recoverSession, type SessionWriter } from "../session/session-writer.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { FrameStamp } from "./frame-stamp.ts";
import type { EventBoard } from "./instrument-events.ts";
import type { Instrument, InstrumentParts } from "./instrument.ts";
import type { LiveAnalysis } from "./live-analysis.ts";
import { createOpenSession, type OpenSession } from "./open-session.ts";
import type { SecondAnalysis } from "./second-analysis.ts";
import { createSessionDesk } from "./session-desk.ts";
import { sessionName } from "./session-name.ts";

type Calls = Pick<Instrument,
  "startSession" | "resumeInterrupted" | "pauseSession" | "resumeSession" | "note" | "finishSession" | "sessionFields" | "keepField" | "fieldAnalysed" | "reclassify" | "reject" | "confirm" | "undo">;

export interface SessionPlaceParts {
  readonly parts: InstrumentParts;
  /** The account of the frames that belong to no session, from the start. */
  readonly firstLedger: FrameLedger;
  readonly router: () => FrameRouter;
  readonly stamp: FrameStamp;
  readonly analysis: () => LiveAnalysis;
  readonly second: () => SecondAnalysis | undefined;
  readonly log: ActivityLog;
  readonly events: EventBoard;
  /** Who is there now: the session's first record names them. */
  readonly fitted: () => readonly Device[];
  /** @throws OcularError WrongState while no session may begin */
  readonly refuseNow: () => void;
}

/** The place of the one session that may be open. */
export interface SessionPlace {
  readonly calls: Calls;
  /** Undefined while none is open. */
  current(): OpenSession | undefined;
  /** The account that frames belong to now. */
  ledger(): FrameLedger;
  /** Into the log of the session that this frame belongs to, if one does. */
  record(header: FrameHeader): void;
  /** @throws OcularError WrongState while one is open */
  refuseWhileOpen(what: string): void;
  /** The app ends: what is on disk stays unsealed but whole. */
  abandon(): Promise<void>;
}

/** Frames go into the account of the open session, or into one of their own while none is open or it is paused. */
export function createSessionPlace(place: SessionPlaceParts): SessionPlace {
  const { parts, log, events } = place;
  const { clock, analyzer } = parts;
  let open: OpenSession | undefined;
  let liveLedger = place.firstLedger;
  /** Until it stands in `open`: a second one beside it would leave the first without anybody who writes it. */
  let isOpening = false;
  /** Ending or pausing, in words: no field is taken on any more, and those asked for are waited for. */
  let closing: string | undefined;

  const needSession = (): OpenSession => {
    if (open === undefined) throw new OcularError({ tag: "WrongState", what: "This", state: "no session is open", allowedIn: ["an open session"] });
    return open;
  };
  const refuseWhileOpen = (what = "Opening a session"): void => {
    if (open !== undefined) throw new OcularError({ tag: "WrongState", what, state: `session ${open.desk.name} is open`, allowedIn: ["the session to be finished"] });
    if (isOpening) throw new OcularError({ tag: "WrongState", what, state: "a session is being opened", allowedIn: ["the end of that"] });
  };
  /** One opening at a time, and none while devices are exchanged: its first record names them. */
  const opened = async (work: () => Promise<OpenSession>): Promise<string> => {
    refuseWhileOpen();
    place.refuseNow();
    isOpening = true;
    try {
      return (await work()).desk.name;
    } finally {
      isOpening = false;
    }
  };
  const requireNotClosing = (what: string): void => {
    if (closing !== undefined) throw new OcularError({ tag: "WrongState", what, state: closing, allowedIn: ["a running session"] });
  };
  /**
   * Fields that were asked for before are kept first, while their frames are still recorded: the stage may be on its way, and a field whose
   * frame is not in the log would fail `verify`.
   */
  const closedBy = async <T>(what: string, state: string, work: (session: OpenSession) => Promise<T>): Promise<T> => {
    const session = needSession();
    requireNotClosing(what);
    closing = state;
    try {
      await session.keepsEnded();
      return await work(session);
    } finally {
      closing = undefined;
    }
  };
  const toLiveLedger = (): void => {
    liveLedger = createFrameLedger();
    place.router().switchLedger(liveLedger);
  };
  /** A session that can no longer write stops taking frames at once; what is on disk stays valid. */
  const stopRecording = (error: OcularError): void => {
    if (open === undefined) return;
    // Told already: every field that is asked for after that is refused for the same reason.
    const hasStopped = place.router().ledger() !== open.ledger && !open.desk.isPaused() && closing === undefined;
    toLiveLedger();
    if (hasStopped) return;
    events.emit("alert", "error", error.message);
    log.say("error", error.message);
  };
  /** Joins a writer to the running picture: from the next frame on, this session is recorded. */
  const sitDown = (writer: SessionWriter, operator: string): OpenSession => {
    writer.onDidFail(stopRecording);
    parts.onDidOpenSession?.(writer);
    const desk = createSessionDesk({
      writer, clock, ids: parts.ids, operator, classes: analyzer.classes(),
      events: { field: (field) => { events.emit("field", field); }, log: (line) => { log.add(line); } },
    });
    open = createOpenSession({ desk, router: place.router(), analysis: place.analysis(), analyzer, second: place.second, clock });
    place.router().switchLedger(open.ledger);
    return open;
  };

  return {
    current: () => open,
    ledger: () => open?.ledger ?? liveLedger,
    record: (header) => {
      if (open === undefined || place.router().ledger() !== open.ledger) return;
      try {
        open.desk.recordFrame(header, place.stamp.settings());
      } catch (error) {
        // This frame is lost; the picture goes on with the next, and somebody knows that nothing is recorded.
        if (isOfDisk(error)) stopRecording(error);
        throw error;
      }
    },
    refuseWhileOpen,
    abandon: async () => {
      await open?.desk.abandon();
      open = undefined;
    },
    calls: {
      startSession: ({ countingRule, stopRule, ...details }) => opened(async () => {
        // The classes to count are the model's; one that failed leaves a session without them.
        await Promise.allSettled([analyzer.ready()]);
        const writer = await createSession({
          libraryFolder: parts.libraryFolder, name: sessionName(clock.wallTime(), details.specimenId), details, software: parts.software,
          devices: place.fitted().map((device) => device.identity), countingFrame: { insetUm: parts.countingInsetUm, rule: countingRule ?? "centre", overlaps: "once", verdict: "latest-word" }, stopRule, clock, ids: parts.ids,
        });
        return sitDown(writer, details.operator);
      }),
      resumeInterrupted: (name) => opened(async () => {
        const folder = path.join(parts.libraryFolder, name);
        const writer = await recoverSession(folder, { clock });
        const { details, lastFrameId = -1 } = writer.contents();
        place.router().raiseFrameId(lastFrameId + 1);
        const session = sitDown(writer, details?.operator ?? "unknown");
        for (const field of session.desk.fields()) {
          events.emit("field", field);
          if (field.detections === undefined) void session.analyseFromDisk(field, async () => (await readOmeTiff(path.join(folder, fieldPath(field.fieldId)))).pixels);
        }
        return session;
      }),
      pauseSession: () => closedBy("Pausing the session", "the session is being paused", async (session) => {
        await session.desk.pause();
        toLiveLedger();
      }),
      resumeSession: async () => {
        const session = needSession();
        requireNotClosing("Going on with the session");
        await session.desk.resume();
        place.router().switchLedger(session.ledger);
      },
      note: (text) => needSession().desk.note(text),
      finishSession: () => closedBy("Finishing the session", "the session is being finished", async (session) => {
        toLiveLedger();
        const ledger = await session.settle();
        try {
          await session.desk.finish("completed", ledger);
        } catch (error) {
          // Its log takes nothing more, whatever is tried: it must not keep the next session from beginning. It can be recovered.
          await session.desk.abandon();
          open = undefined;
          throw error;
        }
        open = undefined;
        return { name: session.desk.name, folder: session.desk.folder, ledger };
      }),
      sessionFields: () => open?.desk.fields() ?? [],
      keepField: async () => {
        const session = needSession();
        requireNotClosing("Keeping a field");
        if (session.desk.isPaused()) throw new OcularError({ tag: "WrongState", what: "Keeping a field", state: "the session is paused", allowedIn: ["a running session"] });
        try {
          return await session.keepField();
        } catch (error) {
          if (isOfDisk(error)) stopRecording(error);
          throw error;
        }
      },
      fieldAnalysed: (fieldId) => needSession().fieldAnalysed(fieldId),
      reclassify: async (fieldId, detectionId, toClassId) => needSession().desk.reclassify(fieldId, detectionId, toClassId),
      reject: async (fieldId, detectionId) => needSession().desk.reject(fieldId, detectionId),
      confirm: async (fieldId, detectionId) => needSession().desk.confirm(fieldId, detectionId),
      undo: async () => needSession().desk.undo(),
    },
  };
}

function isOfDisk(error: unknown): error is OcularError {
  return isOcularError(error, "DiskFull") || isOcularError(error, "DiskUnwritable");
}
