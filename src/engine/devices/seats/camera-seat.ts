import type { Clock } from "../../../core/clock.ts";
import type { CameraLimits, CameraSettings } from "../../../shared/domain/devices.ts";
import { OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { Camera, CameraControls, CameraIncident, CameraLoss, CapturedFrame } from "../api/camera.ts";
import type { CallOptions, Unsubscribe } from "../api/device.ts";
import type { FramePool } from "../api/frame-pool.ts";
import type { Neighbours } from "../api/neighbours.ts";
import { UNKNOWN_STATE } from "../genicam/camera/camera-state.ts";
import { Seat } from "./seat.ts";

type End = Parameters<Parameters<Camera["onDidEnd"]>[0]>[0];

/** The place of the camera. */
export class CameraSeat extends Seat<Camera> implements Camera {
  readonly #captured = createEmitter<CapturedFrame>();
  readonly #lost = createEmitter<CameraLoss>();
  readonly #ended = createEmitter<End>();
  readonly #reported = createEmitter<CameraIncident>();
  readonly #neighbours: Neighbours;

  constructor(clock: Clock, neighbours: Neighbours) {
    super("camera", "camera", clock);
    this.#neighbours = neighbours;
  }

  readonly onDidCapture = this.#captured.on;
  readonly onDidLose = this.#lost.on;
  readonly onDidEnd = this.#ended.on;
  readonly onDidReport = this.#reported.on;

  /** @throws OcularError WrongState while the one who sits here is acquiring: frames of two cameras would mix */
  override take(next: Camera | undefined): void {
    if (next !== this.sitting() && this.isAcquiring()) throw new OcularError({ tag: "WrongState", what: "Changing the camera", state: "it is acquiring", allowedIn: ["a stopped camera"] });
    super.take(next);
  }

  limits(): CameraLimits {
    return this.sitting()?.limits() ?? UNKNOWN_STATE.limits;
  }

  view(): string | undefined {
    return this.sitting()?.view?.();
  }

  settings(): CameraSettings {
    return this.sitting()?.settings() ?? UNKNOWN_STATE.settings;
  }

  controls(): CameraControls | undefined {
    return this.sitting()?.controls?.();
  }

  maxFrameBytes(): number {
    return this.sitting()?.maxFrameBytes?.() ?? 0;
  }

  async applySettings(patch: Partial<CameraSettings>, options?: CallOptions): Promise<CameraSettings> {
    return this.need("applySettings").applySettings(patch, options);
  }

  async startAcquisition(pool: FramePool, options?: CallOptions): Promise<void> {
    await this.need("startAcquisition").startAcquisition(pool, options);
  }

  async stopAcquisition(options?: CallOptions): Promise<void> {
    await this.need("stopAcquisition").stopAcquisition(options);
  }

  isAcquiring(): boolean {
    return this.sitting()?.isAcquiring() ?? false;
  }

  protected override listenTo(camera: Camera): readonly Unsubscribe[] {
    return [
      camera.onDidCapture((frame) => this.#hand(frame)), camera.onDidLose((loss) => this.#lost.emit(loss)),
      camera.onDidEnd((end) => this.#ended.emit(end)), camera.onDidReport((incident) => this.#reported.emit(incident)),
      ...(camera.seeBy === undefined ? [] : [camera.seeBy(this.#neighbours)]),
    ];
  }

  protected override didDispose(): void {
    for (const emitter of [this.#captured, this.#lost, this.#ended, this.#reported]) emitter.clear();
  }

  /** A frame that nobody takes goes back to its pool. */
  #hand(frame: CapturedFrame): void {
    if (this.#captured.listenerCount() === 0) frame.buffer.release();
    else this.#captured.emit(frame);
  }
}
