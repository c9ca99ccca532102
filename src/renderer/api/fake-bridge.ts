import { fieldOutlineOf } from "../../core/geometry/stage-from-image.ts";
import type { Annotation } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import { PREVIEW_CHANNEL } from "../../shared/ipc/channels.ts";
import type { AnalyzerEntry, EventName, EventOf, InputOf, MethodName, OcularBridge, OutputOf, PreviewMessage, SessionSummary } from "../../shared/ipc/contract.ts";
import { FAKE_ANALYZER, FAKE_CLASSES, FAKE_NOW, FAKE_SECOND, fakeCounts, fakeFields, fakeHeader, fakeLog, fakeSnapshot } from "./fake-instrument.ts";
import type { FakePicture } from "./fake-instrument.ts";
import { fakeModelReplies } from "./fake-models.ts";
import { fakeBatchReplies } from "./fake-batch.ts";
import { fakeDeviceReplies } from "./fake-devices.ts";
import { fakeFeaturesReplies } from "./fake-features.ts";
import { fakeRecipeReplies } from "./fake-recipes.ts";
import type { FakeScenario } from "./fake-scenarios.ts";

/** A stand-in for the instrument behind the same door: for work on the screens, without Electron. */
export interface FakeBridge {
  readonly bridge: OcularBridge;
  /** Sends the preview port to the page as preload does and starts to talk. */
  start(page: Window): void;
}

const FRAME_MS = 33;
const SNAPSHOT_MS = 200;
const ANALYSIS_MS = 180;
/** Frames between a picture and the answer to it. */
const ANALYSIS_AGE = 2;

type Replies = { readonly [M in MethodName]: (input: InputOf<M>) => OutputOf<M> | Promise<OutputOf<M>> };

class Refusal extends Error {
  readonly data: ErrorData;
  constructor(data: ErrorData) {
    super(data.tag);
    this.data = data;
  }
}

