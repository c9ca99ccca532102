import type { Clock } from "../../core/clock.ts";
import { can, next, type AcquisitionAction, type RunOutcome } from "../../core/acquisition/acquisition-states.ts";
import { createRateMeter } from "../../core/acquisition/rate-meter.ts";
import type { CameraSettings } from "../../shared/domain/devices.ts";
import type { AcquisitionState } from "../../shared/domain/snapshot.ts";
import { describeError, errorDataOf, isOcularError, OcularError } from "../../shared/errors.ts";
import type { Camera } from "../devices/api/camera.ts";
import type { CallOptions, Unsubscribe } from "../devices/api/device.ts";
import type { FramePool } from "../devices/api/frame-pool.ts";
import { createEmitter } from "../runtime/emitter.ts";
import { createRunPool, isGeometryChange } from "./run-pool.ts";
import { recoverCamera } from "./camera-recovery.ts";

/** What a person reads of a run, beside its state. */
export type RunnerEvent =
  | { readonly type: "state"; readonly state: AcquisitionState }
  /** No frame for that long: the camera is started anew. */
  | { readonly type: "stale"; readonly silentMs: number }
  /** The camera went away; the run goes on once it is back. Told once, however many attempts follow. */
  | { readonly type: "camera-lost"; readonly reason: "disconnected" | "faulted" | "silent" }
  | { readonly type: "camera-back"; readonly attempts: number; readonly downMs: number }
  | { readonly type: "ended"; readonly outcome: RunOutcome };

export interface AcquisitionRunnerOptions {
  readonly camera: Camera;
  readonly clock: Clock;
  /** Frames in memory at once: those under way to disk, analysis and screen, and room for a hiccup. Default 12. */
  readonly slotCount?: number;
}

/**
 * Keeps a camera running. A run survives its camera: when that is lost or falls silent, the runner stays `running`,
 * connects again (with back-off, or at once when the device reports back) and goes on. Its settings and modes the camera has kept.
 * Only `stop()` or the camera's own end ("finished") ends a run.
 */
export interface AcquisitionRunner {
  state(): AcquisitionState;
  can(action: AcquisitionAction): boolean;
  /** Resolves when the camera runs. Connects it if need be. Rejects with the camera's error and is idle again. */
  start(options?: CallOptions): Promise<void>;
  /** The camera stands; the run, its pool and its settings stay. */
  pause(options?: CallOptions): Promise<void>;
  resume(options?: CallOptions): Promise<void>;
  /** Ends the run, also one that is starting or recovering. Resolves when no further frame will arrive. Harmless when idle. */
  stop(outcome?: RunOutcome): Promise<void>;
  /** Changes camera settings; a change of geometry or format stops and starts the camera around it. */
  applySettings(patch: Partial<CameraSettings>, options?: CallOptions): Promise<CameraSettings>;
  /** Does what a camera takes only while it stands: stops it, does the work, starts it again. */
  whileStanding<T>(work: () => Promise<T>, options?: CallOptions): Promise<T>;
  /** True from the loss of the camera until it is back. */
  isRecovering(): boolean;
  /** How the last run ended; undefined before the first end. */
  lastOutcome(): RunOutcome | undefined;
  cameraFps(): number;
  /** The pool of the run; undefined before the first start. */
  pool(): FramePool | undefined;
  onDidEvent(listener: (event: RunnerEvent) => void): Unsubscribe;
  dispose(): Promise<void>;
}

/** The screen marks a picture as stale after one second; a slow camera is not restarted before three. */
const SHORTEST_SILENCE_MS = 3000;
const SILENT_PERIODS = 5;

