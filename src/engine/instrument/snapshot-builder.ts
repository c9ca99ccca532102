import type { FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import type { Clock } from "../../core/clock.ts";
import type { DeviceStatus } from "../../shared/domain/devices.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { DeviceView, Snapshot } from "../../shared/domain/snapshot.ts";
import { fittedParts } from "../devices/api/microscope.ts";
import type { AcquisitionRunner } from "../acquisition/acquisition-runner.ts";
import type { InstrumentParts } from "./instrument.ts";
import type { LiveAnalysis } from "./live-analysis.ts";
import type { SecondAnalysis } from "./second-analysis.ts";
import type { SessionDesk } from "./session-desk.ts";

/** Where the values of a snapshot come from. */
export interface SnapshotSources {
  readonly parts: InstrumentParts;
  readonly runner: AcquisitionRunner;
  readonly analysis: LiveAnalysis;
  readonly disk: { freeBytes(): number | undefined };
  /** Why the first and the second analyzer cannot be used now, in words. */
  analyzerReasons(): { readonly first?: string | undefined; readonly second?: string | undefined };
  ledger(): FrameLedger;
  latest(): FrameHeader | undefined;
  session(): SessionDesk | undefined;
  second(): SecondAnalysis | undefined;
  running(): Snapshot["running"];
  analysisFps(): number;
  analysisMs(): number | undefined;
  frameToScreenMs(): { median: number; p95: number } | undefined;
}

/** Everything the screens show beside the picture, read without I/O. */
export function buildSnapshot(sources: SnapshotSources): Snapshot {
  const { parts, runner, analysis } = sources;
  const { camera, stage, focus, light, turret } = fittedParts(parts.microscope);
  const devices = [camera, stage, focus, light, turret].flatMap((device) => (device === undefined ? [] : [withWallTime(device.status(), parts.clock)]));
  const { pixelSizeUm, stageUmFromPx } = sources.latest() ?? {};
  const freeBytes = sources.disk.freeBytes();
  const session = sources.session()?.snapshot();
  const objective = turret?.current();
  return {
    microscope: { name: parts.microscope.name, isVirtual: parts.isVirtual() },
    devices,
    acquisition: runner.state(),
    ...(camera === undefined ? {} : { camera: { settings: camera.settings(), limits: camera.limits() } }),
    ...(stage === undefined ? {} : { stage: { positionUm: stage.position(), moving: stage.isMoving(), limits: stage.softLimits() } }),
    ...(focus === undefined ? {} : { focus: { positionUm: focus.position(), moving: focus.isMoving(), limits: focus.softLimits() } }),
    ...(light === undefined ? {} : { light: { percent: light.level() } }),
    ...(turret === undefined ? {} : { objective: { ...(objective === undefined ? {} : { current: objective }), all: [...turret.objectives()] } }),
    ...withValue("pixelSizeUm", pixelSizeUm),
    ...withValue("stageUmFromPx", stageUmFromPx),
    analyzer: analyzerPart(parts, analysis, sources.analyzerReasons().first),
    ...withValue("second", secondPart(sources.second(), sources.analyzerReasons().second)),
    running: sources.running(),
    rates: {
      cameraFps: runner.cameraFps(),
      analysisFps: sources.analysisFps(),
      ...withValue("analysisMs", sources.analysisMs()),
      ...withValue("frameToScreenMs", sources.frameToScreenMs()),
      loopDelayP99Ms: parts.loopDelayP99Ms?.() ?? 0,
    },
    ledger: sources.ledger().report(),
    ...(freeBytes === undefined ? {} : { disk: { folder: parts.libraryFolder, freeBytes } }),
    ...(session === undefined ? {} : { session }),
  };
}

/** To the second: the state began that long before now, by the monotonic clock. */
function withWallTime(status: DeviceStatus, clock: Clock): DeviceView {
  const beganMs = Date.parse(clock.wallTime()) - (clock.nowMs() - status.sinceMs);
  return { ...status, since: new Date(Math.round(beganMs / 1000) * 1000).toISOString() };
}

function analyzerPart({ analyzer, analyzerRef, defaultThresholds }: InstrumentParts, analysis: LiveAnalysis, reason: string | undefined): Snapshot["analyzer"] {
  const state = analyzer.state();
  return {
    ref: analyzerRef(),
    state,
    enabled: analysis.isEnabled(),
    ...(state === "ready" ? { identity: analyzer.identity() } : {}),
    classes: [...analyzer.classes()],
    scoreThresholds: { ...defaultThresholds(), ...analysis.settings().scoreThresholds },
    ...withValue("pid", analyzer.pid()),
    ...withValue("reason", reason),
  };
}

function secondPart(second: SecondAnalysis | undefined, reason: string | undefined): Snapshot["second"] {
  if (second === undefined) return undefined;
  const { ref, analyzer } = second;
  const state = analyzer.state();
  return { ref, state, classes: [...analyzer.classes()], ...(state === "ready" ? { identity: analyzer.identity() } : {}), ...withValue("reason", reason) };
}

/** An optional property that is left out when there is no value. */
function withValue<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