export function createFakeBridge(scenario: FakeScenario, picture: FakePicture): FakeBridge {
  const listeners = new Map<EventName, Set<(event: never) => void>>();
  const startedAt = new Date(Date.now() - 754_000).toISOString();
  const fields = fakeFields(picture, 7);
  let snapshot = fakeSnapshot(scenario, picture, fields, startedAt);
  let frameId = 4210;
  let annotations = 0;

  const emit = <E extends EventName>(name: E, event: EventOf<E>): void => {
    for (const listener of listeners.get(name) ?? []) (listener as (event: EventOf<E>) => void)(event);
  };
  const publish = (): void => { emit("snapshot", snapshot); };
  const moveTo = (x: number, y: number): { x: number; y: number } => {
    if (snapshot.stage !== undefined) snapshot = { ...snapshot, stage: { ...snapshot.stage, positionUm: { x, y } } };
    publish();
    return { x, y };
  };
  const here = () => snapshot.stage?.positionUm ?? { x: 0, y: 0 };
  const changed = (field: FieldView): FieldView => {
    const at = fields.findIndex((candidate) => candidate.fieldId === field.fieldId);
    if (at >= 0) fields[at] = field;
    if (snapshot.session !== undefined) snapshot = { ...snapshot, session: { ...snapshot.session, counts: fakeCounts(fields), canUndo: fields.some((candidate) => candidate.annotations.length > 0) } };
    emit("field", field);
    publish();
    return field;
  };
  const annotate = (fieldId: string, make: (field: FieldView, id: string) => Annotation): FieldView => {
    const field = fields.find((candidate) => candidate.fieldId === fieldId);
    if (field === undefined) throw new Refusal({ tag: "InvalidInput", what: "The field", reason: "it is not of this session" });
    annotations += 1;
    return changed({ ...field, annotations: [...field.annotations, make(field, `a${annotations}`)] });
  };
  const classIdOf = (field: FieldView, detectionId: string): string => [...(field.detections ?? []), ...(field.second?.detections ?? [])].find((detection) => detection.id === detectionId)?.classId ?? "?";

  const replies: Replies = {
    ...fakeModelReplies((data) => new Refusal(data)),
    ...fakeBatchReplies((status) => { emit("batch", status); }),
    ...fakeDeviceReplies(scenario, emit, (data) => new Refusal(data)),
    ...fakeFeaturesReplies(scenario, picture, fields),
    ...fakeRecipeReplies(scenario, picture, (data) => new Refusal(data)),
    "app.snapshot": () => {
      if (scenario === "loading") return new Promise<never>(() => undefined);
      if (scenario === "link-failed") throw new Refusal({ tag: "Internal", what: "Starting the microscope", reason: "the frame pool could not be made" });
      return snapshot;
    },
    "live.start": () => { snapshot = { ...snapshot, acquisition: "running" }; publish(); return {}; },
    "live.stop": () => { snapshot = { ...snapshot, acquisition: "idle" }; publish(); return {}; },
    "stage.moveBy": ({ xUm, yUm }) => moveTo(here().x + xUm, here().y + yUm),
    "stage.moveTo": ({ xUm, yUm }) => moveTo(xUm, yUm),
    "stage.stop": () => ({}),
    "focus.moveBy": ({ zUm }) => ({ zUm }),
    "focus.moveTo": ({ zUm }) => ({ zUm }),
    "focus.auto": () => ({ found: true, zUm: snapshot.focus?.positionUm ?? 0 }),
    "camera.apply": (settings) => {
      if (snapshot.camera === undefined) throw new Refusal({ tag: "DeviceDisconnected", deviceId: "virtual:camera", command: "set exposure" });
      const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
      const applied = { ...snapshot.camera.settings, ...given };
      snapshot = { ...snapshot, camera: { ...snapshot.camera, settings: applied } };
      publish();
      return applied;
    },
    "camera.controls": () => [],
    "camera.setControl": () => [],
    "light.set": ({ percent }) => { snapshot = { ...snapshot, light: { percent } }; publish(); return { percent }; },
    "objective.select": ({ objectiveId }) => {
      const current = snapshot.objective?.all.find((lens) => lens.id === objectiveId);
      if (snapshot.objective !== undefined && current !== undefined) snapshot = { ...snapshot, objective: { ...snapshot.objective, current } };
      publish();
      return {};
    },
    "analyzer.catalog": () => [...FAKE_CATALOG],
    "analyzer.choose": ({ ref }) => { snapshot = { ...snapshot, analyzer: { ...snapshot.analyzer, ref } }; publish(); return {}; },
    "analyzer.setSecond": ({ ref }) => {
      const { second: _before, ...rest } = snapshot;
      snapshot = ref === undefined ? rest : { ...rest, second: { ref, state: "ready", identity: FAKE_SECOND, classes: [...FAKE_CLASSES] } };
      publish();
      return {};
    },
    "analyzer.setEnabled": ({ enabled }) => { snapshot = { ...snapshot, analyzer: { ...snapshot.analyzer, enabled } }; publish(); return {}; },
    "analyzer.setThresholds": ({ scoreThresholds }) => { snapshot = { ...snapshot, analyzer: { ...snapshot.analyzer, scoreThresholds } }; publish(); return {}; },
    "live.restartTracks": () => { snapshot = { ...snapshot, running: { counts: {}, frames: 0, since: new Date().toISOString() } }; publish(); return {}; },
    "session.start": (details) => {
      const session = fakeSnapshot("session", picture, [], new Date().toISOString()).session;
      if (session !== undefined) snapshot = { ...snapshot, session: { ...session, details } };
      fields.length = 0;
      publish();
      return { name: session?.name ?? "session.ocular" };
    },
    "session.resumeInterrupted": ({ name }) => {
      const session = fakeSnapshot("session", picture, [], new Date().toISOString()).session;
      if (session !== undefined) snapshot = { ...snapshot, session: { ...session, name, state: "recovered" } };
      publish();
      return { name };
    },
    "session.pause": () => { if (snapshot.session !== undefined) snapshot = { ...snapshot, session: { ...snapshot.session, paused: true } }; publish(); return {}; },
    "session.resume": () => { if (snapshot.session !== undefined) snapshot = { ...snapshot, session: { ...snapshot.session, paused: false } }; publish(); return {}; },
    "session.note": ({ text }) => { emit("log", { sequence: 900 + annotations, time: new Date().toISOString(), tone: "plain", text: `Note: ${text}` }); return {}; },
    "session.finish": () => {
      const name = snapshot.session?.name ?? "";
      const { session: _sealed, ...rest } = snapshot;
      snapshot = rest;
      publish();
      return { name };
    },
    "session.fields": () => [...fields],
    "field.keep": () => {
      const header = { ...fakeHeader(picture, frameId), stagePositionUm: here() };
      const field: FieldView = { fieldId: `field-${frameId}`, header, detections: picture.detections.map((detection) => ({ ...detection, id: `${frameId}-${detection.id}` })), analyzer: FAKE_ANALYZER, annotations: [] };
      fields.push(field);
      if (snapshot.session !== undefined) snapshot = { ...snapshot, session: { ...snapshot.session, fields: [...snapshot.session.fields, { fieldId: field.fieldId, outlineUm: [...(fieldOutlineOf(header) ?? [])] }] } };
      return changed(field);
    },
    "annotation.reclassify": ({ fieldId, detectionId, toClassId }) => annotate(fieldId, (field, id) => ({ kind: "reclassify", id, fieldId, detectionId, fromClassId: classIdOf(field, detectionId), toClassId })),
    "annotation.confirm": ({ fieldId, detectionId }) => annotate(fieldId, (field, id) => ({ kind: "confirm", id, fieldId, detectionId, classId: classIdOf(field, detectionId) })),
    "annotation.reject": ({ fieldId, detectionId }) => annotate(fieldId, (field, id) => ({ kind: "reject", id, fieldId, detectionId, fromClassId: classIdOf(field, detectionId) })),
    "annotation.undo": () => {
      const field = fields.findLast((candidate) => candidate.annotations.length > 0);
      if (field === undefined) throw new Refusal({ tag: "WrongState", what: "Undo", state: "nothing was corrected", allowedIn: ["a corrected field"] });
      return changed({ ...field, annotations: field.annotations.slice(0, -1) });
    },
    "library.list": () => (scenario === "empty-library" ? [] : SUMMARIES),
    "library.open": ({ name }) => {
      const summary = SUMMARIES.find((candidate) => candidate.name === name);
      if (summary === undefined) throw new Refusal({ tag: "NotASession", path: name, reason: "it has no log" });
      const damaged = summary.state === "damaged";
      return {
        summary, classes: [...FAKE_CLASSES], counts: fakeCounts(fields), fields: [...fields], log: fakeLog(), ledger: snapshot.ledger, countingFrame: { insetUm: 4 }, folder: `/home/lab/Documents/Ocular/${summary.name}`,
        verify: { ok: !damaged, records: damaged ? 36 : 311, files: fields.length, sealed: summary.state === "sealed", ...(damaged ? { firstProblem: { line: 37, message: "its hash does not match the record after it" } } : {}) },
      };
    },
    "library.cancelOpen": () => ({}),
    "library.fieldPicture": () => ({ width: picture.width, height: picture.height, rgb: picture.rgb }),
    "virtual.injectFault": ({ device, fault }) => {
      snapshot = { ...snapshot, devices: snapshot.devices.map((status) => (status.identity.kind === device ? { ...status, state: fault === "reconnect" ? "ready" : fault === "disconnect" ? "absent" : "faulted" } : status)) };
      publish();
      return {};
    },
    "log.recent": () => (snapshot.session === undefined ? fakeLog().slice(1, 2) : fakeLog()),
  };

  return {
    bridge: {
      call: async (name, input) => {
        try {
          // The table pairs each name with its input; TypeScript cannot follow that through a variable name.
          const reply = replies[name] as (input: unknown) => OutputOf<typeof name> | Promise<OutputOf<typeof name>>;
          return { ok: true, value: await reply(input) };
        } catch (error) {
          if (error instanceof Refusal) return { ok: false, error: error.data };
          throw error;
        }
      },
      on: (name, listener) => {
        const set = listeners.get(name) ?? new Set();
        listeners.set(name, set.add(listener));
        return () => { set.delete(listener); };
      },
      pathOf: () => "/pictures/dropped",
    },
    start: (page) => {
      if (scenario === "loading" || scenario === "link-failed") return;
      setInterval(publish, SNAPSHOT_MS);
      if (snapshot.session !== undefined) for (const field of fields) emit("field", field);
      if (scenario === "toasts") {
        emit("toast", { tone: "notice", text: "Keep the field first (Space)" });
        emit("toast", { tone: "warning", text: "Only 2.1 GB left on the session disk: free some space soon" });
        emit("toast", { tone: "error", text: "virtual:xyStage axis x stopped at 120.4 um on its way to 200.0 um: free the stage, then move again." });
      }
      if (scenario === "no-camera") return;
      const { port1, port2 } = new MessageChannel();
      page.postMessage({ type: PREVIEW_CHANNEL }, page.location.origin, [port2]);
      let free = true;
      const lastFrame = scenario === "stale" || scenario === "disconnected" || scenario === "camera-idle" ? frameId + 2 : Infinity;
      port1.onmessage = () => { free = true; };
      setInterval(() => {
        if (frameId >= lastFrame) return;
        frameId += 1;
        if (!free) return;
        free = false;
        const pixels = new ArrayBuffer(picture.rgb.byteLength);
        new Uint8Array(pixels).set(picture.rgb);
        port1.postMessage({ header: { ...fakeHeader(picture, frameId), stagePositionUm: here() }, layout: "rgb8", width: picture.width, height: picture.height, reduction: 1, pixels } satisfies PreviewMessage, [pixels]);
      }, FRAME_MS);
      if (snapshot.analyzer.state !== "ready") return;
      setInterval(() => {
        if (!snapshot.analyzer.enabled) return;
        const made = frameId - ANALYSIS_AGE;
        emit("overlay", { set: { frameId: made, analyzer: FAKE_ANALYZER, detections: [...picture.detections], analysisMs: 171 }, header: { ...fakeHeader(picture, made), stagePositionUm: here() } });
      }, ANALYSIS_MS);
    },
  };
}