export function createAcquisitionRunner(options: AcquisitionRunnerOptions): AcquisitionRunner {
  const { camera, clock } = options;
  const events = createEmitter<RunnerEvent>();
  const rate = createRateMeter();
  const pools = createRunPool(camera, options.slotCount ?? 12);
  let state: AcquisitionState = "idle";
  let outcome: RunOutcome | undefined;
  /** Aborts whatever the present run waits for. */
  let run = new AbortController();
  let recovering = false;
  let lastSignMs = 0;
  /** Settles when the run is over. */
  let ending: Promise<void> = Promise.resolve();
  /** Calls on the camera, one after the other. */
  let tail: Promise<unknown> = Promise.resolve();

  const move = (action: AcquisitionAction): void => {
    state = next(state, action);
    events.emit({ type: "state", state });
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => "told to whoever asked");
    return result;
  };

  const sign = (): void => {
    lastSignMs = clock.nowMs();
  };

  const startCamera = async (call: CallOptions): Promise<void> => {
    sign();
    await camera.startAcquisition(pools.forSettings(), call);
    sign();
  };

  /** Watches for silence as long as this run lasts and nothing is being mended. */
  const watch = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const silenceMs = longestSilence(camera.settings());
      const waitMs = lastSignMs + silenceMs - clock.nowMs();
      if (waitMs > 0) {
        await clock.delay(waitMs, signal);
        continue;
      }
      if (recovering) {
        sign();
        continue;
      }
      events.emit({ type: "stale", silentMs: clock.nowMs() - lastSignMs });
      await recover("silent");
    }
  };

  /** Never rejects: what back-off cannot mend ends the run. */
  const recover = async (reason: "disconnected" | "faulted" | "silent"): Promise<void> => {
    if (recovering || state !== "running") return;
    recovering = true;
    const { signal } = run;
    const sinceMs = clock.nowMs();
    events.emit({ type: "camera-lost", reason });
    rate.reset();
    try {
      const attempts = await recoverCamera({ camera, clock, signal, start: startCamera, inTurn });
      events.emit({ type: "camera-back", attempts, downMs: clock.nowMs() - sinceMs });
    } catch (error) {
      // When the run ended meanwhile, whoever ended it has told so.
      if (!signal.aborted) fail(error);
    } finally {
      recovering = false;
      sign();
    }
  };

  const beginWatch = (): void => {
    const { signal } = run;
    watch(signal).catch((error: unknown) => {
      if (!signal.aborted) fail(error);
    });
  };

  const fail = (error: unknown): void => {
    endRun({ outcome: "errored", reason: describeError(errorDataOf(error, "Acquisition")) }, "ended");
  };

  const bringUp = (call: CallOptions): Promise<void> =>
    inTurn(async () => {
      await camera.connect(call);
      await startCamera(call);
    });

  const enterRunning = async (call: CallOptions): Promise<void> => {
    const { signal } = run;
    const joined: CallOptions = { ...call, signal: call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]) };
    try {
      await bringUp(joined);
      if (signal.aborted) throw new OcularError({ tag: "Canceled", what: "Starting the camera" });
    } catch (error) {
      // A stop meanwhile has moved on already.
      if (state === "preparing" && !signal.aborted) {
        outcome = { outcome: "errored", reason: describeError(errorDataOf(error, "Starting the camera")) };
        move("failed");
        events.emit({ type: "ended", outcome });
      }
      throw error;
    }
    rate.reset();
    move("ready");
    beginWatch();
  };

  const endRun = (how: RunOutcome, action: "stop" | "ended"): void => {
    if (!can(state, action)) return;
    move(action);
    run.abort();
    ending = inTurn(() => camera.stopAcquisition())
      .catch((error: unknown) => {
        // A camera that is gone sends no frames either; its own status tells the rest.
        if (!(error instanceof OcularError)) throw error;
      })
      .finally(() => {
        outcome = how;
        move("done");
        events.emit({ type: "ended", outcome: how });
      });
  };

  const subscriptions = [
    camera.onDidCapture(() => {
      sign();
      rate.mark(lastSignMs);
    }),
    camera.onDidLose(sign),
    camera.onDidEnd(({ reason }) => {
      if (reason === "finished") endRun({ outcome: "completed" }, "ended");
      else if (reason === "disconnected" || reason === "faulted") void recover(reason);
    }),
  ];

  const runner: AcquisitionRunner = {
    state: () => state,
    can: (action) => can(state, action),
    async start(call = {}) {
      move("start");
      run = new AbortController();
      outcome = undefined;
      await enterRunning(call);
    },
    async pause(call = {}) {
      move("pause");
      run.abort();
      try {
        await inTurn(() => camera.stopAcquisition(call));
      } catch (error) {
        if (!isOcularError(error, "DeviceDisconnected")) throw error;
      } finally {
        if (state === "pausing") move("held");
      }
    },
    async resume(call = {}) {
      move("resume");
      run = new AbortController();
      await enterRunning(call);
    },
    async stop(how = { outcome: "canceled" }) {
      endRun(how, "stop");
      await ending;
    },
    applySettings: (patch, call = {}) =>
      inTurn(async () => {
        const around = isGeometryChange(camera.settings(), patch) && camera.isAcquiring();
        if (around) await camera.stopAcquisition(call);
        try {
          return await camera.applySettings(patch, call);
        } finally {
          if (around) await startCamera(call);
        }
      }),
    whileStanding: (work, call = {}) =>
      inTurn(async () => {
        const around = camera.isAcquiring();
        if (around) await camera.stopAcquisition(call);
        try {
          return await work();
        } finally {
          if (around) await startCamera(call);
        }
      }),
    isRecovering: () => recovering,
    lastOutcome: () => outcome,
    cameraFps: () => rate.perSecond(clock.nowMs()),
    pool: () => pools.current(),
    onDidEvent: events.on,
    async dispose() {
      await runner.stop();
      for (const unsubscribe of subscriptions) unsubscribe();
      events.clear();
    },
  };
  return runner;
}

/** Longer than this without a frame or a loss, and the camera is not slow but gone. */
function longestSilence(settings: CameraSettings): number {
  return Math.max(SHORTEST_SILENCE_MS, SILENT_PERIODS * Math.max(1000 / settings.frameRate, settings.exposureMs));
}

