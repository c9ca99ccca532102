import type { Clock } from "../../../src/core/clock.ts";
import type { CaptureHost, CapturePage } from "../../../src/engine/devices/transports/capture/capture-host.ts";
import { type CaptureConstraints, type CaptureDevice, type CaptureFrame, type CaptureMessage, type CaptureProblem, type CaptureRect, type CaptureRequest, FRAMES_IN_FLIGHT } from "../../../src/shared/ipc/capture.ts";
import { createEmitter } from "../../../src/engine/runtime/emitter.ts";

/** A webcam that is plugged in: what it can do, by Image Capture's names. */
export interface FakeWebcam {
  readonly device: CaptureDevice;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Settings it wakes up with. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export const labWebcam = (label = "Lab Webcam (1d6b:0102)", deviceId = "a1", largest = { width: 64, height: 48 }): FakeWebcam => ({
  device: { deviceId, groupId: `group-${deviceId}`, label },
  capabilities: {
    deviceId, width: { min: 1, max: largest.width }, height: { min: 1, max: largest.height }, frameRate: { min: 0, max: 30 }, resizeMode: ["none", "crop-and-scale"],
    exposureMode: ["manual", "continuous"], exposureTime: { min: 10, max: 1000, step: 1 }, iso: { min: 100, max: 1600, step: 100 },
    whiteBalanceMode: ["manual", "continuous"], colorTemperature: { min: 2800, max: 6500, step: 10 },
    focusMode: ["manual", "continuous"], focusDistance: { min: 0, max: 250, step: 5 }, zoom: { min: 100, max: 400, step: 1 }, pan: { min: 0, max: 0, step: 1 },
  },
  settings: { exposureMode: "continuous", exposureTime: 100, iso: 100, whiteBalanceMode: "continuous", colorTemperature: 4600, focusMode: "continuous", focusDistance: 50, zoom: 100 },
});

/** Faults of the page and the cameras behind it. */
export interface CaptureFaults {
  /** Answers nothing for so long; then it answers what was asked meanwhile. */
  deafMs: number;
  /** How many of the next frames are dropped before they come to the page. */
  dropFrames: number;
  /** What the next `open` is refused with. */
  refuseOpen: CaptureProblem | undefined;
  /** The open track sends nothing any more, until it is opened again. */
  mute: boolean;
}

/** Webcams and the browser engine that captures them, in this process: the same conversation as the app's hidden window has. */
export class FakeCapture implements CaptureHost {
  readonly #clock: Clock;
  readonly #pages = new Set<FakePage>();
  readonly faults: CaptureFaults = { deafMs: 0, dropFrames: 0, refuseOpen: undefined, mute: false };
  readonly webcams: FakeWebcam[];
  /** Every set of constraints that was applied. */
  readonly applied: CaptureConstraints[] = [];

  constructor(clock: Clock, webcams: readonly FakeWebcam[] = [labWebcam()]) {
    this.#clock = clock;
    this.webcams = [...webcams];
  }

