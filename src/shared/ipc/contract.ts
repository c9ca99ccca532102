import * as z from "zod";
import { BatchCells, BatchCellsRequest, BatchStart, BatchStatus } from "../domain/batch.ts";
import { AnalyzerRef, ComparisonSummary } from "../domain/comparison.ts";
import { CountReport } from "../domain/counting.ts";
import { CameraControl, ControlValue } from "../domain/camera-controls.ts";
import { ClassInfo, DetectionSet } from "../domain/detection.ts";
import { ConfiguredDevice, DeviceConfiguration, DeviceKey, DevicePart } from "../domain/device-configuration.ts";
import { CameraFeatureCategory, CameraFeatureValue, ConsoleLines, DeviceFamily, DeviceSetup, Discovery, ImportedConfiguration, PartView, ProbeProgress, ProbeResult, Replacement } from "../domain/device-setup.ts";
import { CameraSettings, DeviceKind, FaultKind } from "../domain/devices.ts";
import { Crops, CropsRequest, FieldEmbedding, FieldFeatures } from "../domain/features.ts";
import { FrameHeader, StagePoint } from "../domain/frame.ts";
import { LedgerReport } from "../domain/ledger.ts";
import { CountingFrame, SessionDetails, SessionPlan, SessionState } from "../domain/session.ts";
import { ModelEntry, OnnxForm, PickedModel, Provider, ProviderMeasure } from "../domain/model-package.ts";
import { FieldView, LogLine, Snapshot } from "../domain/snapshot.ts";
import { RecipeCatalog, RecipeEntry, TuneAnswer, TuneRequest } from "../domain/tuning.ts";
import type { ErrorData } from "../error-data.ts";

/** One call from a screen to the instrument. Both sides parse: main the input, the screen's client the output. */
export interface Method<I extends z.ZodType, O extends z.ZodType> {
  readonly input: I;
  readonly output: O;
}
const method = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> => ({ input, output });
const nothing = z.object({}).strict();
const done = z.object({});

/** A folder name inside the session library: no path may be sent over the wire. */
export const SessionName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}\.ocular$/u);

/** A saved session in the list. */
export const SessionSummary = z.object({ name: SessionName, state: SessionState, details: SessionDetails.optional(), startedAt: z.string().optional(), fields: z.number().int(), total: z.number().int(), problem: z.string().optional() });
export type SessionSummary = z.infer<typeof SessionSummary>;

/** Outcome of checking a session: chain, files, ledger. */
export const VerifyReport = z.object({
  ok: z.boolean(), records: z.number().int(), files: z.number().int(), sealed: z.boolean(),
  /** First thing that is wrong: log line counted from 1, and what. */
  firstProblem: z.object({ line: z.number().int().optional(), file: z.string().optional(), message: z.string() }).optional(),
});
export type VerifyReport = z.infer<typeof VerifyReport>;

/** A session opened to look at. */
export const SessionView = z.object({
  summary: SessionSummary, verify: VerifyReport, classes: z.array(ClassInfo), counts: CountReport, fields: z.array(FieldView), log: z.array(LogLine), ledger: LedgerReport.optional(),
  countingFrame: CountingFrame,
  /** Where it lies on the disk. */
  folder: z.string(),
});
export type SessionView = z.infer<typeof SessionView>;

/** How far the opening of a session is: bytes of its log and files read, of all. */
export const OpeningProgress = z.object({ name: SessionName, doneBytes: z.number(), totalBytes: z.number(), secondsLeft: z.number().optional() });
export type OpeningProgress = z.infer<typeof OpeningProgress>;

/** An analyzer that can be chosen. */
export const AnalyzerEntry = z.object({ ref: AnalyzerRef, name: z.string(), version: z.string(), description: z.string().optional(), canEstimateScale: z.boolean().optional(), problem: z.string().optional() });
export type AnalyzerEntry = z.infer<typeof AnalyzerEntry>;

