import type { Clock } from "../../../src/core/clock.ts";
import type { CallOptions } from "../../../src/engine/devices/api/device.ts";
import type { FocusDrive } from "../../../src/engine/devices/api/focus-drive.ts";
import type { XYStage } from "../../../src/engine/devices/api/xy-stage.ts";
import { createEmitter } from "../../../src/engine/runtime/emitter.ts";
import type { FaultKind } from "../../../src/shared/domain/devices.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { type StagePointUm, um, type Um } from "../../../src/shared/units.ts";
import { createFakeBase, type DeviceSin, type FakeBase } from "./fake-device.ts";

/** Promises of an axis that a mutant fake can break. */
export type AxisSin =
  | DeviceSin
  | "ignores the limits" | "limits only moveTo" | "resolves on departure" | "ends short of the target" | "hides a stall" | "lets a superseded move resolve"
  | "queues stop behind the move" | "goes on after stop" | "goes on after a cancel" | "tells its position at 5 Hz" | "moves on when unplugged";

const SPEED_UM_PER_S = 4000;
const TICK_MS = 20;
const RANGE = { min: -5000, max: 5000 };

/** Axes that move together, straight to the target at one speed, and settle at once. */
function createMotion(base: FakeBase, axes: number) {
  const { clock, sins, identity } = base;
  const moved = createEmitter<number[]>();
  let position = new Array<number>(axes).fill(0);
  let current: AbortController | undefined;
  let stallNext = false;
  const canceled = (): OcularError => new OcularError({ tag: "Canceled", what: `${identity.id} moveTo` });

  const check = (target: readonly number[]): void => {
    for (const value of target) {
      if (sins.has("ignores the limits") || (value >= RANGE.min && value <= RANGE.max)) continue;
      throw new OcularError({ tag: "OutOfRange", what: "position", value, min: RANGE.min, max: RANGE.max, unit: "um" });
    }
  };

  const travel = async (target: readonly number[], signal: AbortSignal, stalls: boolean): Promise<void> => {
    const from = position;
    const distance = Math.hypot(...target.map((value, axis) => value - (from[axis] ?? 0)));
    const goal = stalls ? 0.4 : sins.has("ends short of the target") ? 0.99 : 1;
    const startMs = clock.nowMs();
    for (let share = 0, ticks = 0; share < goal; ticks++) {
      await clock.delay(TICK_MS, signal);
      share = distance === 0 ? goal : Math.min(goal, ((clock.nowMs() - startMs) / 1000) * (SPEED_UM_PER_S / distance));
      position = from.map((value, axis) => value + ((target[axis] ?? value) - value) * share);
      if (!sins.has("tells its position at 5 Hz") || ticks % 10 === 0) moved.emit(position);
    }
    if (stalls && !sins.has("hides a stall")) throw new OcularError({ tag: "DeviceStalled", deviceId: identity.id, axis: "x", atUm: position[0] ?? 0, targetUm: target[0] ?? 0 });
  };

  const moveTo = (target: number[], options?: CallOptions, command = "moveTo"): Promise<number[]> => {
    const distance = Math.hypot(...target.map((value, axis) => value - (position[axis] ?? 0)));
    return base.call(command, options, (distance / SPEED_UM_PER_S) * 1000 + 2000, async (signal) => {
      if (!(command === "moveBy" && sins.has("limits only moveTo"))) check(target);
      current?.abort(canceled());
      const own = new AbortController();
      current = own;
      const stalls = stallNext;
      stallNext = false;
      const stop = sins.has("goes on after a cancel") ? own.signal : AbortSignal.any([own.signal, signal]);
      const arrival = travel(target, stop, stalls).finally(() => {
        if (current === own) current = undefined;
      });
      if (sins.has("resolves on departure")) {
        arrival.catch(() => "nobody was promised this");
        return position;
      }
      try {
        await arrival;
      } catch (error) {
        if (!(sins.has("lets a superseded move resolve") && own.signal.aborted)) throw error;
      }
      return position;
    });
  };

  base.onDidUnplug(() => {
    if (!sins.has("moves on when unplugged")) current?.abort(new OcularError({ tag: "DeviceDisconnected", deviceId: identity.id, command: "moveTo" }));
    if (!sins.has("moves on when unplugged")) current = undefined;
  });

  return {
    position: () => position,
    isMoving: () => current !== undefined,
    onDidMove: moved.on,
    moveTo,
    moveBy: (delta: number[], options?: CallOptions) => moveTo(delta.map((value, axis) => value + (position[axis] ?? 0)), options, "moveBy"),
    stop: (options?: CallOptions) =>
      base.call("stop", options, 500, async (signal) => {
        while (sins.has("queues stop behind the move") && current !== undefined) await clock.delay(TICK_MS, signal);
        if (!sins.has("goes on after stop")) current?.abort(canceled());
      }),
    stallNext: () => {
      stallNext = true;
    },
    clear: () => moved.clear(),
  };
}

interface Faulty {
  fail(fault: FaultKind): void;
}

/** A stage that keeps every promise, less the `sins` it is told to commit. */
export function createFakeStage(options: { readonly clock: Clock; readonly sins?: readonly AxisSin[] }): XYStage & Faulty {
  const base = createFakeBase({ clock: options.clock, kind: "xyStage", sins: new Set(options.sins) });
  const motion = createMotion(base, 2);
  const pointOf = ([x = 0, y = 0]: readonly number[]): StagePointUm => ({ x: um(x), y: um(y) });
  return {
    ...base,
    toleranceUm: 0.5,
    position: () => pointOf(motion.position()),
    isMoving: motion.isMoving,
    softLimits: () => ({ x: RANGE, y: RANGE }),
    moveTo: async ({ x, y }, call) => pointOf(await motion.moveTo([x, y], call)),
    moveBy: async ({ x, y }, call) => pointOf(await motion.moveBy([x, y], call)),
    stop: motion.stop,
    onDidMove: (listener) => motion.onDidMove((position) => listener(pointOf(position))),
    fail: (fault) => (fault === "stall" ? motion.stallNext() : base.fail(fault)),
    async dispose() {
      await base.dispose();
      motion.clear();
    },
  };
}

/** A focus drive likewise. */
export function createFakeFocus(options: { readonly clock: Clock; readonly sins?: readonly AxisSin[] }): FocusDrive & Faulty {
  const base = createFakeBase({ clock: options.clock, kind: "focusDrive", sins: new Set(options.sins) });
  const motion = createMotion(base, 1);
  const zOf = ([z = 0]: readonly number[]): Um => um(z);
  return {
    ...base,
    toleranceUm: 0.5,
    position: () => zOf(motion.position()),
    isMoving: motion.isMoving,
    softLimits: () => RANGE,
    moveTo: async (target, call) => zOf(await motion.moveTo([target], call)),
    moveBy: async (delta, call) => zOf(await motion.moveBy([delta], call)),
    stop: motion.stop,
    onDidMove: (listener) => motion.onDidMove((position) => listener(zOf(position))),
    fail: (fault) => (fault === "stall" ? motion.stallNext() : base.fail(fault)),
    async dispose() {
      await base.dispose();
      motion.clear();
    },
  };
}
