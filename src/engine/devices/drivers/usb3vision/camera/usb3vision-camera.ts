import type { Clock } from "../../../../../core/clock.ts";
import type { CameraLimits, CameraSettings, DeviceIdentity, DeviceState, DeviceStatus } from "../../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../../shared/errors.ts";
import { isGeometryChange } from "../../../../acquisition/run-pool.ts";
import { withDeadline } from "../../../../runtime/deadline.ts";
import { createEmitter } from "../../../../runtime/emitter.ts";
import type { Camera, CameraIncident, CameraLoss, CapturedFrame } from "../../../api/camera.ts";
import type { CallOptions, Unsubscribe } from "../../../api/device.ts";
import type { FramePool } from "../../../api/frame-pool.ts";
import type { NodeMap } from "../../../genicam/map/node-map.ts";
import { type UsbBus, type UsbDevice, UsbError } from "../../../transports/usb/usb-device.ts";
import { type CameraLink, openCameraLink } from "./camera-link.ts";
import { type CameraRun, startCameraRun } from "./camera-run.ts";
import { type CameraState, readCameraState, UNKNOWN_STATE, writeSettings } from "../../../genicam/camera/camera-state.ts";
import { checkPatch } from "../../../genicam/camera/check-patch.ts";
import { usbErrorAsOcular } from "./usb-errors.ts";

export interface Usb3VisionCameraOptions {
  readonly identity: DeviceIdentity;
  readonly clock: Clock;
  /** Where it appears again after it was unplugged. */
  readonly bus: UsbBus;
  /** The device as it is plugged in now; undefined while it is not. Asked at every `connect`. */
  readonly find: () => Promise<UsbDevice | undefined>;
}

type EndReason = "finished" | "stopped" | "disconnected" | "faulted";

/** Chunk data of one frame, by chunk id. */
export interface FrameChunks {
  readonly deviceSequence: number;
  readonly chunks: ReadonlyMap<bigint, Uint8Array>;
}

/**
 * A USB3 Vision camera of any maker. After it was unplugged it is taken up again by itself, with the settings it was
 * last given; a `disconnect` by us it does not undo.
 */
export class Usb3VisionCamera implements Camera {
  readonly identity: DeviceIdentity;
  readonly #options: Usb3VisionCameraOptions;
  readonly #clock: Clock;
  readonly #changed = createEmitter<DeviceStatus>();
  readonly #captured = createEmitter<CapturedFrame>();
  readonly #lost = createEmitter<CameraLoss>();
  readonly #ended = createEmitter<{ reason: EndReason }>();
  readonly #reported = createEmitter<CameraIncident>();
  readonly #chunks = createEmitter<FrameChunks>();
  readonly #unlisten: Unsubscribe;
  #status: DeviceStatus;
  #link: { readonly camera: CameraLink; readonly gone: AbortController; readonly unlisten: Unsubscribe } | undefined;
  #state: CameraState = UNKNOWN_STATE;
  /** What was asked for so far: given again to a camera that comes back. */
  #wanted: Partial<CameraSettings> = {};
  #run: CameraRun | undefined;
  #isStarting = false;
  #nextSequence = 0;
  #connecting: Promise<void> | undefined;
  #comesBack = false;
  #isDisposed = false;