/** The only list of calls. */
export const methods = {
  "app.snapshot": method(nothing, Snapshot),
  "live.start": method(nothing, done),
  "live.stop": method(nothing, done),
  "stage.moveBy": method(z.object({ xUm: z.number(), yUm: z.number() }), StagePoint),
  "stage.moveTo": method(z.object({ xUm: z.number(), yUm: z.number() }), StagePoint),
  /** Stops stage and focus at once. */
  "stage.stop": method(nothing, done),
  "focus.moveBy": method(z.object({ zUm: z.number() }), z.object({ zUm: z.number() })),
  "focus.moveTo": method(z.object({ zUm: z.number() }), z.object({ zUm: z.number() })),
  /** Software autofocus round the present plane; not finding one is an answer, not an error, and the drive is back where it was. */
  "focus.auto": method(nothing, z.object({ found: z.boolean(), zUm: z.number() })),
  "camera.apply": method(CameraSettings.partial(), CameraSettings),
  /** What the camera lets be adjusted beyond its settings; empty for most. */
  "camera.controls": method(nothing, z.array(CameraControl)),
  /** Answers with all of them: one may move another. A change of resolution stops and starts the picture. */
  "camera.setControl": method(z.object({ id: z.string().max(100), value: ControlValue }), z.array(CameraControl)),
  "light.set": method(z.object({ percent: z.number() }), z.object({ percent: z.number() })),
  "objective.select": method(z.object({ objectiveId: z.string() }), done),
  /** Model packages and recipes that can be chosen. */
  "analyzer.catalog": method(nothing, z.array(AnalyzerEntry)),
  /** Another analyzer takes the first seat; refused while a session is open: its counts are of one analyzer. */
  "analyzer.choose": method(z.object({ ref: AnalyzerRef }), done),
  /** Puts a second analyzer beside the first, or takes it away. */
  "analyzer.setSecond": method(z.object({ ref: AnalyzerRef.optional() }), done),
  /** Packages under models/, usable or not. */
  "models.list": method(nothing, z.array(ModelEntry)),
  /** What the runtime offers to compute on, what was chosen, and why something else serves where it does. */
  "models.providers": method(nothing, z.object({ runtime: z.string(), providers: z.array(Provider), chosen: z.string(), notice: z.string().optional() })),
  /** Remembered; the analyzer starts again with it. Refused while a session is open. */
  "models.chooseProvider": method(z.object({ provider: z.string() }), done),
  /** Runs a package's test tensors: not reproduced is an error. */
  "models.measure": method(z.object({ modelId: z.string(), provider: z.string() }), ProviderMeasure),
  /** Asks the person for a zipped package or an ONNX file, whose graph is read; nothing when they closed the dialog. */
  "models.pick": method(nothing, z.object({ picked: PickedModel.optional() })),
  /** Makes a package of the file that was picked last. A zip needs answers only where its description leaves the head open. */
  "models.add": method(z.object({ answers: OnnxForm.optional() }), z.object({ id: z.string() })),
  "analyzer.setEnabled": method(z.object({ enabled: z.boolean() }), done),
  "analyzer.setThresholds": method(z.object({ scoreThresholds: z.record(z.string(), z.number().min(0).max(1)) }), done),
  /** Counts of the running live view begin at nought again. */
  "live.restartTracks": method(nothing, done),
  "session.start": method(SessionPlan, z.object({ name: SessionName })),
  /** Goes on with a session that a crash or a power cut left unfinished. */
  "session.resumeInterrupted": method(z.object({ name: SessionName }), z.object({ name: SessionName })),
  "session.pause": method(nothing, done),
  "session.resume": method(nothing, done),
  "session.note": method(z.object({ text: z.string().min(1).max(2000) }), done),
  "session.finish": method(nothing, z.object({ name: SessionName })),
  /** Keeps the newest settled frame; resolves when pixels and record are safe on disk. Detections follow as an event. */
  "field.keep": method(nothing, FieldView),
  /** Kept fields of the open session, oldest first; empty when none is open. What a page that was loaded anew asks for. */
  "session.fields": method(nothing, z.array(FieldView)),
  "annotation.reclassify": method(z.object({ fieldId: z.string(), detectionId: z.string(), toClassId: z.string() }), FieldView),
  /** The object is what the analyzer that found it says; of a second analyzer it counts from now on. */
  "annotation.confirm": method(z.object({ fieldId: z.string(), detectionId: z.string() }), FieldView),
  "annotation.reject": method(z.object({ fieldId: z.string(), detectionId: z.string() }), FieldView),
  /** Takes back the latest annotation of the open session. */
  "annotation.undo": method(nothing, FieldView),
  "library.list": method(nothing, z.array(SessionSummary)),
  /** Reads and checks every record and file; `opening` events tell how far it is. One at a time: another one, or `library.cancelOpen`, ends it as `Canceled`. */
  "library.open": method(z.object({ name: SessionName }), SessionView),
  "library.cancelOpen": method(nothing, done),
  /** Pixels of a kept field as 8-bit RGB, row by row. */
  "library.fieldPicture": method(z.object({ name: SessionName, fieldId: z.string() }), z.object({ width: z.number().int(), height: z.number().int(), rgb: z.instanceof(Uint8Array) })),
  /** Recipes that come with Ocular and those saved here, every version. */
  "recipes.list": method(nothing, RecipeCatalog),
  /** Runs a recipe on a live or a held frame and shows what stands after one step. */
  "recipes.tune": method(TuneRequest, TuneAnswer),
  /** Keeps a recipe as the next version of its id; nothing is written over. */
  "recipes.save": method(z.object({ recipe: z.unknown() }), RecipeEntry),
  /** Measured numbers of every detection of a kept field; computed when asked for, kept in memory. */
  "features.measure": method(z.object({ name: SessionName, fieldId: z.string() }), FieldFeatures),
  /** What the model itself saw in them, by running it on the kept picture again. */
  "features.embed": method(z.object({ name: SessionName, fieldId: z.string() }), FieldEmbedding),
  /** Small pictures of cells of a kept field. */
  "features.crop": method(CropsRequest.extend({ name: SessionName }), Crops),
  /** Asks the person for a file and writes every cell that counts into it as CSV; nothing when they closed the dialog. */
  "features.export": method(z.object({ name: SessionName }), z.object({ path: z.string().optional(), cells: z.number().int().optional() })),
  "batch.status": method(nothing, BatchStatus),
  /** Asks the person for a folder; nothing when they closed the dialog. */
  "batch.pickFolder": method(z.object({ purpose: z.enum(["inputs", "results"]) }), z.object({ path: z.string().optional() })),
  /** Starts a batch, or goes on with an interrupted one of the same inputs; refused while one runs. */
  "batch.start": method(BatchStart, BatchStatus),
  /** Finishes the pictures under way and writes what is done. */
  "batch.cancel": method(nothing, done),
  /** Cells of a class with their pictures, the surest first. */
  "batch.cells": method(BatchCellsRequest, BatchCells),
  /** Shows the results in the system's file manager. */
  "batch.showResults": method(nothing, done),
  /** What is set up, who sits in which role, what is missing and who could stand in. Changes come as the event `devices`. */
  "devices.setup": method(nothing, DeviceSetup),
  /** Drivers that can be configured, with the form of their options. */
  "devices.families": method(nothing, z.array(DeviceFamily)),
  /** Looks at ports, buses and the network; opens nothing. Takes up to 2 s. */
  "devices.discover": method(nothing, Discovery),
  /**
   * Finds family and speed of what sits on a serial port, by questions only: nothing moves, nothing lights. Up to a minute where
   * nobody answers; `probe` events tell how far it is. `result` is absent when nobody answered in a way that is understood, or it
   * was canceled. One port at a time. With an IPv4 address: who answers there, for cameras that `devices.discover` does not reach.
   */
  "devices.probe": method(z.object({ port: z.string().min(1).max(500) }), z.object({ result: ProbeResult.optional() })),
  "devices.cancelProbe": method(nothing, done),
  /** Opens a device that is not configured yet, reads what it says of itself and closes it: nothing moves. The wizard's test. */
  "devices.test": method(z.object({ device: ConfiguredDevice }), z.object({ parts: z.array(PartView) })),
  /** The whole configuration as it would be exported; of the virtual microscope where nothing was set up. */
  "devices.configuration": method(nothing, DeviceConfiguration),
  /**
   * Takes a whole configuration into use and keeps it for the next start: devices that stay the same stay connected. Refused while a
   * session is open, and as `InvalidInput` (naming the place) where it is not valid; nothing is changed then. `isEdit`: it is the one in
   * use, changed by hand; a new pixel size of a webcam then holds for the resolution in force.
   */
  "devices.apply": method(z.object({ configuration: DeviceConfiguration, isEdit: z.boolean().optional() }), DeviceSetup),
  /** Adds one device and gives it the roles named, or, without, those of its parts that are empty or held by a virtual device. Kept. */
  "devices.add": method(z.object({ device: ConfiguredDevice, roles: z.array(DeviceKind).optional() }), DeviceSetup),
  /** Takes a device out, its roles with it. Kept. */
  "devices.remove": method(z.object({ key: DeviceKey }), DeviceSetup),
  /** Gives a role to a part of a configured device, for good; without `to` the role is empty. Kept. */
  "devices.assign": method(z.object({ role: DeviceKind, to: DevicePart.optional() }), DeviceSetup),
  /** Puts somebody else into a role until the app ends or it is taken back with `configured`; the configuration stays. */
  "devices.replace": method(z.object({ role: DeviceKind, by: Replacement }), DeviceSetup),
  /**
   * Sets a light of a configured device, in the role or not, %; answers with its true level. Also while a session is open: what a light
   * without the role is set to is written into its log.
   */
  "devices.setLight": method(z.object({ key: DeviceKey, part: z.string().min(1).max(60), percent: z.number() }), z.object({ percent: z.number() })),
  /** Tries a missing device again at once. It is looked for by itself too, every second. */
  "devices.reconnect": method(z.object({ key: DeviceKey }), DeviceSetup),
  /** Forgets the stored configuration: the virtual microscope serves again. */
  "devices.forget": method(nothing, DeviceSetup),
  /** Asks the person for a file and writes the configuration into it; nothing when they closed the dialog. */
  "devices.export": method(nothing, z.object({ path: z.string().optional() })),
  /** Asks for a configuration (YAML, JSON) or a Micro-Manager .cfg and reads it; `devices.apply` takes it into use. */
  "devices.import": method(nothing, z.object({ imported: ImportedConfiguration.optional() })),
  /** The conversation with a device so far, from `after` on (a `sequence`); more comes as `console` events while it is watched. */
  "devices.console": method(z.object({ key: DeviceKey, after: z.number().int().optional() }), ConsoleLines),
  /** Whose lines come as events; none without a key. */
  "devices.watchConsole": method(z.object({ key: DeviceKey.optional() }), done),
  /** Asks where, and writes versions, configuration, states, conversations and the recent log into a zip; nothing when the dialog was closed. */
  "devices.supportBundle": method(nothing, z.object({ path: z.string().optional() })),
  /** All features of a GenICam camera as a tree; the search is the screen's. Refused for other cameras and while it is absent. */
  "camera.features": method(z.object({ key: DeviceKey }), z.object({ root: CameraFeatureCategory })),
  /** Values, limits and access of some features, in the order asked. */
  "camera.readFeatures": method(z.object({ key: DeviceKey, names: z.array(z.string().max(200)).max(200) }), z.array(CameraFeatureValue)),
  /** Sets a feature from text, or gives a command (text is ignored). Answers with what the camera made of it. Out of range is `OutOfRange`. */
  "camera.writeFeature": method(z.object({ key: DeviceKey, name: z.string().max(200), text: z.string().max(10_000) }), CameraFeatureValue),
  /** A step of a gamepad, a joystick or a held key, um: steps that come while the stage moves are added up; ends at the limits. Answers at once. */
  "stage.jog": method(z.object({ xUm: z.number(), yUm: z.number() }), done),
  "focus.jog": method(z.object({ zUm: z.number() }), done),
  /** Runs to the reference marks, where no soft limit holds: only when a person has looked that the way is clear, and says so by name. */
  "stage.home": method(z.object({ givenBy: z.string().min(1).max(80), isWayClear: z.literal(true) }), done),
  /** Axes whose controller has begun to count anew are where they tell, says a person by name: they move again. Refused while their place is not in doubt. */
  "axes.trustPlace": method(z.object({ role: z.enum(["xyStage", "focusDrive"]), givenBy: z.string().min(1).max(80) }), done),
  /** Virtual devices only: makes one fail or come back, for training and tests. */
  "virtual.injectFault": method(z.object({ device: DeviceKind, fault: FaultKind }), done),
  "log.recent": method(nothing, z.array(LogLine)),
} as const;
export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type InputOf<M extends MethodName> = z.input<Methods[M]["input"]>;
export type OutputOf<M extends MethodName> = z.output<Methods[M]["output"]>;