const FAKE_CATALOG: readonly AnalyzerEntry[] = [
  { ref: { kind: "model", id: "blood-cells" }, name: "Ocular blood cells", version: "2.0.0" },
  { ref: { kind: "rules", id: "red-cells" }, name: "Red cells by size and shape", version: "1" },
  { ref: { kind: "model", id: "broken" }, name: "broken", version: "", problem: "Model broken cannot be used (model.onnx is missing): put the file back." },
];

const SUMMARIES: SessionSummary[] = [
  { name: "2026-11-22 0941 B-2026-0117.ocular", state: "sealed", details: { operator: "A. Novak", specimenId: "B-2026-0117", note: "Second smear, Giemsa, a little thick" }, startedAt: FAKE_NOW, fields: 7, total: 140 },
  { name: "2026-11-21 1512 B-2026-0116.ocular", state: "recovered", details: { operator: "A. Novak", specimenId: "B-2026-0116", note: "" }, startedAt: "2026-11-21T15:12:40.000+01:00", fields: 31, total: 612 },
  { name: "2026-11-21 1101 B-2026-0114.ocular", state: "damaged", details: { operator: "M. Okafor", specimenId: "B-2026-0114", note: "" }, startedAt: "2026-11-21T11:01:02.000+01:00", fields: 12, total: 0, problem: "Log line 37 does not fit the one before" },
];
