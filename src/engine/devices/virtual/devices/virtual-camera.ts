import type { Clock } from "../../../../core/clock.ts";
import type { CameraLimits, CameraSettings, FaultKind } from "../../../../shared/domain/devices.ts";
import { frameBytes } from "../../../../shared/domain/pixel-layout.ts";
import type { CapturedHeader } from "../../../../shared/domain/frame.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { Camera, CameraIncident, CameraLoss, CapturedFrame } from "../../api/camera.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { FramePool, PooledBuffer } from "../../api/frame-pool.ts";
import type { Neighbours } from "../../api/neighbours.ts";
import { CAMERA_LIMITS, changedSettings, changesGeometry } from "../sensor/camera-settings.ts";
import { frameSize } from "../sensor/exposure.ts";
import type { Exposure } from "../sensor/exposure.ts";
import type { RenderThread } from "../sensor/render-thread.ts";
import { Emitter } from "./emitter.ts";
import { VirtualDevice } from "./virtual-device.ts";

/** Everything about the world that a frame depends on, apart from the sensor: what the picture shows, and what is told of it. */
export interface Surroundings {
  readonly scene: Omit<Exposure, "settings" | "noiseSeed">;
  readonly told: Pick<CapturedHeader, "stagePositionUm" | "focusPositionUm" | "pixelSizeUm" | "stageUmFromPx" | "settled" | "objectiveId" | "lightPercent">;
}

export interface CameraParts {
  readonly clock: Clock;
  readonly settings: CameraSettings;
  /** The world during an exposure that began at `startMs` and has just ended. */
  readonly look: (startMs: number, endMs: number, settings: CameraSettings) => Surroundings;
  /** Whose places `look` sees from now on, until the returned function is called. */
  readonly seeBy: (neighbours: Neighbours) => Unsubscribe;
  /** Called with each exposure, before it is rendered, for the ground truth. */
  readonly onDidExpose: (deviceSequence: number, exposure: Exposure) => void;
  readonly startRendering: (onDidDie: (reason: string) => void) => Promise<RenderThread>;
}

type EndReason = "finished" | "stopped" | "disconnected" | "faulted";

const STALL_MS = 2000;
/** With this many frames being rendered the sensor waits: it is only as fast as its renderer. */
const MOST_IN_FLIGHT = 2;

