import type { Clock } from "../../../../core/clock.ts";
import type { CameraControl, ControlValue } from "../../../../shared/domain/camera-controls.ts";
import type { CameraLimits, CameraSettings, DeviceIdentity, DeviceState, DeviceStatus } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { CaptureConstraints, CaptureDevice, CaptureTrack } from "../../../../shared/ipc/capture.ts";
import { isGeometryChange } from "../../../acquisition/run-pool.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { Camera, CameraControls, CameraIncident, CameraLoss, CapturedFrame } from "../../api/camera.ts";
import type { CallOptions } from "../../api/device.ts";
import type { FramePool } from "../../api/frame-pool.ts";
import { checkPatch } from "../../genicam/camera/check-patch.ts";
import { UNIT_FACTORS } from "../../genicam/camera/pixel-factors.ts";
import type { CaptureHost } from "../../transports/capture/capture-host.ts";
import { type CaptureLink, createCaptureLink } from "../../transports/capture/capture-link.ts";
import { captureErrorAsOcular } from "./capture-errors.ts";
import { convertInThread, type PictureConverter } from "./picture-converter.ts";
import { controlConstraints, RESOLUTION, webcamControls, withConstraints } from "./webcam-controls.ts";
import { WebcamRun } from "./webcam-run.ts";
import { constraintsOf, evenRoi, knownExposure, type OwnSettings, pictureSize, webcamLimits, webcamSettings, webcamView } from "./webcam-state.ts";
import { WEBCAM_FORMATS } from "./write-picture.ts";

export interface WebcamCameraOptions {
  readonly identity: DeviceIdentity;
  readonly clock: Clock;
  readonly host: CaptureHost;
  /** Which of the cameras there are it is; undefined while it is not among them. */
  readonly find: (devices: readonly CaptureDevice[]) => CaptureDevice | undefined;
  /** Frames a second asked for when it is opened first. Default 30. */
  readonly frameRate?: number;
  /** How frames become pictures. Default: in a thread. */
  readonly converter?: () => PictureConverter;
}

type EndReason = "finished" | "stopped" | "disconnected" | "faulted";

/** Opening a camera includes opening its page, which takes a second on a slow machine; some webcams take two to answer. */
const CONNECT_MS = 10_000;
const LIST_MS = 2000;
/** A webcam that sends nothing for so long is not slow. */
const SILENT_MS = 2000;
const FIRST_SIZE = { width: 1280, height: 720 };
const BEFORE_CONNECT: CaptureTrack = { capabilities: {}, settings: {} };

/** An open camera. */
interface Link {
  readonly converter: PictureConverter;
  readonly gone: AbortController;
}

/**
 * A webcam, captured by a browser engine (src/shared/ipc/capture.ts). After it was unplugged, or its page died, it is
 * taken up again with the settings it was last given: by itself when it is plugged in again, at the next `connect`
 * otherwise. A `disconnect` by us it does not undo. Default deadlines: `connect` 10 s, `startAcquisition` 5 s,
 * `applySettings` and controls 3 s, for the engine asks the system, and the system the device.
 */
export class WebcamCamera implements Camera {
  readonly identity: DeviceIdentity;
  readonly #options: WebcamCameraOptions;
  readonly #clock: Clock;
  readonly #changed = createEmitter<DeviceStatus>();
  readonly #captured = createEmitter<CapturedFrame>();
  readonly #lost = createEmitter<CameraLoss>();
  readonly #ended = createEmitter<{ reason: EndReason }>();
  readonly #reported = createEmitter<CameraIncident>();
  readonly #controls: CameraControls;
  #status: DeviceStatus;
  /** Kept while an unplugged camera is waited for: it tells when a camera comes. */
  #page: CaptureLink | undefined;
  #link: Link | undefined;
  #track = BEFORE_CONNECT;
  #own: OwnSettings = { pixelFormat: WEBCAM_FORMATS[0], roi: undefined };
  /** Everything asked for so far, for Chromium takes all constraints at once; given again to a camera that comes back. */
  #wanted: CaptureConstraints = {};
  /** Size of its pictures when nobody had asked for another yet; undefined before it was ever open. */
  #openedSize: { readonly width: number; readonly height: number } | undefined;
  #run: WebcamRun | undefined;
  #nextSequence = 0;
  #deviceId = "";
  /** The last run ended in silence: the track is opened anew before the next, for starting to read again mends nothing. */
  #fellSilent = false;
  #connecting: Promise<void> | undefined;
  #comesBack = false;
  #isDisposed = false;

