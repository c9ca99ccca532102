import type { Clock } from "../../../../core/clock.ts";
import type { CameraLimits, CameraSettings, DeviceIdentity, DeviceState, DeviceStatus } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { isGeometryChange } from "../../../acquisition/run-pool.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { Camera, CameraIncident, CameraLoss, CapturedFrame } from "../../api/camera.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { FramePool } from "../../api/frame-pool.ts";
import { GenicamError } from "../genicam-error.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { CameraLink, CameraTransport } from "./camera-link.ts";
import { type CameraRun, startCameraRun } from "./camera-run.ts";
import { SettingsKeeper } from "./camera-settings.ts";
import { checkPatch } from "./check-patch.ts";
import type { WrittenFeature } from "./feature-memory.ts";
import { changesPictures, pictureKey, pictureSize } from "./picture-features.ts";
import { requireScale } from "./pixel-factors.ts";

export interface GenicamCameraOptions {
  readonly identity: DeviceIdentity;
  readonly clock: Clock;
  readonly transport: CameraTransport;
}

type EndReason = "finished" | "stopped" | "disconnected" | "faulted";

/** Chunk data of one frame, by chunk id. */
export interface FrameChunks {
  readonly deviceSequence: number;
  readonly chunks: ReadonlyMap<bigint, Uint8Array>;
}

/**
 * A GenICam camera of any maker, over whatever carries it. One that was lost is taken up again by itself, with the settings, automatic
 * modes and features it had; a `disconnect` by us is not undone.
 */
export class GenicamCamera implements Camera {
  readonly identity: DeviceIdentity;
  readonly #transport: CameraTransport;
  readonly #clock: Clock;
  readonly #settings = new SettingsKeeper();
  readonly #changed = createEmitter<DeviceStatus>();
  readonly #captured = createEmitter<CapturedFrame>();
  readonly #lost = createEmitter<CameraLoss>();
  readonly #ended = createEmitter<{ reason: EndReason }>();
  readonly #reported = createEmitter<CameraIncident>();
  readonly #chunks = createEmitter<FrameChunks>();
  #status: DeviceStatus;
  #link: { readonly camera: CameraLink; readonly gone: AbortController; readonly unlisten: Unsubscribe } | undefined;
  #run: CameraRun | undefined;
  #isStarting = false;
  #nextSequence = 0;
  #connecting: Promise<void> | undefined;
  /** The last opening; one that ran out of time may still hold the device. */
  #opening: Promise<unknown> = Promise.resolve();
  /** Ends the watch for a camera that was lost. */
  #unwatch: Unsubscribe | undefined;
  readonly #disposed = new AbortController();

  constructor(options: GenicamCameraOptions) {
    this.identity = options.identity;
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#status = { identity: options.identity, state: "absent", sinceMs: options.clock.nowMs(), reason: "not connected yet" };
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
    return this.#settings.state().limits;
  }

  settings(): CameraSettings {
    return this.#settings.state().settings;
  }

  isAcquiring(): boolean {
    return this.#run !== undefined || this.#isStarting;
  }

  /** All features, for the feature tree; undefined while absent. Before writing by it call `requireWritable`, after it `refresh`. */
  nodeMap(): NodeMap | undefined {
    return this.#link?.camera.map;
  }

