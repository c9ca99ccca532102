import type { CountReport, StopRule } from "../../shared/domain/counting.ts";
import type { ClassInfo, Detection } from "../../shared/domain/detection.ts";
import type { DeviceKind, DeviceState, DeviceStatus } from "../../shared/domain/devices.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { FieldView, LogLine, Snapshot } from "../../shared/domain/snapshot.ts";
import { countReport } from "../../core/counting/count-report.ts";
import { fieldOutlineOf } from "../../core/geometry/stage-from-image.ts";
import { stopProgress } from "../../core/counting/stop-rule.ts";
import type { FakeScenario } from "./fake-scenarios.ts";

/** What the fake camera looks at. */
export interface FakePicture {
  readonly width: number;
  readonly height: number;
  /** 8-bit RGB, row by row. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  readonly detections: readonly Detection[];
}

export const FAKE_CLASSES: readonly ClassInfo[] = [
  { id: "red-cell", name: "Red cell", plural: "Red cells", letter: "R", colorIndex: 0 },
  { id: "white-cell", name: "White cell", plural: "White cells", letter: "W", colorIndex: 1 },
  { id: "platelet", name: "Platelet", plural: "Platelets", letter: "P", colorIndex: 2 },
];
export const FAKE_ANALYZER = { id: "blood-cells", version: "0.1.0", sha256: "3f5ac3d02e9f7c1b8d64e0a2b7c95f1846d20c3be7a91f0e5d8b34c6a7f2e19d", runtime: "onnxruntime-node 1.30.0 cpu, 2 threads", settingsHash: "c0ffee" };
export const FAKE_SECOND = { id: "red-cells", version: "1", sha256: "b7c95f1846d20c3be7a91f0e5d8b34c6a7f2e19d3f5ac3d02e9f7c1b8d64e0a2", runtime: "rules 1, native 1", settingsHash: "facade" };
const FAKE_PIXEL_UM = 0.0733;
const INSET = { insetUm: 4 };
const FAKE_STOP: StopRule = { kind: "class-count", classId: "red-cell", target: 200 };
const DETAILS = { operator: "A. Novak", specimenId: "B-2026-0117", note: "Second smear, Giemsa, a little thick" };
/** Fixed, so that two screenshots of one state are equal. */
export const FAKE_NOW = "2026-11-22T09:41:07.000+01:00";

const DEVICES: readonly { readonly kind: DeviceKind; readonly model: string }[] = [
  { kind: "camera", model: "Virtual camera" }, { kind: "xyStage", model: "Virtual stage" }, { kind: "focusDrive", model: "Virtual focus drive" },
  { kind: "illumination", model: "Virtual lamp" }, { kind: "objectiveTurret", model: "Virtual turret" },
];

function devicesIn(scenario: FakeScenario): DeviceStatus[] {
  const cameraState: DeviceState = scenario === "no-camera" ? "absent" : scenario === "disconnected" ? "connecting" : "ready";
  const reasons: Partial<Record<FakeScenario, string>> = { "no-camera": "Not found on any port", disconnected: "Its cable was pulled; trying again" };
  return DEVICES.filter(({ kind }) => scenario !== "no-stage" || kind === "camera").map(({ kind, model }) => ({
    identity: { id: `virtual:${kind}`, kind, vendor: "Ocular", model, serial: "V-0001" },
    state: kind === "camera" ? cameraState : "ready",
    sinceMs: 0,
    ...(kind === "camera" && reasons[scenario] !== undefined ? { reason: reasons[scenario] } : {}),
  }));
}

export function fakeHeader(picture: FakePicture, frameId: number): FrameHeader {
  return {
    frameId, cameraId: "virtual:camera", deviceSequence: frameId, deviceTimeMs: frameId * 33, hostTimeMs: frameId * 33, width: picture.width, height: picture.height,
    pixelFormat: "RGB8", stagePositionUm: { x: 12_480.5, y: -3120 }, focusPositionUm: 41.5, settled: true, pixelSizeUm: FAKE_PIXEL_UM, objectiveId: "100x",
    exposureMs: 8, gainDb: 0, lightPercent: 62, settingsHash: "5e77", status: "complete",
  };
}

/** Kept fields along a row of the slide, the last one in view. */
export function fakeFields(picture: FakePicture, count: number): FieldView[] {
  const widthUm = picture.width * FAKE_PIXEL_UM - 2 * INSET.insetUm;
  const heightUm = picture.height * FAKE_PIXEL_UM - 2 * INSET.insetUm;
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const header = fakeHeader(picture, 100 + index * 40);
    const place = { x: 12_480.5 - (back % 4) * widthUm, y: -3120 - Math.floor(back / 4) * heightUm };
    return {
      fieldId: `field-${String(index + 1).padStart(6, "0")}`,
      header: { ...header, stagePositionUm: place },
      detections: picture.detections.map((detection) => ({ ...detection, id: `f${index}-${detection.id}` })),
      analyzer: FAKE_ANALYZER,
      annotations: [],
    };
  });
}

export function fakeCounts(fields: readonly FieldView[]): CountReport {
  return countReport(fields, INSET, FAKE_CLASSES.map((info) => info.id));
}

const LENSES = [["10x", 10, 0.25], ["20x", 20, 0.4], ["40x", 40, 0.65], ["100x", 100, 1.25]] as const;

