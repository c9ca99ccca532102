import type { Range } from "../../shared/domain/devices.ts";
import { isOcularError } from "../../shared/errors.ts";
import { um, type StagePointUm, type Um } from "../../shared/units.ts";
import type { FocusDrive } from "../devices/api/focus-drive.ts";
import type { XYStage } from "../devices/api/xy-stage.ts";

/**
 * Jogging: steps that come faster than the stage settles add up. Each step goes from where the pending move is heading,
 * not from where the stage happens to be, so ten presses of an arrow key are ten steps. A move that a newer step
 * replaced is no failure: it resolves with the position at that moment.
 */
export function createJog<P>(axis: {
  position(): P;
  moveTo(target: P): Promise<P>;
  add(a: P, b: P): P;
  /** The nearest place inside the soft limits. */
  within(target: P): P;
}): { moveBy(delta: P): Promise<P>; moveTo(target: P): Promise<P>; jogBy(delta: P): Promise<P>; forget(): void } {
  let pending: { target: P } | undefined;
  const go = async (target: P): Promise<P> => {
    const mine = { target };
    pending = mine;
    try {
      return await axis.moveTo(target);
    } catch (error) {
      if (isOcularError(error, "Canceled") && pending !== mine) return axis.position();
      throw error;
    } finally {
      if (pending === mine) pending = undefined;
    }
  };
  const ahead = (delta: P): P => axis.add(pending?.target ?? axis.position(), delta);
  return {
    moveTo: go,
    moveBy: (delta) => go(ahead(delta)),
    /** As `moveBy`, but it ends at the limits instead of being refused there. */
    jogBy: (delta) => go(axis.within(ahead(delta))),
    /** After a stop: the next step starts from where the axis really is. */
    forget: () => { pending = undefined; },
  };
}

export type StageJog = ReturnType<typeof createJog<StagePointUm>>;
export type FocusJog = ReturnType<typeof createJog<Um>>;

/** Jog of an XY stage. */
export function jogStage(stage: XYStage): StageJog {
  return createJog<StagePointUm>({
    position: () => stage.position(),
    moveTo: (target) => stage.moveTo(target),
    add: (a, b) => ({ x: um(a.x + b.x), y: um(a.y + b.y) }),
    within: ({ x, y }) => {
      const limits = stage.softLimits();
      return { x: inside(x, limits.x), y: inside(y, limits.y) };
    },
  });
}

/** Jog of a focus drive. */
export function jogFocus(focus: FocusDrive): FocusJog {
  return createJog<Um>({ position: () => focus.position(), moveTo: (target) => focus.moveTo(target), add: (a, b) => um(a + b), within: (z) => inside(z, focus.softLimits()) });
}

function inside(at: Um, { min, max }: Range): Um {
  return um(Math.min(max, Math.max(min, at)));
}
