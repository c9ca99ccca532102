import { isStill, newlyPressed, padToMotion, STILL } from "../../core/input/pad-motion.ts";
import type { PadMotion, PadReading } from "../../core/input/pad-motion.ts";

/** A gamepad as the browser lists it; null in the place of one that left. */
export type Pad = PadReading & { readonly index: number; readonly mapping: string; readonly connected: boolean };

/** Twenty readings a second: a stick's step of a tenth of a second is renewed before it ends. */
const POLL_MS = 50;

/** What the poller needs of the window, and what it tells. */
export interface PadPollerParts {
  readonly pads: () => readonly (Pad | null)[];
  readonly hasFocus: () => boolean;
  /** Calls again and again until the answer is called. */
  readonly every: (ms: number, work: () => void) => () => void;
  readonly onMotion: (motion: PadMotion) => void;
  readonly onPress: (button: number) => void;
  /** The pad or the window's focus went away while a stick was held: everything must stand. */
  readonly onLost: () => void;
}

export interface PadPoller {
  /** A pad came or went, the window got or lost the focus. */
  update(): void;
  dispose(): void;
}

/**
 * Reads gamepads while one is connected and the window has the focus, and never otherwise. Sticks count only of pads with the
 * standard mapping: what an axis of anything else means nobody knows, and a stage must not move on it. A button that is down when
 * reading begins counts only after it was let go.
 */
export function createPadPoller(parts: PadPollerParts): PadPoller {
  let stopPolling: (() => void) | undefined;
  let isMoving = false;
  const held = new Map<number, ReadonlySet<number>>();

  const connected = (): readonly Pad[] => parts.pads().filter((pad) => pad?.connected === true).filter((pad) => pad !== null);
  const pressedOf = (pad: Pad): ReadonlySet<number> => new Set(newlyPressed(pad, new Set()));

  const poll = (): void => {
    const pads = connected();
    if (pads.length === 0 || !parts.hasFocus()) return end();
    const motion = pads.filter(({ mapping }) => mapping === "standard").map((pad) => padToMotion(pad)).find((each) => !isStill(each)) ?? STILL;
    if (!isStill(motion) || isMoving) parts.onMotion(motion);
    isMoving = !isStill(motion);
    for (const pad of pads) {
      const before = held.get(pad.index);
      held.set(pad.index, pressedOf(pad));
      if (before !== undefined) for (const button of newlyPressed(pad, before)) parts.onPress(button);
    }
  };

  const end = (): void => {
    stopPolling?.();
    stopPolling = undefined;
    held.clear();
    if (!isMoving) return;
    isMoving = false;
    parts.onLost();
  };

  return {
    update() {
      if (connected().length === 0 || !parts.hasFocus()) end();
      else stopPolling ??= parts.every(POLL_MS, poll);
    },
    dispose: end,
  };
}
