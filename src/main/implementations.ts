import path from "node:path";
import type { AnalyzerCatalog } from "../engine/analysis/analyzer-catalog.ts";
import type { AnalyzerSeat } from "../engine/analysis/analyzer-seat.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import type { FeatureService } from "../engine/features/feature-service.ts";
import { listSessions, type SummaryMemory } from "../engine/session/session-list.ts";
import type { SessionOpener } from "../engine/session/session-opener.ts";
import { fieldPicture } from "../engine/session/session-reader.ts";
import type { RecipeTuner } from "../engine/analysis/rules/recipe-tuner.ts";
import type { DeviceKind, FaultKind } from "../shared/domain/devices.ts";
import { OcularError } from "../shared/errors.ts";
import { um } from "../shared/units.ts";
import type { Implementations } from "./answer-call.ts";
import type { Batching } from "./batching.ts";
import type { DeviceCalls } from "./devices.ts";
import type { ModelCalls } from "./model-calls.ts";

/** What the composition root adds to the instrument itself. */
export interface ImplementationParts {
  readonly instrument: Instrument;
  readonly libraryFolder: string;
  readonly opener: SessionOpener;
  readonly catalog: AnalyzerCatalog;
  readonly seat: AnalyzerSeat;
  /** Started when the first of its calls comes. */
  readonly openTuner: () => Promise<RecipeTuner>;
  /** The calls about model packages, read when the first of them comes. */
  readonly modelCalls: () => Promise<ModelCalls>;
  /** Started when the first of its calls comes. */
  readonly openFeatures: () => Promise<FeatureService>;
  /** Writes the cells of a saved session where the person says. */
  readonly exportCells: (folder: string) => Promise<{ path?: string; cells?: number }>;
  readonly batch: Batching["calls"];
  /** The calls about devices, their configuration and their features. */
  readonly devices: DeviceCalls;
  /** Makes a virtual device fail. @throws OcularError InvalidInput for a real one */
  readonly injectFault: (device: DeviceKind, fault: FaultKind) => void;
}

