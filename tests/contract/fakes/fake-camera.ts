import type { Clock } from "../../../src/core/clock.ts";
import type { Camera, CameraIncident, CameraLoss, CapturedFrame } from "../../../src/engine/devices/api/camera.ts";
import type { FramePool } from "../../../src/engine/devices/api/frame-pool.ts";
import { createEmitter } from "../../../src/engine/runtime/emitter.ts";
import type { CameraLimits, CameraSettings, FaultKind } from "../../../src/shared/domain/devices.ts";
import { frameBytes } from "../../../src/shared/domain/pixel-layout.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { createFakeBase, type DeviceSin } from "./fake-device.ts";

/** Promises of a camera that a mutant fake can break. */
export type CameraSin =
  | DeviceSin
  | "clamps settings" | "changes geometry while acquiring" | "keeps half of a refused patch"
  | "hides losses" | "tells losses twice" | "waits for a buffer" | "leaks the buffer of a lost frame" | "delivers a wrong length"
  | "delivers twice" | "delivers out of order" | "numbers without gaps" | "delivers after stop" | "starts twice" | "fails on a second stop" | "ends in silence" | "ends twice" | "forgets its settings";

export interface FakeCamera extends Camera {
  fail(fault: FaultKind): void;
  /** Stops sending frames without a word, as a hung camera does. */
  fallSilent(): void;
  /** Ends by itself, as a replay does. */
  finish(): void;
  /** Next frame is delivered with this said of it. */
  say(header: Partial<CapturedFrame["header"]>): void;
  listenerCount(): number;
}

const LIMITS: CameraLimits = {
  sensorWidth: 64, sensorHeight: 48, sensorPixelPitchUm: 3.45, exposureMs: { min: 0.1, max: 500 }, gainDb: { min: 0, max: 24 },
  blackLevelDn: { min: 0, max: 64 }, frameRate: { min: 1, max: 100 }, pixelFormats: ["Mono8", "Mono12"], binnings: [1, 2],
};