/** Answer on the wire. */
export type Answer<M extends MethodName> = { readonly ok: true; readonly value: OutputOf<M> } | { readonly ok: false; readonly error: ErrorData };

/** Where a detection set was made: enough to draw it on a later frame at the right place. */
export const OverlayEvent = z.object({ set: DetectionSet, header: FrameHeader });
export type OverlayEvent = z.infer<typeof OverlayEvent>;

/** Two analyzers on the same live frame: the second's objects to draw beside the first's, and how far they agree. */
export const ComparedEvent = z.object({ header: FrameHeader, first: DetectionSet, second: DetectionSet, summary: ComparisonSummary });
export type ComparedEvent = z.infer<typeof ComparedEvent>;

/** The only list of events from main to the screens. */
export const events = {
  snapshot: Snapshot,
  /** A live analysis finished. */
  overlay: OverlayEvent,
  /** Both analyzers answered on one frame. */
  compared: ComparedEvent,
  /** A kept field is new or changed. */
  field: FieldView,
  /** One more line of the log. */
  log: LogLine,
  /** A session that is being opened goes on. */
  opening: OpeningProgress,
  /** A batch goes on, or came to its end. */
  batch: BatchStatus,
  /** Something about the devices changed: state, role, configuration. */
  devices: DeviceSetup,
  /** Probing tries the next family. */
  probe: ProbeProgress,
  /** New lines of the watched conversation. */
  console: ConsoleLines,
  /** Needs the person now. */
  toast: z.object({ tone: z.enum(["notice", "warning", "error"]), text: z.string(), about: DeviceKind.optional() }),
  /** The device that a toast is about is back: nothing of it needs the person any more. */
  cured: z.object({ about: DeviceKind }),
} as const;
export type Events = typeof events;
export type EventName = keyof Events;
export type EventOf<E extends EventName> = z.output<Events[E]>;