/** Each call of the contract, on the instrument. Nothing here decides anything. */
export function implementCalls({ instrument, libraryFolder, opener, catalog, seat, openTuner, modelCalls, openFeatures, exportCells, batch, devices, injectFault }: ImplementationParts): Implementations {
  // The contract admits bare names only; the check stands here as well because a path is what is opened.
  const sessionFolder = (name: string): string => {
    const folder = path.join(libraryFolder, name);
    if (path.dirname(folder) !== path.resolve(libraryFolder)) throw new OcularError({ tag: "PathOutside", path: name, root: libraryFolder });
    return folder;
  };
  const listed: SummaryMemory = new Map();
  return {
    "app.snapshot": () => instrument.snapshot(),
    "live.start": async () => { await instrument.startLive(); return {}; },
    "live.stop": async () => { await instrument.stopLive(); return {}; },
    "stage.moveBy": ({ xUm, yUm }) => instrument.moveStageBy({ x: um(xUm), y: um(yUm) }),
    "stage.moveTo": ({ xUm, yUm }) => instrument.moveStageTo({ x: um(xUm), y: um(yUm) }),
    "stage.stop": async () => { await instrument.stopMotion(); return {}; },
    "focus.moveBy": async ({ zUm }) => ({ zUm: await instrument.moveFocusBy(um(zUm)) }),
    "focus.moveTo": async ({ zUm }) => ({ zUm: await instrument.moveFocusTo(um(zUm)) }),
    "focus.auto": async () => {
      const result = await instrument.autofocus();
      return { found: result.kind === "found", zUm: instrument.snapshot().focus?.positionUm ?? 0 };
    },
    "camera.apply": (patch) => instrument.applyCamera(withoutUndefined(patch)),
    "camera.controls": () => [...instrument.cameraControls()],
    "camera.setControl": async ({ id, value }) => [...await instrument.setCameraControl(id, value)],
    "light.set": async ({ percent }) => ({ percent: await instrument.setLight(percent) }),
    "objective.select": async ({ objectiveId }) => { await instrument.selectObjective(objectiveId); return {}; },
    "analyzer.catalog": () => catalog.list(),
    "analyzer.choose": async ({ ref }) => {
      instrument.refuseDuringSession("Choosing another analyzer");
      await seat.take(await catalog.open(ref));
      instrument.setScoreThresholds({});
      instrument.restartTracks();
      return {};
    },
    "analyzer.setSecond": async ({ ref }) => {
      await instrument.setSecondAnalyzer(ref === undefined ? undefined : await catalog.open(ref));
      return {};
    },
    "models.list": async (input) => (await modelCalls())["models.list"](input),
    "models.providers": async (input) => (await modelCalls())["models.providers"](input),
    "models.chooseProvider": async (input) => (await modelCalls())["models.chooseProvider"](input),
    "models.measure": async (input) => (await modelCalls())["models.measure"](input),
    "models.pick": async (input) => (await modelCalls())["models.pick"](input),
    "models.add": async (input) => (await modelCalls())["models.add"](input),
    "analyzer.setEnabled": ({ enabled }) => { instrument.setAnalysisEnabled(enabled); return {}; },
    "analyzer.setThresholds": ({ scoreThresholds }) => { instrument.setScoreThresholds(scoreThresholds); return {}; },
    "live.restartTracks": () => { instrument.restartTracks(); return {}; },
    "session.start": async (details) => ({ name: await instrument.startSession(details) }),
    "session.resumeInterrupted": async ({ name }) => {
      sessionFolder(name);
      return { name: await instrument.resumeInterrupted(name) };
    },
    "session.pause": async () => { await instrument.pauseSession(); return {}; },
    "session.resume": async () => { await instrument.resumeSession(); return {}; },
    "session.note": async ({ text }) => { await instrument.note(text); return {}; },
    "session.finish": async () => ({ name: (await instrument.finishSession()).name }),
    "session.fields": () => [...instrument.sessionFields()],
    "field.keep": () => instrument.keepField(),
    "annotation.reclassify": ({ fieldId, detectionId, toClassId }) => instrument.reclassify(fieldId, detectionId, toClassId),
    "annotation.confirm": ({ fieldId, detectionId }) => instrument.confirm(fieldId, detectionId),
    "annotation.reject": ({ fieldId, detectionId }) => instrument.reject(fieldId, detectionId),
    "annotation.undo": () => instrument.undo(),
    "library.list": () => listSessions(libraryFolder, listed),
    "library.open": async ({ name }) => opener.open(sessionFolder(name), instrument.classes(), await catalog.classes()),
    "library.cancelOpen": () => { opener.cancel(); return {}; },
    "library.fieldPicture": ({ name, fieldId }) => fieldPicture(sessionFolder(name), fieldId),
    "recipes.list": async () => (await openTuner()).list(),
    "recipes.tune": async (request) => (await openTuner()).tune(request),
    "recipes.save": async ({ recipe }) => (await openTuner()).save(recipe),
    "features.measure": async ({ name, fieldId }) => (await openFeatures()).measure(sessionFolder(name), fieldId),
    "features.embed": async ({ name, fieldId }) => (await openFeatures()).embed(sessionFolder(name), fieldId),
    "features.crop": async ({ name, ...request }) => (await openFeatures()).crop(sessionFolder(name), request),
    "features.export": ({ name }) => exportCells(sessionFolder(name)),
    ...batch,
    ...devices,
    "virtual.injectFault": ({ device, fault }) => {
      injectFault(device, fault);
      return {};
    },
    "log.recent": () => instrument.recentLog(),
  };
}

/** A patch in which what was not given is absent, not undefined. */
function withoutUndefined<T extends object>(patch: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
