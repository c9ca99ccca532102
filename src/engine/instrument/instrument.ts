import type { AnalyzerIdentity, ClassInfo, DetectionSet } from "../../shared/domain/detection.ts";
import type { AnalyzerRef } from "../../shared/domain/comparison.ts";
import type { CameraControl, ControlValue } from "../../shared/domain/camera-controls.ts";
import type { CameraSettings, DeviceKind } from "../../shared/domain/devices.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { LedgerReport } from "../../shared/domain/ledger.ts";
import type { SessionPlan } from "../../shared/domain/session.ts";
import type { FieldView, LogLine, Snapshot } from "../../shared/domain/snapshot.ts";
import type { IdSource } from "../../shared/ids.ts";
import type { StagePointUm, Um } from "../../shared/units.ts";
import type { Clock } from "../../core/clock.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import type { HomingConsent, PlaceWord } from "../devices/api/homing.ts";
import type { Microscope } from "../devices/api/microscope.ts";
import type { SessionWriter } from "../session/session-writer.ts";
import type { LiveComparison } from "./second-analysis.ts";
import type { AutofocusResult } from "./autofocus.ts";

/** What an instrument is put together from. Composition roots choose; nothing in here knows whether a part is real. */
export interface InstrumentParts {
  readonly microscope: Microscope;
  /** Shown to people: a virtual microscope must never be taken for a real one. */
  readonly isVirtual: () => boolean;
  readonly analyzer: Analyzer;
  /** Which analyzer sits in the first seat now. */
  readonly analyzerRef: () => AnalyzerRef;
  /** um per pixel it takes for pictures that state none. */
  readonly assumedPixelSizeUm?: () => number | undefined;
  /** Score thresholds of the model package, by class id; empty until it is read. */
  readonly defaultThresholds: () => Readonly<Record<string, number>>;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Where sessions are kept. */
  readonly libraryFolder: string;
  readonly software: { readonly name: string; readonly version: string };
  /** Guard on every side of a field, um: see docs/adr/0003-counting-frame.md. */
  readonly countingInsetUm: number;
  readonly frameRate: number;
  /** The screen's end of the preview, when there is a screen. */
  readonly preview?: { offer(header: FrameHeader, pixels: Uint8Array): "taken" | "skipped" };
  /** Called with the writer of each session that opens: for who wants to watch its acknowledgements. */
  readonly onDidOpenSession?: (writer: SessionWriter) => void;
  /** p99 of the host loop's delay, ms, when it is measured. */
  readonly loopDelayP99Ms?: () => number;
}

/** What happens in the instrument. Listeners are called on the instrument's thread and must not throw. */
export interface InstrumentEvents {
  overlay: (set: DetectionSet, header: FrameHeader) => void;
  /** Both analyzers have answered on the same live frame. */
  compared: (comparison: LiveComparison) => void;
  field: (field: FieldView) => void;
  log: (line: LogLine) => void;
  /** Needs the person now. */
  /** `about`: it holds until that device is said to be cured. */
  alert: (tone: "notice" | "warning" | "error", text: string, about?: DeviceKind) => void;
  /** A device that was told to be lost is back. */
  cured: (about: DeviceKind) => void;
}

