import type { Clock } from "../../../core/clock.ts";
import type { Range, XyLimits } from "../../../shared/domain/devices.ts";
import { type StagePointUm, um, type Um } from "../../../shared/units.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { CallOptions, Unsubscribe } from "../api/device.ts";
import type { FocusDrive } from "../api/focus-drive.ts";
import type { XYStage } from "../api/xy-stage.ts";
import { Seat } from "./seat.ts";

const NO_WAY: Range = { min: 0, max: 0 };

/** The place of the stage. */
export class StageSeat extends Seat<XYStage> implements XYStage {
  readonly #moves = createEmitter<StagePointUm>();
  readonly onDidMove = this.#moves.on;

  constructor(clock: Clock) {
    super("xyStage", "stage", clock);
  }

  get toleranceUm(): number {
    return this.sitting()?.toleranceUm ?? 0;
  }

  get jog(): XYStage["jog"] {
    const stage = this.sitting();
    return stage?.jog === undefined ? undefined : (deltaUm) => stage.jog?.(deltaUm);
  }

  get home(): XYStage["home"] {
    const stage = this.sitting();
    return stage?.home?.bind(stage);
  }

  position(): StagePointUm {
    return this.sitting()?.position() ?? { x: um(0), y: um(0) };
  }

  isMoving(): boolean {
    return this.sitting()?.isMoving() ?? false;
  }

  softLimits(): XyLimits {
    return this.sitting()?.softLimits() ?? { x: NO_WAY, y: NO_WAY };
  }

  async moveTo(targetUm: StagePointUm, options?: CallOptions): Promise<StagePointUm> {
    return this.need("moveTo").moveTo(targetUm, options);
  }

  async moveBy(deltaUm: StagePointUm, options?: CallOptions): Promise<StagePointUm> {
    return this.need("moveBy").moveBy(deltaUm, options);
  }

  placeDoubt(): string | undefined {
    return this.sitting()?.placeDoubt?.();
  }

  get trustPlace(): XYStage["trustPlace"] {
    const axes = this.sitting();
    return axes?.trustPlace?.bind(axes);
  }

  async stop(options?: CallOptions): Promise<void> {
    await this.need("stop").stop(options);
  }

  protected override listenTo(stage: XYStage): readonly Unsubscribe[] {
    return [stage.onDidMove((at) => this.#moves.emit(at))];
  }

  protected override didTake(): void {
    this.#moves.emit(this.position());
  }

  protected override didDispose(): void {
    this.#moves.clear();
  }
}

/** The place of the focus drive. */
export class FocusSeat extends Seat<FocusDrive> implements FocusDrive {
  readonly #moves = createEmitter<Um>();
  readonly onDidMove = this.#moves.on;

  constructor(clock: Clock) {
    super("focusDrive", "focus drive", clock);
  }

  get toleranceUm(): number {
    return this.sitting()?.toleranceUm ?? 0;
  }

  get jog(): FocusDrive["jog"] {
    const focus = this.sitting();
    return focus?.jog === undefined ? undefined : (deltaUm) => focus.jog?.(deltaUm);
  }

  position(): Um {
    return this.sitting()?.position() ?? um(0);
  }

  isMoving(): boolean {
    return this.sitting()?.isMoving() ?? false;
  }

  softLimits(): Range {
    return this.sitting()?.softLimits() ?? NO_WAY;
  }

  async moveTo(targetUm: Um, options?: CallOptions): Promise<Um> {
    return this.need("moveTo").moveTo(targetUm, options);
  }

  async moveBy(deltaUm: Um, options?: CallOptions): Promise<Um> {
    return this.need("moveBy").moveBy(deltaUm, options);
  }

  placeDoubt(): string | undefined {
    return this.sitting()?.placeDoubt?.();
  }

  get trustPlace(): FocusDrive["trustPlace"] {
    const axes = this.sitting();
    return axes?.trustPlace?.bind(axes);
  }

  async stop(options?: CallOptions): Promise<void> {
    await this.need("stop").stop(options);
  }

  protected override listenTo(focus: FocusDrive): readonly Unsubscribe[] {
    return [focus.onDidMove((at) => this.#moves.emit(at))];
  }

  protected override didTake(): void {
    this.#moves.emit(this.position());
  }

  protected override didDispose(): void {
    this.#moves.clear();
  }
}