/** A camera of 64 x 48 pixels that keeps every promise of the interface, less the `sins` it is told to commit. */
export function createFakeCamera(options: { readonly clock: Clock; readonly sins?: readonly CameraSin[] }): FakeCamera {
  const sins = new Set<string>(options.sins ?? []);
  const base = createFakeBase({ clock: options.clock, kind: "camera", sins });
  const { clock, identity } = base;
  const captured = createEmitter<CapturedFrame>();
  const lost = createEmitter<CameraLoss>();
  const ended = createEmitter<{ reason: "finished" | "stopped" | "disconnected" | "faulted" }>();
  const reported = createEmitter<CameraIncident>();
  const factory: CameraSettings = {
    exposureMs: 10, gainDb: 0, blackLevelDn: 0, frameRate: 20, pixelFormat: "Mono8", binning: 1, roi: { offsetX: 0, offsetY: 0, width: 64, height: 48 },
  };
  let settings = factory;
  let pool: FramePool | undefined;
  let run: AbortController | undefined;
  let sequence = 0;
  let dropNext = 0;
  let silent = false;
  let said: Partial<CapturedFrame["header"]> = {};
  let heldBack: CapturedFrame | undefined;

  const tellLoss = (loss: CameraLoss): void => {
    if (sins.has("hides losses")) return;
    lost.emit(loss);
    if (sins.has("tells losses twice")) lost.emit(loss);
  };

  const deliver = (frame: CapturedFrame): void => {
    if (sins.has("delivers out of order") && frame.header.deviceSequence % 4 === 2) {
      heldBack = frame;
      return;
    }
    captured.emit(frame);
    if (heldBack !== undefined) {
      const late = heldBack;
      heldBack = undefined;
      captured.emit(late);
    }
  };

  const produce = (): void => {
    if (silent || pool === undefined) return;
    const width = Math.floor(settings.roi.width / settings.binning);
    const height = Math.floor(settings.roi.height / settings.binning);
    const bytes = frameBytes(settings.pixelFormat, width, height);
    const deviceSequence = sequence;
    sequence += 1;
    if (dropNext > 0) {
      dropNext -= 1;
      if (sins.has("numbers without gaps")) sequence -= 1;
      if (sins.has("leaks the buffer of a lost frame")) pool.acquire(bytes);
      tellLoss({ count: 1, reason: "camera-gap" });
      return;
    }
    const buffer = pool.acquire(sins.has("delivers a wrong length") ? bytes - 1 : bytes);
    if (buffer === undefined) {
      if (sins.has("waits for a buffer")) sequence -= 1;
      else tellLoss({ count: 1, reason: "no-buffer" });
      return;
    }
    buffer.bytes.fill(deviceSequence & 0xff);
    const header: CapturedFrame["header"] = {
      cameraId: identity.id, deviceSequence, deviceTimeMs: clock.nowMs(), hostTimeMs: clock.nowMs(), width, height,
      pixelFormat: settings.pixelFormat, exposureMs: settings.exposureMs, gainDb: settings.gainDb, status: "complete", ...said,
    };
    said = {};
    deliver({ header, buffer });
    if (sins.has("delivers twice")) {
      buffer.retain();
      captured.emit({ header, buffer });
    }
  };

  const endRun = (reason: "finished" | "stopped" | "disconnected" | "faulted"): void => {
    if (run === undefined) return;
    if (!(sins.has("delivers after stop") && reason === "stopped")) run.abort();
    run = undefined;
    if (sins.has("ends in silence")) return;
    ended.emit({ reason });
    if (sins.has("ends twice")) ended.emit({ reason });
  };

  const loop = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.delay(1000 / settings.frameRate, signal);
      produce();
    }
  };

  base.onDidUnplug(() => {
    if (sins.has("forgets its settings")) settings = factory;
    endRun("disconnected");
  });

  const checked = (patch: Partial<CameraSettings>): CameraSettings => {
    const merged: CameraSettings = { ...settings, ...patch };
    for (const [what, unit] of [["exposureMs", "ms"], ["gainDb", "dB"], ["blackLevelDn", "DN"], ["frameRate", "frames/s"]] as const) {
      const { min, max } = LIMITS[what];
      if (merged[what] >= min && merged[what] <= max) {
        if (sins.has("keeps half of a refused patch")) settings = { ...settings, [what]: merged[what] };
        continue;
      }
      if (!sins.has("clamps settings")) throw new OcularError({ tag: "OutOfRange", what, value: merged[what], min, max, unit });
      merged[what] = Math.min(max, Math.max(min, merged[what]));
    }
    const { roi } = merged;
    if (roi.offsetX + roi.width > LIMITS.sensorWidth) throw new OcularError({ tag: "OutOfRange", what: "roi.width", value: roi.width, min: 1, max: LIMITS.sensorWidth - roi.offsetX, unit: "px" });
    if (roi.offsetY + roi.height > LIMITS.sensorHeight) throw new OcularError({ tag: "OutOfRange", what: "roi.height", value: roi.height, min: 1, max: LIMITS.sensorHeight - roi.offsetY, unit: "px" });
    return merged;
  };

  return {
    ...base,
    limits: () => LIMITS,
    settings: () => settings,
    isAcquiring: () => run !== undefined,
    applySettings: (patch, call) =>
      base.call("applySettings", call, 1000, () => {
        const geometry = patch.roi !== undefined || patch.binning !== undefined || patch.pixelFormat !== undefined;
        if (geometry && run !== undefined && !sins.has("changes geometry while acquiring")) {
          throw new OcularError({ tag: "WrongState", what: "Changing geometry", state: "acquiring", allowedIn: ["not acquiring"] });
        }
        settings = checked(patch);
        return settings;
      }),
    startAcquisition: (into, call) =>
      base.call("startAcquisition", call, 2000, () => {
        if (run !== undefined && !sins.has("starts twice")) throw new OcularError({ tag: "WrongState", what: "Starting the camera", state: "acquiring", allowedIn: ["not acquiring"] });
        pool = into;
        silent = false;
        run = new AbortController();
        loop(run.signal).catch(() => "the run ended while it waited for the next frame");
      }),
    stopAcquisition: (call) =>
      base.call("stopAcquisition", call, 2000, () => {
        if (run === undefined && sins.has("fails on a second stop")) throw new OcularError({ tag: "WrongState", what: "Stopping", state: "idle", allowedIn: ["acquiring"] });
        endRun("stopped");
      }),
    onDidCapture: captured.on,
    onDidLose: lost.on,
    onDidEnd: ended.on,
    onDidReport: reported.on,
    fail(fault) {
      if (fault === "dropFrames") dropNext += 3;
      else base.fail(fault);
    },
    fallSilent() {
      silent = true;
    },
    finish: () => endRun("finished"),
    say(header) {
      said = header;
    },
    listenerCount: () => captured.listenerCount() + lost.listenerCount() + ended.listenerCount() + reported.listenerCount(),
    async dispose() {
      endRun("stopped");
      await base.dispose();
      for (const emitter of [captured, lost, ended, reported]) emitter.clear();
    },
  };
}