/** The microscope, its analyzer and the open session as one thing: the desktop app and the command line both drive this. */
export interface Instrument {
  readonly microscope: Microscope;
  snapshot(): Snapshot;
  /** Connects what is there and starts the live picture; a device that is missing is a state, not a failure. */
  start(options?: {
    /** Whoever set the devices up has connected those that are there, and named the others. Default false. */
    readonly areConnected?: boolean;
  }): Promise<void>;
  /** Header of the next frame that comes: scale and place are known from then on. */
  nextFrame(): Promise<FrameHeader>;
  startLive(): Promise<void>;
  stopLive(): Promise<void>;
  /**
   * Changes who sits where: motion is stopped first, and the live picture too where the camera is among them; it goes on with the
   * camera that is there afterwards. @throws OcularError WrongState while a session is open: its records name its devices
   */
  changeDevices<T>(what: string, touches: { readonly camera: boolean }, change: () => Promise<T>): Promise<T>;
  moveStageBy(deltaUm: StagePointUm): Promise<StagePointUm>;
  moveStageTo(targetUm: StagePointUm): Promise<StagePointUm>;
  moveFocusBy(deltaUm: Um): Promise<Um>;
  moveFocusTo(targetUm: Um): Promise<Um>;
  /** A step of a joystick: answers at once; what goes wrong is an alert. @throws OcularError InvalidInput without a stage */
  jogStage(deltaUm: StagePointUm): void;
  jogFocus(deltaUm: Um): void;
  /** Runs to the reference marks, and says who allowed it. */
  homeStage(consent: HomingConsent): Promise<void>;
  /** A person says that the place these axes tell is right, after their controller has begun to count anew; who said so is told and recorded. */
  trustPlace(role: "xyStage" | "focusDrive", by: PlaceWord): Promise<void>;
  autofocus(options?: { rangeUm?: number; stepUm?: number; signal?: AbortSignal }): Promise<AutofocusResult>;
  /** Stage and focus stop at once and stay there: an autofocus or a scan under way ends with `Canceled`. */
  stopMotion(): Promise<void>;
  /**
   * Aborts with the next stop, whatever brings it (a person, the loss of the screen, homing, a change of devices, the end), and when a person
   * focuses or another objective is chosen. Whoever moves by a plan gives it up then; a single step that is stopped only ends where it was stopped.
   */
  overruled(): AbortSignal;
  /**
   * The screen is gone, or the computer goes to sleep: nobody sees what moves and what is lit. Every stage and focus drive stops and every light goes off, whatever
   * role it has; the picture and an open session go on. Never rejects: what did not obey is told.
   */
  screenLost(why?: string): Promise<void>;
  applyCamera(patch: Partial<CameraSettings>): Promise<CameraSettings>;
  /** The camera's controls beyond its settings; none where it has none. */
  cameraControls(): readonly CameraControl[];
  /** Sets one, around a stop of the camera where that is needed; all of them as they are then. */
  setCameraControl(id: string, value: ControlValue): Promise<readonly CameraControl[]>;
  setLight(percent: number): Promise<number>;
  selectObjective(objectiveId: string): Promise<void>;
  setAnalysisEnabled(enabled: boolean): void;
  setScoreThresholds(thresholds: Readonly<Record<string, number>>): void;
  /** @throws OcularError WrongState while a session is open */
  refuseDuringSession(what: string): void;
  /** Puts a second analyzer beside the first, or takes it away; the one before is disposed of. */
  setSecondAnalyzer(chosen: { readonly ref: AnalyzerRef; readonly analyzer: Analyzer; readonly assumedPixelSizeUm: () => number | undefined } | undefined): Promise<void>;
  /** Forgets the tracks of the running live view. */
  restartTracks(): void;
  startSession(plan: SessionPlan): Promise<string>;
  /** Opens a session again that was never finished, and goes on with it: recovered up to its last safe record. */
  resumeInterrupted(name: string): Promise<string>;
  pauseSession(): Promise<void>;
  resumeSession(): Promise<void>;
  note(text: string): Promise<void>;
  /** Drains the run, balances the ledger, seals. Resolves with the session's name. */
  finishSession(): Promise<{ name: string; folder: string; ledger: LedgerReport }>;
  /** Kept fields of the open session, oldest first; empty when none is open. */
  sessionFields(): readonly FieldView[];
  keepField(): Promise<FieldView>;
  /** Resolves when the analyzer has answered for that field, well or badly. */
  fieldAnalysed(fieldId: string): Promise<FieldView>;
  reclassify(fieldId: string, detectionId: string, toClassId: string): Promise<FieldView>;
  reject(fieldId: string, detectionId: string): Promise<FieldView>;
  confirm(fieldId: string, detectionId: string): Promise<FieldView>;
  undo(): Promise<FieldView>;
  recentLog(): LogLine[];
  /** Tells the person, and the record of an open session. */
  announce(tone: "notice" | "warning" | "error", text: string): void;
  on<E extends keyof InstrumentEvents>(event: E, listener: InstrumentEvents[E]): () => void;
  /** A preview frame is on the glass. */
  previewShown(frameId: number): void;
  classes(): readonly ClassInfo[];
  analyzerIdentity(): AnalyzerIdentity;
  /** Leaves everything safe: motion stopped, every light off, in a role or not, before anything else; an open session on disk unsealed but whole. */
  dispose(): Promise<void>;
}