  async connect(options: CallOptions = {}): Promise<void> {
    if (this.#disposed.signal.aborted) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    if (this.#status.state === "ready") return;
    this.#connecting ??= this.#connectOnce(options).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async disconnect(options: CallOptions = {}): Promise<void> {
    this.#stopWatching();
    if (this.#status.state === "faulted") this.#become("absent", "disconnected");
    if (this.#link === undefined) return;
    try {
      await this.#call("disconnect", options, 2000, (signal) => this.#stopRun(signal, "disconnected"));
    } finally {
      await this.#unlink("absent", "disconnected");
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed.signal.aborted) return;
    this.#disposed.abort();
    this.#stopWatching();
    if (this.#link !== undefined) {
      try {
        await this.#call("dispose", {}, 1000, (signal) => this.#stopRun(signal, "stopped"));
      } catch (error) {
        // The transfers are back whatever the camera answered; a person may still want to read why it did not stop.
        this.#reported.emit({ message: error instanceof Error ? error.message : String(error) });
      }
      await this.#unlink("absent", "switched off");
    }
    await this.#connecting?.catch(() => "told to whoever connects");
    for (const emitter of [this.#changed, this.#captured, this.#lost, this.#ended, this.#reported, this.#chunks]) emitter.clear();
  }

  async applySettings(patch: Partial<CameraSettings>, options: CallOptions = {}): Promise<CameraSettings> {
    return this.#call("applySettings", options, 1000, async (signal, { camera }) => {
      checkPatch(patch, this.#settings.state());
      if (this.isAcquiring() && isGeometryChange(this.#settings.state().settings, patch)) {
        throw new OcularError({ tag: "WrongState", what: "a change of format, binning or region", state: "acquiring", allowedIn: ["ready"] });
      }
      await this.#settings.apply(camera, patch, { signal });
      return this.#settings.state().settings;
    });
  }

  /**
   * Many cameras refuse this themselves; of one that does not, pictures already on their way would be told with a scale that is not theirs.
   * @throws OcularError `WrongState` while acquiring, for a feature on which the pictures' size, place, scale or format depends
   */
  requireWritable(feature: string): void {
    const map = this.nodeMap();
    if (!this.isAcquiring() || map === undefined || !changesPictures(map, feature)) return;
    throw new OcularError({ tag: "WrongState", what: `A change of ${feature}`, state: "acquiring", allowedIn: ["ready"] });
  }

  /**
   * Reads settings and limits again after a feature was written by the node map: as the camera is set now it is set again after a loss,
   * that feature with it. A run whose pictures have become
   * others all the same, by what the camera's description does not tell, is ended as faulted, to be begun anew.
   */
  async refresh(written?: WrittenFeature, options: CallOptions = {}): Promise<CameraSettings> {
    return this.#call("refresh", options, 1000, async (signal, { camera }) => {
      const before = pictureKey(this.#settings.state());
      await this.#settings.adopt(camera, written, { signal });
      if (this.isAcquiring() && pictureKey(this.#settings.state()) !== before) {
        this.#reported.emit({ message: `${written?.name ?? "The camera"} changed size, place or scale of the pictures while they were taken: the run begins anew, and pictures between may have the scale from before.` });
        await this.#stopRun(signal, "faulted");
      }
      return this.#settings.state().settings;
    });
  }

  async startAcquisition(pool: FramePool, options: CallOptions = {}): Promise<void> {
    return this.#call("startAcquisition", options, 5000, async (signal, { camera }) => {
      if (this.isAcquiring()) throw new OcularError({ tag: "WrongState", what: "startAcquisition", state: "acquiring", allowedIn: ["ready"] });
      const { factors, hidden } = this.#settings.state();
      requireScale(this.identity.id, factors, hidden);
      this.#isStarting = true;
      try {
        const run = await startCameraRun(
          camera,
          {
            cameraId: this.identity.id, clock: this.#clock, pool, firstSequence: this.#nextSequence, picture: pictureSize(this.#settings.state()),
            frameSettings: () => this.#settings.state().light,
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
    const signal = AbortSignal.any([this.#disposed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    try {
      const camera = await withDeadline({ ...options, signal, clock: this.#clock, timeoutMs: options.timeoutMs ?? 5000, command: "connect", deviceId: id }, (own) => this.#openInTurn(own));
      // Disposed or unplugged while it was being opened.
      if (this.#disposed.signal.aborted) {
        await camera.close();
        throw new OcularError({ tag: "DeviceDisconnected", deviceId: id, command: "connect" });
      }
      const unlisten = camera.onDidLose((reason) => void this.#lose(reason));
      this.#link = { camera, gone: new AbortController(), unlisten };
    } catch (error) {
      const shown = this.#transport.asOcular(error, "connect");
      this.#become("absent", shown.message);
      throw shown;
    }
    this.#stopWatching();
    this.#become("ready");
  }

  /** Opens when the try before has ended and closed what it had opened: until then the device is busy with ourselves. */
  #openInTurn(signal: AbortSignal): Promise<CameraLink> {
    const opening = this.#opening.then(() => {
      signal.throwIfAborted();
      return this.#open(signal);
    });
    this.#opening = opening.catch(() => "told to whoever opens");
    return opening;
  }

  async #open(signal: AbortSignal): Promise<CameraLink> {
    const camera = await this.#transport.open({ signal });
    if (camera === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    try {
      const isOfTheTransport = (error: unknown): boolean => !(error instanceof GenicamError || error instanceof OcularError);
      await this.#settings.takeUp(camera, { signal }, isOfTheTransport, (message) => this.#reported.emit({ message }));
      signal.throwIfAborted();
    } catch (error) {
      await camera.close();
      throw error;
    }
    return camera;
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
    const shown = this.#transport.asOcular(error, "streaming");
    if (shown.data.tag === "DeviceDisconnected") void this.#lose(this.#transport.goneReason);
    else void this.#unlink("faulted", shown.message);
  }

  async #lose(reason: string): Promise<void> {
    if (this.#link === undefined) return;
    this.#stopWatching();
    this.#unwatch = this.#transport.watch(() => {
      if (this.#status.state === "absent" && !this.#disposed.signal.aborted) this.connect().catch(() => "told by the status: nobody waits for this call");
    });
    await this.#unlink("absent", reason);
  }

  #stopWatching(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
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
    await link.camera.close();
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
      const shown = this.#transport.asOcular(error, command);
      if (shown.data.tag === "DeviceDisconnected") await this.#lose(this.#transport.goneReason);
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
