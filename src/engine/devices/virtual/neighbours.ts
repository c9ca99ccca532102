/**
 * What the virtual camera sees by: its own stage, focus, light and turret, or those who sit beside it where it has a seat.
 *
 * Two things are told apart: how it truly is, which the picture shows, and what the device says of itself, which the frame says.
 * Of a virtual device the picture knows backlash, swing and drift; of any other no more than the device tells. Whose word cannot be
 * taken (unplugged, faulted, nobody in the seat) is drawn as it was last, and the frame says nothing of it.
 */
import type { Clock } from "../../../core/clock.ts";
import type { Objective } from "../../../shared/domain/devices.ts";
import type { StagePointUm, Um } from "../../../shared/units.ts";
import { isAtWork, type Unsubscribe } from "../api/device.ts";
import type { FocusDrive } from "../api/focus-drive.ts";
import { mayBeMoving } from "../api/microscope.ts";
import type { Neighbours, Sitting } from "../api/neighbours.ts";
import type { XYStage } from "../api/xy-stage.ts";
import { VirtualFocus } from "./devices/virtual-focus.ts";
import type { VirtualLight } from "./devices/virtual-light.ts";
import { VirtualStage } from "./devices/virtual-stage.ts";
import { VirtualTurret } from "./devices/virtual-turret.ts";
import type { Drift } from "./mechanics/drift.ts";
import { START_LIGHT_PERCENT } from "./sensor/first-exposure.ts";

/** The devices of a virtual microscope beside its camera. */
export interface OwnDevices {
  readonly stage: VirtualStage;
  readonly focus: VirtualFocus;
  readonly light: VirtualLight;
  readonly turret: VirtualTurret;
}

/** Further out of focus than this, um, nothing changes in the picture but the time that it takes to draw. */
const FARTHEST_UM = 250;

export class VisibleNeighbours {
  readonly #own: OwnDevices;
  readonly #clock: Clock;
  readonly #drift: Drift;
  readonly #bornMs: number;
  /** Where a drive of another make stood, less the height at which the slide was then. */
  readonly #zeroes = new WeakMap<FocusDrive, number>();
  #beside: Neighbours | undefined;
  #lastLens: Objective | undefined;
  #lastMotionMs = Number.NEGATIVE_INFINITY;
  #wasMoving = false;

  constructor(own: OwnDevices, clock: Clock, drift: Drift) {
    this.#own = own;
    this.#clock = clock;
    this.#drift = drift;
    this.#bornMs = clock.nowMs();
    this.#lastLens = own.turret.current();
  }

  /** From now on, until the returned function is called, these are seen instead of the own ones. */
  seeBy(neighbours: Neighbours): Unsubscribe {
    this.#beside = neighbours;
    const unlisten = neighbours.onDidMove(() => { if (this.#hasForeignAxes()) this.#lastMotionMs = this.#clock.nowMs(); });
    return () => {
      unlisten();
      if (this.#beside === neighbours) this.#beside = undefined;
    };
  }

  /** Where the slide truly is, and what the stage says, um. The moment may lie back as far as the last order; other stages tell the present. */
  stageAt(nowMs: number): { readonly trueUm: { readonly x: number; readonly y: number }; readonly toldUm: StagePointUm | undefined } {
    const { stage } = this.#sitting();
    const shown = stage ?? this.#own.stage;
    if (!(shown instanceof VirtualStage)) return { trueUm: shown.position(), toldUm: isAtWork(shown) ? shown.position() : undefined };
    const slide = shown.slideAt(nowMs);
    return {
      trueUm: { x: slide.x + this.#drift.x(nowMs - this.#bornMs), y: slide.y + this.#drift.y(nowMs - this.#bornMs) },
      toldUm: stage !== undefined && isAtWork(shown) ? shown.positionAt(nowMs) : undefined,
    };
  }

  /** How high the objective truly is over the slide's own zero, and what the drive says, um. */
  focusAt(nowMs: number): { readonly trueUm: number; readonly toldUm: Um | undefined } {
    const { focus } = this.#sitting();
    const shown = focus ?? this.#own.focus;
    const driftUm = this.#drift.z(nowMs - this.#bornMs);
    if (!(shown instanceof VirtualFocus)) return { trueUm: this.#heightBy(shown, nowMs), toldUm: isAtWork(shown) ? shown.position() : undefined };
    return { trueUm: shown.heightAt(nowMs) + driftUm, toldUm: focus !== undefined && isAtWork(shown) ? shown.positionAt(nowMs) : undefined };
  }

  /** % of full light: how much falls on the slide, and what the lamp says. With no lamp in the seat the microscope's own one shines. */
  light(): { readonly truePercent: number; readonly toldPercent: number | undefined } {
    const { light } = this.#sitting();
    if (light === undefined) return { truePercent: isAtWork(this.#own.light) ? this.#own.light.level() : START_LIGHT_PERCENT, toldPercent: undefined };
    return { truePercent: light.level(), toldPercent: isAtWork(light) ? light.level() : undefined };
  }

  /**
   * The lens that is drawn through (undefined while a virtual turret turns: then it is dark), the one that the turret names, and whether
   * the picture's scale is therefore known. A turret of another make that names none is drawn through the last one.
   */
  lens(): { readonly shown: Objective | undefined; readonly told: Objective | undefined; readonly isScaleKnown: boolean } {
    const { turret } = this.#sitting();
    if (turret === undefined) return { shown: this.#own.turret.current() ?? this.#lastLens, told: undefined, isScaleKnown: true };
    const told = isAtWork(turret) ? turret.current() : undefined;
    const shown = turret instanceof VirtualTurret ? turret.current() : (turret.current() ?? this.#lastLens);
    this.#lastLens = shown ?? this.#lastLens;
    return { shown, told, isScaleKnown: told !== undefined };
  }

  /** True when nothing moved from that moment to now. To be asked once a frame: what is not told while it happens is seen from one to the next. */
  hasStoodSince(startMs: number): boolean {
    const { stage, focus, turret } = this.#sitting();
    const axes = [stage, focus].filter((each) => each !== undefined);
    const isTurning = turret !== undefined && isAtWork(turret) && turret.current() === undefined;
    const isMoving = isTurning || axes.some((each) => !isVirtual(each) && mayBeMoving(each));
    if (isMoving || this.#wasMoving) this.#lastMotionMs = this.#clock.nowMs();
    this.#wasMoving = isMoving;
    return startMs > this.#lastMotionMs && axes.every((each) => !isVirtual(each) || each.isSettledAt(startMs));
  }

  /** What virtual axes tell while they move is known better by when they have settled. */
  #hasForeignAxes(): boolean {
    const { stage, focus } = this.#sitting();
    return [stage, focus].some((axes) => axes !== undefined && !isVirtual(axes));
  }

  #sitting(): Sitting {
    return this.#beside?.sitting() ?? this.#own;
  }

  /** A drive of another make has its zero anywhere: the slide is as sharp as it was when that one is first seen at work. */
  #heightBy(focus: FocusDrive, nowMs: number): number {
    const ownUm = this.#own.focus.heightAt(nowMs);
    const zeroUm = this.#zeroes.get(focus) ?? focus.position() - ownUm;
    if (!this.#zeroes.has(focus)) {
      if (!isAtWork(focus)) return ownUm;
      this.#zeroes.set(focus, zeroUm);
    }
    return Math.max(-FARTHEST_UM, Math.min(FARTHEST_UM, focus.position() - zeroUm));
  }
}

function isVirtual(axes: XYStage | FocusDrive): axes is VirtualStage | VirtualFocus {
  return axes instanceof VirtualStage || axes instanceof VirtualFocus;
}
