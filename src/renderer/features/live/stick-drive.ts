import { isStill, type PadMotion } from "../../../core/input/pad-motion.ts";
import type { FieldWays } from "./field-step.ts";

/** One axis as last told. */
interface AxisPlace {
  readonly atUm: number;
  readonly limits: { readonly min: number; readonly max: number };
}

/** Where everything stands, and how far a field and a focus step are, um. What is not there is left out. */
export interface StickPlace {
  readonly x?: AxisPlace;
  readonly y?: AxisPlace;
  readonly z?: AxisPlace;
  /** Absent while the scale is unknown. */
  readonly field?: FieldWays;
  readonly focusUm: number;
}

export interface StickDriveParts {
  readonly nowMs: () => number;
  readonly place: () => StickPlace;
  /** Steps that are added up by the instrument and never queue. */
  readonly jogStage: (xUm: number, yUm: number) => Promise<void>;
  readonly jogFocus: (zUm: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly onRefused: (error: unknown) => void;
  readonly onNoScale: () => void;
}

export interface StickDrive {
  /** A reading of the pad; told as often as it is read while a stick is held, and once when it is let go. */
  drive(motion: PadMotion): void;
  /** A stick that is held now must be let go before it counts again. */
  refuse(): void;
}

/** A reading that comes late is no leap: it counts as so much, s. */
const LONGEST_READING_S = 0.1;
/**
 * The goal is never further ahead of where the axis was last told to be than the stick's way in so long, s: what a slower axis has not
 * done is not saved up. Half of it is what a position takes to come here, and a slow line to take its turn.
 */
const LEAD_S = 0.4;

type AxisName = "x" | "y" | "z";

/**
 * A stick's speed as a jog: each reading is a step as long as the time since the last one. Letting go stops, so that nothing is done that
 * was said before. What was refused is asked again only after the stick was let go.
 */
export function createStickDrive({ nowMs, place, jogStage, jogFocus, stop, onRefused, onNoScale }: StickDriveParts): StickDrive {
  let isHeld = false;
  let isRefused = false;
  let lastMs = 0;
  /** Where the steps lead; an axis that is not driven has none. */
  const goals = new Map<AxisName, number>();

  const refused = (error: unknown): void => {
    if (isRefused) return;
    isRefused = isHeld;
    onRefused(error);
  };
  /** The step to the next goal on one axis, um. */
  const step = (name: AxisName, axis: AxisPlace | undefined, umPerS: number, seconds: number): number => {
    if (axis === undefined || umPerS === 0) {
      goals.delete(name);
      return 0;
    }
    const goal = goals.get(name) ?? axis.atUm;
    const lead = Math.abs(umPerS) * LEAD_S;
    const wanted = goal + umPerS * seconds;
    // Ahead no further than the lead, and never back: the axis comes after.
    const led = umPerS > 0 ? Math.max(goal, Math.min(wanted, axis.atUm + lead)) : Math.min(goal, Math.max(wanted, axis.atUm - lead));
    const next = Math.min(axis.limits.max, Math.max(axis.limits.min, led));
    goals.set(name, next);
    return next - goal;
  };

  return {
    drive(motion) {
      const now = nowMs();
      // The first reading of a stick moves too: it was held since the one before.
      const seconds = isHeld ? Math.min(LONGEST_READING_S, Math.max(0, now - lastMs) / 1000) : LONGEST_READING_S / 2;
      lastMs = now;
      if (isStill(motion)) {
        const wasDriven = goals.size > 0;
        isHeld = false;
        isRefused = false;
        goals.clear();
        if (wasDriven) stop().catch(onRefused);
        return;
      }
      isHeld = true;
      if (isRefused) return;
      const { x, y, z, field, focusUm } = place();
      const { xFields, yFields, focusSteps } = motion;
      if ((xFields !== 0 || yFields !== 0) && x !== undefined && field === undefined) {
        isRefused = true;
        onNoScale();
        return;
      }
      const speed = (axis: "x" | "y"): number => (field === undefined ? 0 : xFields * field.acrossUm[axis] + yFields * field.downUm[axis]);
      const dx = step("x", x, speed("x"), seconds);
      const dy = step("y", y, speed("y"), seconds);
      const dz = step("z", z, focusSteps * focusUm, seconds);
      if (dx !== 0 || dy !== 0) jogStage(dx, dy).catch(refused);
      if (dz !== 0) jogFocus(dz).catch(refused);
    },
    refuse() {
      isRefused = isHeld;
      goals.clear();
    },
  };
}
