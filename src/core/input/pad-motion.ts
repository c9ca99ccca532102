/** From a gamepad to what stage and focus shall do: sticks as speeds, buttons as presses. */

/** What of a gamepad matters; the browser's Gamepad has it. Standard mapping (W3C Gamepad): axes 0, 1 the left stick, 2, 3 the right one. */
export interface PadReading {
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean }[];
}

/** Speeds; nothing when all are 0. */
export interface PadMotion {
  /** Fields a second, as the picture shows it: right is +x, down is +y. */
  readonly xFields: number;
  readonly yFields: number;
  /** Focus steps a second; up is positive. */
  readonly focusSteps: number;
}

export interface PadOptions {
  /** Deflection below which a stick stands still: worn sticks do not come back to 0. */
  readonly deadZone: number;
  /** Speed of the stage at full deflection, fields a second. */
  readonly fieldsPerSecond: number;
  /** Speed of the focus at full deflection, and while a shoulder button is held. */
  readonly focusStepsPerSecond: number;
}

export const PAD_OPTIONS: PadOptions = { deadZone: 0.18, fieldsPerSecond: 1, focusStepsPerSecond: 8 };
export const STILL: PadMotion = { xFields: 0, yFields: 0, focusSteps: 0 };

/** The shoulder buttons: left down, right up. */
const SHOULDERS = { down: 4, up: 5 } as const;

/**
 * Speeds of a pad. The dead zone is round, so that a slow diagonal is as slow as a slow horizontal; behind it the speed grows
 * with the square of the way left, for fine work near the middle. A value that is no number counts as 0.
 */
export function padToMotion(pad: PadReading, options: PadOptions = PAD_OPTIONS): PadMotion {
  const axis = (index: number): number => {
    const value = pad.axes[index] ?? 0;
    return Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : 0;
  };
  const [x, y] = [axis(0), axis(1)];
  const stage = speed(Math.hypot(x, y), options.deadZone);
  const length = Math.hypot(x, y);
  const stick = -axis(3);
  const shoulder = (pad.buttons[SHOULDERS.up]?.pressed === true ? 1 : 0) - (pad.buttons[SHOULDERS.down]?.pressed === true ? 1 : 0);
  const focus = Math.sign(stick) * speed(Math.abs(stick), options.deadZone);
  return {
    xFields: length === 0 ? 0 : clean((x / length) * stage * options.fieldsPerSecond),
    yFields: length === 0 ? 0 : clean((y / length) * stage * options.fieldsPerSecond),
    focusSteps: clean((shoulder === 0 ? focus : shoulder) * options.focusStepsPerSecond),
  };
}

export function isStill({ xFields, yFields, focusSteps }: PadMotion): boolean {
  return xFields === 0 && yFields === 0 && focusSteps === 0;
}

/** Indices of the buttons pressed now that were not before. */
export function newlyPressed(pad: PadReading, before: ReadonlySet<number>): readonly number[] {
  return pad.buttons.flatMap(({ pressed }, index) => (pressed && !before.has(index) ? [index] : []));
}

/** 0 within the dead zone, 1 at full deflection. */
function speed(deflection: number, deadZone: number): number {
  const way = (Math.min(1, deflection) - deadZone) / (1 - deadZone);
  return way <= 0 ? 0 : way * way;
}

/** No negative zero. */
function clean(value: number): number {
  return value === 0 ? 0 : value;
}