  open(): CapturePage {
    const page = new FakePage(this, this.#clock, () => this.#pages.delete(page));
    this.#pages.add(page);
    return page;
  }

  openPages(): number {
    return this.#pages.size;
  }

  unplug(webcam: FakeWebcam): void {
    this.webcams.splice(this.webcams.indexOf(webcam), 1);
    for (const page of this.#pages) page.unplugged(webcam);
  }

  plug(webcam: FakeWebcam): void {
    this.webcams.push(webcam);
    for (const page of this.#pages) page.send({ kind: "devices" });
  }

  /** Every page's process ends. */
  killPages(): void {
    for (const page of [...this.#pages]) page.die("crashed");
  }

  /** Every page says something that is no message of ours. */
  babble(message: unknown): void {
    for (const page of [...this.#pages]) page.say(message);
  }
}

class FakePage implements CapturePage {
  readonly #host: FakeCapture;
  readonly #clock: Clock;
  readonly #left: () => void;
  readonly #messages = createEmitter<unknown>();
  readonly #gone = createEmitter<string>();
  readonly #over = new AbortController();
  #open: { readonly webcam: FakeWebcam; settings: Record<string, unknown> } | undefined;
  #capture: AbortController | undefined;
  #credits = FRAMES_IN_FLIGHT;
  #skipped = 0;
  #dropped = 0;
  #sent = 0;
  /** Requests are answered one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #held: CaptureFrame | undefined;

  constructor(host: FakeCapture, clock: Clock, left: () => void) {
    this.#host = host;
    this.#clock = clock;
    this.#left = left;
  }

  readonly onMessage = this.#messages.on;
  readonly onGone = this.#gone.on;

  post(request: CaptureRequest): void {
    if (this.#over.signal.aborted) return;
    if (request.command === "credit") {
      this.#credits += 1;
      const newest = this.#held;
      this.#held = undefined;
      if (newest !== undefined) this.#send(newest);
      return;
    }
    this.#turn = this.#turn.then(() => this.#answer(request)).catch((error: unknown) => {
      if (!this.#over.signal.aborted) throw error;
    });
  }

  send(message: CaptureMessage): void {
    if (!this.#over.signal.aborted) this.#messages.emit(message);
  }

  say(message: unknown): void {
    this.#messages.emit(message);
  }

  die(reason: string): void {
    const listeners = this.#gone;
    this.close();
    listeners.emit(reason);
  }

  close(): void {
    this.#over.abort();
    this.#capture?.abort();
    this.#left();
  }

  unplugged(webcam: FakeWebcam): void {
    if (this.#open?.webcam === webcam) {
      this.#capture?.abort();
      this.#open = undefined;
      this.send({ kind: "ended", reason: "it was unplugged" });
    }
    this.send({ kind: "devices" });
  }

  async #answer(request: Exclude<CaptureRequest, { command: "credit" }>): Promise<void> {
    const { faults } = this.#host;
    if (faults.deafMs > 0) {
      const deafMs = faults.deafMs;
      faults.deafMs = 0;
      await this.#clock.delay(deafMs, this.#over.signal);
    }
    const refuse = (problem: CaptureProblem, reason: string): void => this.send({ kind: "answer", id: request.id, ok: false, problem, reason });
    const answer = (value: unknown): void => this.send({ kind: "answer", id: request.id, ok: true, value });
    switch (request.command) {
      case "list": return answer(this.#host.webcams.map(({ device }) => device));
      case "open": {
        const webcam = this.#host.webcams.find(({ device }) => device.deviceId === request.given.deviceId);
        const { refuseOpen } = faults;
        faults.refuseOpen = undefined;
        if (refuseOpen !== undefined) return refuse(refuseOpen, "made up");
        if (webcam === undefined) return refuse("gone", "no such camera");
        faults.mute = false;
        const { width, height, frameRate } = request.given;
        const most = (name: string): number => (webcam.capabilities[name] as { readonly max: number }).max;
        this.#open = { webcam, settings: { ...webcam.settings, width: Math.min(most("width"), width), height: Math.min(most("height"), height), frameRate: Math.min(most("frameRate"), frameRate) } };
        return answer(this.#track());
      }
      case "apply":
        if (this.#open === undefined) return refuse("gone", "no camera is open");
        this.#host.applied.push(request.given.constraints);
        this.#open.settings = { ...this.#open.settings, ...request.given.constraints };
        return answer(this.#track());
      case "start":
        if (this.#open === undefined) return refuse("gone", "no camera is open");
        this.#credits = FRAMES_IN_FLIGHT;
        this.#capture = new AbortController();
        void this.#produce(request.given.rect, request.given.planes, this.#capture.signal);
        return answer({});
      case "stop":
      case "close":
        this.#capture?.abort();
        this.#held = undefined;
        if (request.command === "close") this.#open = undefined;
        return answer({});
    }
  }

  #track(): { capabilities: unknown; settings: unknown } {
    return { capabilities: this.#open?.webcam.capabilities ?? {}, settings: { ...this.#open?.settings } };
  }

  async #produce(rect: CaptureRect, planes: "all" | "luma", signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#clock.delay(1000 / Number(this.#open?.settings["frameRate"] ?? 30), signal);
        if (this.#host.faults.mute) continue;
        if (this.#host.faults.dropFrames > 0) {
          this.#host.faults.dropFrames -= 1;
          this.#dropped += 1;
          continue;
        }
        if (this.#held !== undefined) this.#skipped += 1;
        const frame = makeFrame(rect, planes, this.#clock.nowMs());
        this.#held = undefined;
        if (this.#credits > 0) this.#send(frame);
        else this.#held = frame;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #send(frame: CaptureFrame): void {
    this.#credits -= 1;
    this.#sent += 1;
    const message = { ...frame, skipped: this.#skipped, dropped: this.#dropped };
    this.#skipped = 0;
    this.#dropped = 0;
    this.send(message);
  }
}

/** A grey picture: luma 16 + 8 a column, no colour. */
function makeFrame({ width, height }: CaptureRect, planes: "all" | "luma", nowMs: number): CaptureFrame {
  const luma = width * height;
  const chroma = (width / 2) * (height / 2);
  const pixels = new Uint8Array(planes === "luma" ? luma : luma + 2 * chroma).fill(128);
  for (let i = 0; i < luma; i++) pixels[i] = Math.min(235, 16 + 8 * (i % width));
  const all = [{ offset: 0, stride: width }, { offset: luma, stride: width / 2 }, { offset: luma + chroma, stride: width / 2 }];
  return {
    kind: "frame", skipped: 0, dropped: 0, format: planes === "luma" ? "luma" : "I420", width, height, planes: planes === "luma" ? all.slice(0, 1) : all,
    matrix: "smpte170m", fullRange: false, timestampUs: nowMs * 1000, pixels: pixels.buffer,
  };
}