  constructor(options: Usb3VisionCameraOptions) {
    this.identity = options.identity;
    this.#options = options;
    this.#clock = options.clock;
    this.#status = { identity: options.identity, state: "absent", sinceMs: options.clock.nowMs(), reason: "not connected yet" };
    this.#unlisten = options.bus.onDidAttach(() => {
      // Nobody waits for this call: how it went shows in the status.
      if (this.#comesBack && !this.#isDisposed) this.connect().then(undefined, () => undefined);
    });
  }

  readonly onDidChangeStatus = this.#changed.on;
  readonly onDidCapture = this.#captured.on;
  readonly onDidLose = this.#lost.on;
  readonly onDidEnd = this.#ended.on;
  readonly onDidReport = this.#reported.on;
  /** Chunk data that came with frames; told before the frame. */
  readonly onDidReadChunks = this.#chunks.on;

  status(): DeviceStatus {
    return this.#status;
  }

  limits(): CameraLimits {
    return this.#state.limits;
  }

  settings(): CameraSettings {
    return this.#state.settings;
  }

  isAcquiring(): boolean {
    return this.#run !== undefined || this.#isStarting;
  }

  /** All features, for the feature tree; undefined while absent. After writing by it, call `refresh`. */
  nodeMap(): NodeMap | undefined {
    return this.#link?.camera.map;
  }

  async connect(options: CallOptions = {}): Promise<void> {
    if (this.#isDisposed) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    if (this.#status.state === "ready") return;
    this.#connecting ??= this.#connectOnce(options).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async disconnect(options: CallOptions = {}): Promise<void> {
    this.#comesBack = false;
    if (this.#status.state === "faulted") this.#become("absent", "disconnected");
    if (this.#link === undefined) return;
    try {
      await this.#call("disconnect", options, 2000, (signal) => this.#stopRun(signal, "disconnected"));
    } finally {
      await this.#unlink("absent", "disconnected");
    }
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#unlisten();
    if (this.#link !== undefined) {
      try {
        await this.#call("dispose", {}, 1000, (signal) => this.#stopRun(signal, "stopped"));
      } catch (error) {
        // The transfers are back whatever the camera answered; a person may still want to read why it did not stop.
        this.#reported.emit({ message: error instanceof Error ? error.message : String(error) });
      }
      await this.#unlink("absent", "switched off");
    }
    await this.#connecting?.catch(() => undefined);
    for (const emitter of [this.#changed, this.#captured, this.#lost, this.#ended, this.#reported, this.#chunks]) emitter.clear();
  }

  async applySettings(patch: Partial<CameraSettings>, options: CallOptions = {}): Promise<CameraSettings> {
    return this.#call("applySettings", options, 1000, async (signal, { camera }) => {
      checkPatch(patch, this.#state);
      if (this.isAcquiring() && isGeometryChange(this.#state.settings, patch)) {
        throw new OcularError({ tag: "WrongState", what: "a change of format, binning or region", state: "acquiring", allowedIn: ["ready"] });
      }
      await this.#write(camera, patch, signal);
      this.#wanted = { ...this.#wanted, ...patch };
      return this.#state.settings;
    });
  }

  /** Reads settings and limits again, after features were written by the node map. */
  async refresh(options: CallOptions = {}): Promise<CameraSettings> {
    return this.#call("refresh", options, 1000, async (signal, { camera }) => {
      this.#state = await readCameraState(camera.map, camera.features, { signal });
      return this.#state.settings;
    });
  }

  async startAcquisition(pool: FramePool, options: CallOptions = {}): Promise<void> {
    return this.#call("startAcquisition", options, 5000, async (signal, { camera }) => {
      if (this.isAcquiring()) throw new OcularError({ tag: "WrongState", what: "startAcquisition", state: "acquiring", allowedIn: ["ready"] });
      this.#isStarting = true;
      try {
        const run = await startCameraRun(
          {
            link: camera, cameraId: this.identity.id, clock: this.#clock, pool, firstSequence: this.#nextSequence,
            frameSettings: () => ({ exposureMs: this.#state.settings.exposureMs, gainDb: this.#state.settings.gainDb }),
            listeners: {
              capture: (frame, chunks) => {
                if (chunks !== undefined) this.#chunks.emit({ deviceSequence: frame.header.deviceSequence, chunks });
                this.#captured.emit(frame);
              },
              lose: (loss) => this.#lost.emit(loss),
              report: (message) => this.#reported.emit({ message }),
            },
          },
          { signal },
        );
        this.#run = run;
        run.done.then(() => undefined, (error: unknown) => this.#runBroke(run, error));
      } finally {
        this.#isStarting = false;
      }
    });
  }

  async stopAcquisition(options: CallOptions = {}): Promise<void> {
    return this.#call("stopAcquisition", options, 5000, (signal) => this.#stopRun(signal, "stopped"));
  }

  async #connectOnce(options: CallOptions): Promise<void> {
    const { id } = this.identity;
    this.#become("connecting");
    try {
      const camera = await withDeadline({ ...options, clock: this.#clock, timeoutMs: options.timeoutMs ?? 5000, command: "connect", deviceId: id }, (signal) => this.#open(signal));
      // Disposed or unplugged while it was being opened.
      if (this.#isDisposed) {
        await camera.device.close();
        throw new OcularError({ tag: "DeviceDisconnected", deviceId: id, command: "connect" });
      }
      const unlisten = camera.device.onDidDetach(() => void this.#lose("the cable came out"));
      this.#link = { camera, gone: new AbortController(), unlisten };
    } catch (error) {
      const shown = usbErrorAsOcular(error, id, "connect");
      this.#become("absent", shown.message);
      throw shown;
    }
    this.#comesBack = false;
    this.#become("ready");
  }

  async #open(signal: AbortSignal): Promise<CameraLink> {
    const device = await this.#options.find();
    if (device === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    const camera = await openCameraLink(device, this.#clock, { signal });
    try {
      this.#state = await readCameraState(camera.map, camera.features, { signal });
      // A format we do not take would bring no frame: the first one we do take is set instead.
      await this.#write(camera, { pixelFormat: this.#state.settings.pixelFormat }, signal);
      await this.#writeWanted(camera, signal);
    } catch (error) {
      await device.close();
      throw error;
    }
    return camera;
  }

  /** The settings from before; a camera that does not take them any more is better than none, and says so. */
  async #writeWanted(camera: CameraLink, signal: AbortSignal): Promise<void> {
    if (Object.keys(this.#wanted).length === 0) return;
    try {
      checkPatch(this.#wanted, this.#state);
      await this.#write(camera, this.#wanted, signal);
    } catch (error) {
      if (signal.aborted || error instanceof UsbError) throw error;
      this.#reported.emit({ message: `The settings from before could not all be set again: ${error instanceof Error ? error.message : String(error)}` });
      this.#state = await readCameraState(camera.map, camera.features, { signal });
    }
  }

  /** Writes, then reads what the camera made of it; what a half-written patch has changed is put back. */
  async #write(camera: CameraLink, patch: Partial<CameraSettings>, signal: AbortSignal): Promise<void> {
    const before = this.#state;
    try {
      await writeSettings(camera.map, camera.features, before, patch, { signal });
    } catch (error) {
      if (!signal.aborted) {
        const old = Object.fromEntries(Object.keys(patch).map((key) => [key, before.settings[key as keyof CameraSettings]]));
        // The first error is the one to tell; the state read at the next change shows what came of this.
        await writeSettings(camera.map, camera.features, before, old, { signal }).catch(() => undefined);
      }
      throw error;
    }
    this.#state = await readCameraState(camera.map, camera.features, { signal });
  }

  async #stopRun(signal: AbortSignal, reason: EndReason): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    try {
      await run.stop({ signal });
    } finally {
      this.#nextSequence = Math.max(this.#nextSequence, run.nextSequence());
      if (this.#run === run) {
        this.#run = undefined;
        this.#ended.emit({ reason });
      }
    }
  }

  #runBroke(run: CameraRun, error: unknown): void {
    if (this.#run !== run) return;
    const shown = usbErrorAsOcular(error, this.identity.id, "streaming");
    if (shown.data.tag === "DeviceDisconnected") void this.#lose("the cable came out");
    else void this.#unlink("faulted", shown.message);
  }

  async #lose(reason: string): Promise<void> {
    if (this.#link === undefined) return;
    this.#comesBack = true;
    await this.#unlink("absent", reason);
  }

  /** The link is gone, wanted or not: tell it, end the run, close what is still open. */
  async #unlink(state: "absent" | "faulted", reason: string): Promise<void> {
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    const run = this.#run;
    this.#run = undefined;
    link.unlisten();
    this.#become(state, reason);
    link.gone.abort();
    if (run !== undefined) {
      this.#nextSequence = Math.max(this.#nextSequence, run.nextSequence());
      this.#ended.emit({ reason: state === "faulted" ? "faulted" : "disconnected" });
    }
    await link.camera.device.close();
  }

  /** Runs one command with its deadline; ends it when the link is lost meanwhile. */
  async #call<T>(command: string, options: CallOptions, defaultTimeoutMs: number, work: (signal: AbortSignal, link: { readonly camera: CameraLink }) => Promise<T>): Promise<T> {
    const { id } = this.identity;
    const link = this.#link;
    const disconnected = (): OcularError => new OcularError({ tag: "DeviceDisconnected", deviceId: id, command });
    if (link === undefined) throw disconnected();
    let unlisten = (): void => undefined;
    const gone = new Promise<never>((_, reject) => {
      const tell = (): void => reject(disconnected());
      link.gone.signal.addEventListener("abort", tell, { once: true });
      unlisten = () => link.gone.signal.removeEventListener("abort", tell);
    });
    const deadline = { ...options, clock: this.#clock, timeoutMs: options.timeoutMs ?? defaultTimeoutMs, command, deviceId: id };
    try {
      return await withDeadline(deadline, (signal) => Promise.race([gone, work(signal, link)]));
    } catch (error) {
      const shown = usbErrorAsOcular(error, id, command);
      if (shown.data.tag === "DeviceDisconnected") await this.#lose("the cable came out");
      throw shown;
    } finally {
      unlisten();
    }
  }

  #become(state: DeviceState, reason?: string): void {
    this.#status = { identity: this.identity, state, sinceMs: this.#clock.nowMs(), ...(reason === undefined ? {} : { reason }) };
    this.#changed.emit(this.#status);
  }
}