/**
 * One preview picture over the MessagePort. At most two are in flight: main sends more only
 * after a {@link PreviewCredit}.
 * Bayer and mono go raw (1 byte per pixel; the shader demosaics); more than 8 bits are shifted down to 8.
 */
export interface PreviewMessage {
  readonly header: FrameHeader;
  /** Layout of `pixels`. */
  readonly layout: "mono8" | "bayer8" | "rgb8";
  /** Colour filter at (0,0) when `layout` is bayer8. */
  readonly cfa?: "RGGB" | "GRBG" | "GBRG" | "BGGR";
  /** Size of `pixels`, smaller than the frame by the whole factor `reduction`. */
  readonly width: number;
  readonly height: number;
  readonly reduction: number;
  readonly pixels: ArrayBuffer;
}
/** The screen's answer: that frame is on the glass (and older ones will not be), send more. `waitMs` is arrival to drawn. */
export interface PreviewCredit {
  readonly shownFrameId: number;
  readonly waitMs: number;
}

/** What preload puts on `window.ocular`. */
export interface OcularBridge {
  call<M extends MethodName>(name: M, input: InputOf<M>): Promise<Answer<M>>;
  on<E extends EventName>(name: E, listener: (event: EventOf<E>) => void): () => void;
  /** Where a file (the page's own `File` object) that a person dropped or chose lies; empty where it lies nowhere. */
  pathOf(file: object): string;
}