  constructor(options: WebcamCameraOptions) {
    this.identity = options.identity;
    this.#options = options;
    this.#clock = options.clock;
    this.#status = { identity: options.identity, state: "absent", sinceMs: options.clock.nowMs(), reason: "not connected yet" };
    this.#controls = { list: () => webcamControls(this.#track), set: (id, value, own) => this.#setControl(id, value, own) };
  }

  readonly onDidChangeStatus = this.#changed.on;
  readonly onDidCapture = this.#captured.on;
  readonly onDidLose = this.#lost.on;
  readonly onDidEnd = this.#ended.on;
  readonly onDidReport = this.#reported.on;

  status(): DeviceStatus {
    return this.#status;
  }

  limits(): CameraLimits {
    return webcamLimits(this.#track);
  }

  settings(): CameraSettings {
    return webcamSettings(this.#track, this.#own);
  }

  view(): string | undefined {
    return this.#openedSize === undefined ? undefined : webcamView(this.#track, this.#openedSize);
  }

  controls(): CameraControls {
    return this.#controls;
  }

  isAcquiring(): boolean {
    return this.#run !== undefined;
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
    const { id } = this.identity;
    this.#comesBack = false;
    await withDeadline({ ...options, clock: this.#clock, timeoutMs: options.timeoutMs ?? 2000, command: "disconnect", deviceId: id }, async () => {
      const unlinked = this.#unlink("absent", "disconnected");
      this.#closePage();
      await unlinked;
    });
    if (this.#status.state === "faulted") this.#become("absent", "disconnected");
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#comesBack = false;
    const unlinked = this.#unlink("absent", "switched off", "stopped");
    this.#closePage();
    await unlinked;
    await this.#connecting?.catch(() => "told to whoever connected");
    for (const emitter of [this.#changed, this.#captured, this.#lost, this.#ended, this.#reported]) emitter.clear();
  }

  async applySettings(patch: Partial<CameraSettings>, options: CallOptions = {}): Promise<CameraSettings> {
    return this.#call("applySettings", options, 3000, async (signal, page) => {
      const settings = this.settings();
      checkPatch(patch, { limits: this.limits(), factors: UNIT_FACTORS, roiSteps: { minWidth: 2, minHeight: 2 } });
      if (this.isAcquiring() && isGeometryChange(settings, patch)) {
        throw new OcularError({ tag: "WrongState", what: "A change of format or region", state: "acquiring", allowedIn: ["not acquiring"] });
      }
      await this.#constrain(page, constraintsOf(patch, this.#track), signal);
      const { roi, pixelFormat } = patch;
      const format = WEBCAM_FORMATS.find((each) => each === pixelFormat) ?? this.#own.pixelFormat;
      this.#own = { pixelFormat: format, roi: roi === undefined ? this.#own.roi : evenRoi(roi) };
      return this.settings();
    });
  }

  async startAcquisition(pool: FramePool, options: CallOptions = {}): Promise<void> {
    return this.#call("startAcquisition", options, 5000, async (signal, page, link) => {
      if (this.#run !== undefined) throw new OcularError({ tag: "WrongState", what: "Starting the camera", state: "acquiring", allowedIn: ["not acquiring"] });
      const { roi } = this.settings();
      const { pixelFormat } = this.#own;
      const run = new WebcamRun({
        cameraId: this.identity.id, clock: this.#clock, pool, firstSequence: this.#nextSequence, converter: link.converter,
        picture: { format: pixelFormat, width: roi.width, height: roi.height },
        exposure: () => knownExposure(this.#track),
        credit: () => { page.credit(); },
        capture: (frame) => { this.#captured.emit(frame); },
        lose: (loss) => { this.#lost.emit(loss); },
        report: (message) => { this.#reported.emit({ message }); },
        fail: (error) => { void this.#unlink("faulted", error instanceof Error ? error.message : String(error)); },
      });
      // Frames may come before the answer does.
      this.#run = run;
      try {
        if (this.#fellSilent) this.#track = await this.#openTrack(page, this.#wanted, signal);
        this.#fellSilent = false;
        await page.ask("start", { planes: pixelFormat === "Mono8" ? "luma" : "all", rect: { x: roi.offsetX, y: roi.offsetY, width: roi.width, height: roi.height } }, signal);
      } catch (error) {
        if (this.#run === run) this.#endRun();
        throw error;
      }
    });
  }

  async stopAcquisition(options: CallOptions = {}): Promise<void> {
    return this.#call("stopAcquisition", options, 2000, async (signal, page) => {
      const run = this.#run;
      if (run === undefined) return;
      try {
        await page.ask("stop", {}, signal);
        await run.settle();
      } finally {
        if (this.#run === run) this.#endRun("stopped");
      }
    });
  }

  async #setControl(id: string, value: ControlValue, options: CallOptions = {}): Promise<readonly CameraControl[]> {
    return this.#call("set control", options, 3000, async (signal, page) => {
      const constraints = controlConstraints(this.#track, id, value);
      if (id === RESOLUTION && this.isAcquiring()) throw new OcularError({ tag: "WrongState", what: "A change of resolution", state: "acquiring", allowedIn: ["not acquiring"] });
      if (id === RESOLUTION) await this.#changeResolution(page, constraints, signal);
      else await this.#constrain(page, constraints, signal);
      return webcamControls(this.#track);
    });
  }

  /** Adds constraints to those in force, and reads what the device made of them. */
  async #constrain(page: CaptureLink, added: CaptureConstraints, signal: AbortSignal): Promise<void> {
    if (Object.keys(added).length === 0) return;
    const constraints = withConstraints(this.#wanted, added);
    this.#track = await page.ask("apply", { constraints }, signal);
    this.#wanted = constraints;
  }

  /** By opening the camera anew: an open track that changes its size may fall silent in Chromium. */
  async #changeResolution(page: CaptureLink, added: CaptureConstraints, signal: AbortSignal): Promise<void> {
    const constraints = withConstraints(this.#wanted, added);
    this.#track = await this.#openTrack(page, constraints, signal);
    this.#wanted = constraints;
    this.#own = { ...this.#own, roi: undefined };
  }

  /** Opens the camera as it shall be set. */
  async #openTrack(page: CaptureLink, constraints: CaptureConstraints, signal: AbortSignal): Promise<CaptureTrack> {
    const { width = FIRST_SIZE.width, height = FIRST_SIZE.height, frameRate = this.#options.frameRate ?? 30 } = constraints;
    const track = await page.ask("open", { deviceId: this.#deviceId, width: Number(width), height: Number(height), frameRate: Number(frameRate) }, signal);
    return Object.keys(constraints).length === 0 ? track : page.ask("apply", { constraints }, signal);
  }

  async #connectOnce(options: CallOptions): Promise<void> {
    const { id } = this.identity;
    this.#become("connecting");
    try {
      await withDeadline({ ...options, clock: this.#clock, timeoutMs: options.timeoutMs ?? CONNECT_MS, command: "connect", deviceId: id }, (signal) => this.#open(signal));
      if (this.#isDisposed || this.#page === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: id, command: "connect" });
    } catch (error) {
      const shown = captureErrorAsOcular(error, this.identity, "connect");
      // A page that did not open this camera in time may be hung; one that only lacks it tells when it comes.
      if (!this.#comesBack || shown.data.tag !== "DeviceDisconnected") this.#closePage();
      this.#become("absent", shown.message);
      throw shown;
    }
    this.#comesBack = false;
    this.#link = { converter: (this.#options.converter ?? convertInThread)(), gone: new AbortController() };
    this.#become("ready");
  }

  async #open(signal: AbortSignal): Promise<void> {
    const page = (this.#page ??= this.#openPage());
    const device = this.#options.find(await page.ask("list", {}, signal));
    if (device === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.identity.id, command: "connect" });
    this.#deviceId = device.deviceId;
    this.#track = await this.#openTrack(page, this.#wanted, signal);
    this.#openedSize ??= pictureSize(this.#track);
    this.#fellSilent = false;
    const { roi } = this.#own;
    const size = pictureSize(this.#track);
    if (roi === undefined || (roi.offsetX + roi.width <= size.width && roi.offsetY + roi.height <= size.height)) return;
    this.#own = { ...this.#own, roi: undefined };
    this.#reported.emit({ message: `${this.identity.model} came back with pictures of ${size.width} x ${size.height} px: the region that was set lies outside and was dropped.` });
  }

  #openPage(): CaptureLink {
    const page = createCaptureLink(this.#options.host.open());
    page.onFrame((frame) => { this.#run?.take(frame); });
    page.onUnreadable((reason) => { this.#run?.miss(reason); });
    page.onEnded((reason) => { this.#lose(reason); });
    page.onDevices(() => {
      // Nobody waits for this: how it went shows in the status.
      this.#takeUpAgain(page).catch(() => "told by the status");
    });
    page.onGone((reason) => {
      this.#closePage();
      void this.#unlink("absent", `its capture page ended (${reason})`);
    });
    page.onNonsense(() => {
      this.#closePage();
      void this.#unlink("faulted", "its capture page sent what cannot be understood; it was closed");
    });
    return page;
  }

  /** Connects when the camera that is waited for is among those there are; another one's coming is no news. */
  async #takeUpAgain(page: CaptureLink): Promise<void> {
    if (!this.#comesBack || this.#isDisposed) return;
    const devices = await withDeadline({ clock: this.#clock, timeoutMs: LIST_MS, command: "list", deviceId: this.identity.id }, (signal) => page.ask("list", {}, signal));
    if (this.#comesBack && this.#options.find(devices) !== undefined) await this.connect();
  }

  #closePage(): void {
    this.#page?.close();
    this.#page = undefined;
  }

  #lose(reason: string): void {
    if (this.#link === undefined) return;
    this.#comesBack = true;
    void this.#unlink("absent", reason);
  }

  /** The camera is gone, wanted or not: tell it, end the run, put the converter away. */
  async #unlink(state: "absent" | "faulted", reason: string, endReason: EndReason = state === "faulted" ? "faulted" : "disconnected"): Promise<void> {
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    this.#become(state, reason);
    link.gone.abort();
    this.#endRun(endReason);
    await link.converter.dispose();
  }

  #endRun(reason?: EndReason): void {
    const run = this.#run;
    if (run === undefined) return;
    run.abandon();
    this.#fellSilent = run.silentMs() > SILENT_MS;
    this.#nextSequence = run.nextSequence();
    this.#run = undefined;
    if (reason !== undefined) this.#ended.emit({ reason });
  }

  /** Runs one command with its deadline; ends it when the camera is lost meanwhile. */
  async #call<T>(command: string, options: CallOptions, defaultTimeoutMs: number, work: (signal: AbortSignal, page: CaptureLink, link: Link) => Promise<T>): Promise<T> {
    const { id } = this.identity;
    const link = this.#link;
    const page = this.#page;
    if (link === undefined || page === undefined) throw new OcularError({ tag: "DeviceDisconnected", deviceId: id, command });
    const deadline = { ...options, clock: this.#clock, timeoutMs: options.timeoutMs ?? defaultTimeoutMs, command, deviceId: id };
    try {
      return await withDeadline(deadline, (signal) => work(AbortSignal.any([signal, link.gone.signal]), page, link));
    } catch (error) {
      if (link.gone.signal.aborted && !(error instanceof OcularError)) throw new OcularError({ tag: "DeviceDisconnected", deviceId: id, command }, { cause: error });
      const shown = captureErrorAsOcular(error, this.identity, command);
      if (shown.data.tag === "DeviceDisconnected") this.#lose("it is not there any more");
      throw shown;
    }
  }

  #become(state: DeviceState, reason?: string): void {
    this.#status = { identity: this.identity, state, sinceMs: this.#clock.nowMs(), ...(reason === undefined ? {} : { reason }) };
    this.#changed.emit(this.#status);
  }
}