/** A camera that looks at the specimen through the virtual light path. */
export class VirtualCamera extends VirtualDevice implements Camera {
  readonly #parts: CameraParts;
  readonly #captures = new Emitter<CapturedFrame>();
  readonly #losses = new Emitter<CameraLoss>();
  readonly #ends = new Emitter<{ reason: EndReason }>();
  readonly #reports = new Emitter<CameraIncident>();
  readonly #inFlight = new Set<Promise<void>>();
  #settings: CameraSettings;
  #rendering: RenderThread | undefined;
  #run: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #sequence = 0;
  #dropNext = 0;
  #stalledUntilMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CameraParts) {
    super({ id: "virtual-camera", kind: "camera", vendor: "Ocular", model: "Virtual camera", serial: "V1" }, parts.clock);
    this.#parts = parts;
    this.#settings = parts.settings;
  }

  limits(): CameraLimits {
    return CAMERA_LIMITS;
  }

  settings(): CameraSettings {
    return this.#settings;
  }

  async applySettings(patch: Partial<CameraSettings>, options: CallOptions = {}): Promise<CameraSettings> {
    return this.call("applySettings", options, 1000, async () => {
      const changed = changedSettings(this.#settings, patch);
      if (this.isAcquiring() && changesGeometry(this.#settings, changed)) {
        throw new OcularError({ tag: "WrongState", what: "a change of format, binning or region", state: "acquiring", allowedIn: ["ready"] });
      }
      this.#settings = changed;
      return changed;
    });
  }

  async startAcquisition(pool: FramePool, options: CallOptions = {}): Promise<void> {
    return this.call("startAcquisition", options, 5000, async () => {
      if (this.#run !== undefined) throw new OcularError({ tag: "WrongState", what: "startAcquisition", state: "acquiring", allowedIn: ["ready"] });
      const stop = new AbortController();
      this.#run = { stop, done: this.#acquire(pool, stop.signal) };
    });
  }

  async stopAcquisition(options: CallOptions = {}): Promise<void> {
    return this.call("stopAcquisition", options, 5000, async () => this.#stop());
  }

  isAcquiring(): boolean {
    return this.#run !== undefined;
  }

  onDidCapture(listener: (frame: CapturedFrame) => void): Unsubscribe {
    return this.#captures.subscribe(listener);
  }

  onDidLose(listener: (loss: CameraLoss) => void): Unsubscribe {
    return this.#losses.subscribe(listener);
  }

  onDidEnd(listener: (end: { reason: EndReason }) => void): Unsubscribe {
    return this.#ends.subscribe(listener);
  }

  onDidReport(listener: (incident: CameraIncident) => void): Unsubscribe {
    return this.#reports.subscribe(listener);
  }

  seeBy(neighbours: Neighbours): Unsubscribe {
    return this.#parts.seeBy(neighbours);
  }

  protected override async openLink(): Promise<void> {
    await this.#rendering?.dispose();
    try {
      this.#rendering = await this.#parts.startRendering((reason) => this.fail(reason));
    } catch (error) {
      const reply = error instanceof Error ? error.message : String(error);
      throw new OcularError({ tag: "DeviceFaulted", deviceId: this.identity.id, command: "connect", reply });
    }
  }

  protected override async beforeDisconnect(): Promise<void> {
    const wasAcquiring = this.isAcquiring();
    await this.#stop();
    if (wasAcquiring) this.#ends.emit({ reason: "disconnected" });
    await this.#rendering?.dispose();
    this.#rendering = undefined;
  }

  protected override didLoseLink(): void {
    const run = this.#run;
    this.#run = undefined;
    run?.stop.abort();
    if (run !== undefined) this.#ends.emit({ reason: this.status().state === "faulted" ? "faulted" : "disconnected" });
  }

  protected override async didDispose(): Promise<void> {
    await Promise.all(this.#inFlight);
    await this.#rendering?.dispose();
    for (const emitter of [this.#captures, this.#losses, this.#ends, this.#reports]) emitter.clear();
  }

  protected override takeOwnFault(fault: FaultKind, count = 5): void {
    if (fault === "dropFrames") this.#dropNext += count;
    if (fault === "stall") this.#stalledUntilMs = this.clock.nowMs() + STALL_MS;
  }

  async #stop(): Promise<void> {
    const run = this.#run;
    run?.stop.abort();
    await run?.done;
    if (this.#run === run) this.#run = undefined;
  }

  /** Exposes frame after frame until stopped; resolves when the last one is delivered. */
  async #acquire(pool: FramePool, stop: AbortSignal): Promise<void> {
    let endMs = this.clock.nowMs() + this.#settings.exposureMs;
    while (await this.#waitUntil(endMs, stop)) {
      this.#exposeFrame(pool, this.clock.nowMs());
      if (this.#inFlight.size >= MOST_IN_FLIGHT) await Promise.race(this.#inFlight);
      const periodMs = Math.max(1000 / this.#settings.frameRate, this.#settings.exposureMs);
      // A late frame does not make the next ones hurry, except by the fraction of a period that keeps the rate.
      endMs = Math.max(endMs + periodMs, this.clock.nowMs());
    }
    await Promise.all(this.#inFlight);
  }

  /** False when stopped before the time came. */
  async #waitUntil(timeMs: number, stop: AbortSignal): Promise<boolean> {
    if (stop.aborted) return false;
    return this.clock.delay(Math.max(0, timeMs - this.clock.nowMs()), stop).then(
      () => !stop.aborted,
      () => false,
    );
  }

  #exposeFrame(pool: FramePool, endMs: number): void {
    this.#sequence += 1;
    const settings = this.#settings;
    if (this.#dropNext > 0 || endMs < this.#stalledUntilMs) {
      this.#dropNext = Math.max(0, this.#dropNext - 1);
      this.#losses.emit({ count: 1, reason: "camera-gap" });
      return;
    }
    const { width, height } = frameSize(settings);
    const buffer = pool.acquire(frameBytes(settings.pixelFormat, width, height));
    if (buffer === undefined) {
      this.#losses.emit({ count: 1, reason: "no-buffer" });
      return;
    }
    const startMs = endMs - settings.exposureMs;
    const { scene, told } = this.#parts.look(startMs, endMs, settings);
    const exposure = { ...scene, settings, noiseSeed: this.#sequence };
    this.#parts.onDidExpose(this.#sequence, exposure);
    const header = headerOf(this.identity.id, this.#sequence, startMs, told, settings);
    const rendered = this.#render(exposure, header, buffer).finally(() => this.#inFlight.delete(rendered));
    this.#inFlight.add(rendered);
  }

  async #render(exposure: Exposure, header: Omit<CapturedHeader, "hostTimeMs">, buffer: PooledBuffer): Promise<void> {
    try {
      if (this.#rendering === undefined) throw new Error("the camera has no renderer");
      await this.#rendering.render(exposure, buffer.bytes);
    } catch {
      // Why the renderer failed is told once, by the device's status; here a frame is a count with a reason.
      buffer.release();
      this.#losses.emit({ count: 1, reason: "incomplete" });
      return;
    }
    if (!this.isLinked) {
      buffer.release();
      this.#losses.emit({ count: 1, reason: "incomplete" });
      return;
    }
    this.#captures.emit({ header: { ...header, hostTimeMs: this.clock.nowMs() }, buffer });
  }
}

function headerOf(cameraId: string, deviceSequence: number, startMs: number, told: Surroundings["told"], settings: CameraSettings): Omit<CapturedHeader, "hostTimeMs"> {
  return {
    cameraId,
    deviceSequence,
    deviceTimeMs: startMs,
    ...frameSize(settings),
    pixelFormat: settings.pixelFormat,
    exposureMs: settings.exposureMs,
    gainDb: settings.gainDb,
    status: "complete",
    ...told,
  };
}