/** The whole instrument in one state. */
export function fakeSnapshot(scenario: FakeScenario, picture: FakePicture, fields: readonly FieldView[], startedAt: string): Snapshot {
  const inSession = ["session", "kept", "paused", "moving", "disconnected", "analyzer-restarting", "disk-low", "toasts"].includes(scenario);
  const analyzerState = scenario === "analyzer-starting" || scenario === "no-classes" ? "starting" : scenario === "analyzer-restarting" ? "restarting" : scenario === "analyzer-failed" ? "failed" : "ready";
  const noCamera = scenario === "no-camera" || scenario === "disconnected";
  const objectives = LENSES.map(([id, magnification, numericalAperture]) => ({ id, magnification, numericalAperture, immersion: id === "100x" ? ("oil" as const) : ("air" as const), name: `Plan ${magnification}x/${numericalAperture}` }));
  const current = objectives.at(-1);
  return {
    microscope: { name: "Virtual microscope", isVirtual: true },
    devices: devicesIn(scenario),
    acquisition: scenario === "camera-idle" ? "idle" : scenario === "paused" ? "paused" : "running",
    ...(noCamera ? {} : { camera: {
      settings: { exposureMs: 8, gainDb: 0, blackLevelDn: 0, frameRate: 30, pixelFormat: "RGB8", binning: 1, roi: { offsetX: 0, offsetY: 0, width: picture.width, height: picture.height } },
      limits: { sensorWidth: picture.width, sensorHeight: picture.height, exposureMs: { min: 0.05, max: 1000 }, gainDb: { min: 0, max: 24 }, blackLevelDn: { min: 0, max: 64 }, frameRate: { min: 0.1, max: 120 }, pixelFormats: ["RGB8"], binnings: [1] },
    } }),
    ...(scenario === "no-stage" ? {} : {
      stage: { positionUm: { x: 12_480.5, y: scenario === "kept" ? -3120 : -3084.2 }, moving: scenario === "moving", limits: { x: { min: -38_000, max: 38_000 }, y: { min: -12_500, max: 12_500 } } },
      focus: { positionUm: 41.5, moving: false, limits: { min: -2000, max: 2000 } },
      light: { percent: 62 },
      objective: { all: objectives, ...(current === undefined ? {} : { current }) },
    }),
    pixelSizeUm: FAKE_PIXEL_UM,
    analyzer: {
      ref: { kind: "model", id: "blood-cells" }, state: analyzerState, enabled: true, classes: scenario === "no-classes" ? [] : [...FAKE_CLASSES], identity: FAKE_ANALYZER,
      scoreThresholds: { "red-cell": 0.35, "white-cell": 0.4, platelet: 0.3 }, pid: 4711,
      ...(scenario === "analyzer-failed" ? { reason: "model.onnx is not the file its rdf.yaml names" } : {}),
    },
    running: { counts: { "red-cell": 143, "white-cell": 3, platelet: 9 }, frames: 790, since: startedAt },
    rates: { cameraFps: noCamera ? 0 : 30, analysisFps: 5.4, analysisMs: 171, loopDelayP99Ms: 6.2 },
    ledger: { produced: 4210, stored: fields.length, recorded: 4195, lost: scenario === "disconnected" ? { "camera-gap": 3 } : {}, analysed: 790, analysisSkipped: 3417, analysisLost: {}, shown: 4104, displaySkipped: 103, balanced: true },
    disk: { folder: "/home/lab/Documents/Ocular", freeBytes: scenario === "disk-low" ? 2.1e9 : 412e9 },
    ...(inSession ? { session: {
      name: "2026-11-22 0941 B-2026-0117.ocular", folder: "/home/lab/Documents/Ocular/2026-11-22 0941 B-2026-0117.ocular", state: "open", paused: scenario === "paused", details: DETAILS, startedAt, countingFrame: INSET,
      counts: fakeCounts(fields),
      stop: stopProgress(FAKE_STOP, fakeCounts(fields)),
      fields: fields.map(({ fieldId, header }) => ({ fieldId, outlineUm: [...(fieldOutlineOf(header) ?? [])] })),
      canUndo: scenario === "kept", acknowledged: 311,
    } } : {}),
  };
}

const LOG: readonly (readonly [number, LogLine["tone"], string])[] = [
  [0, "plain", "Session started by A. Novak on B-2026-0117"],
  [1, "plain", "Analyzer blood-cells 0.1.0 ready (sha256 3f5ac3d0...)"],
  [14, "plain", "Field 1 kept at x 12 366.4 µm, y -3 147.2 µm"],
  [15, "plain", "Field 1: 19 red cells, 1 white cell, 1 platelet"],
  [31, "plain", "Objective changed to Plan 100x/1.25"],
  [48, "warning", "Camera lost 3 frames (never left the camera)"],
  [63, "plain", "Field 2 kept at x 12 405.3 µm, y -3 147.2 µm"],
  [64, "plain", "Field 2: 18 red cells, 1 white cell"],
  [80, "notice", "A. Novak changed a platelet to a red cell in field 2"],
  [96, "error", "The analysis process died; it was restarted, 1 frame counted as lost"],
  [120, "plain", "Note: edge of the smear reached"],
];

export function fakeLog(): LogLine[] {
  const start = Date.parse(FAKE_NOW);
  return LOG.map(([seconds, tone, text], sequence) => ({ sequence, time: new Date(start + seconds * 1000).toISOString(), tone, text }));
}
