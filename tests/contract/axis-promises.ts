import { expect } from "vitest";
import type { CallOptions, Device, Unsubscribe } from "../../src/engine/devices/api/device.ts";
import { connect, type DevicePromise, ending, expectRejection, fail, type Subject, until, valueOf } from "./contract.ts";
import { devicePromises } from "./device-promises.ts";

/** What moves, seen the same way for one axis and for two: positions as a list of um. */
export interface AxisView<D extends Device> {
  toleranceUm(device: D): number;
  position(device: D): number[];
  limits(device: D): { min: number; max: number }[];
  isMoving(device: D): boolean;
  moveTo(device: D, target: number[], options?: CallOptions): Promise<number[]>;
  moveBy(device: D, delta: number[], options?: CallOptions): Promise<number[]>;
  stop(device: D): Promise<void>;
  onDidMove(device: D, listener: (position: number[]) => void): Unsubscribe;
}

const LONG_MS = 120_000;

/** The promises of XYStage, and for one axis of FocusDrive. */
export function axisPromises<D extends Device>(view: AxisView<D>): DevicePromise<D>[] {
  /** A place at that share of the travel from each lower limit. */
  const at = (device: D, share: number): number[] => view.limits(device).map(({ min, max }) => min + (max - min) * share);
  const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
  const near = (device: D, target: readonly number[]): boolean => distance(view.position(device), target) <= view.toleranceUm(device) * Math.SQRT2 + 1e-6;

  const expectStanding = async (subject: Subject<D>): Promise<void> => {
    expect(view.isMoving(subject.device)).toBe(false);
    const before = view.position(subject.device);
    await subject.advance(300);
    expect(distance(before, view.position(subject.device))).toBeLessThanOrEqual(view.toleranceUm(subject.device));
    expect(view.isMoving(subject.device)).toBe(false);
  };
  /** Starts a long move and waits until it is under way. */
  const depart = async (subject: Subject<D>, options?: CallOptions): Promise<{ move: Promise<number[]>; target: number[] }> => {
    const { device } = subject;
    await valueOf(subject, view.moveTo(device, at(device, 0.3)), LONG_MS);
    const target = at(device, 0.7);
    const from = view.position(device);
    const move = view.moveTo(device, target, options);
    // Someone always listens: a rejection before the test gets to it is no unhandled one.
    move.catch(() => undefined);
    await until(subject, () => distance(from, view.position(device)) > 0, 2000, "the move begins");
    expect(view.isMoving(device)).toBe(true);
    return { move, target };
  };

  return [
    ...devicePromises<D>((device, options) => view.moveBy(device, view.position(device).map(() => 0), options), (device) => !view.isMoving(device)),
    {
      text: "resolves a move with the place it settled at, within tolerance",
      async check(subject) {
        await connect(subject);
        for (const share of [0.6, 0.4, 0.41]) {
          const target = at(subject.device, share);
          const reached = await valueOf(subject, view.moveTo(subject.device, target), LONG_MS);
          expect(near(subject.device, target)).toBe(true);
          expect(distance(reached, view.position(subject.device))).toBeLessThanOrEqual(view.toleranceUm(subject.device));
          await expectStanding(subject);
        }
      },
    },
    {
      text: "moves by a distance from where it is",
      async check(subject) {
        await connect(subject);
        await valueOf(subject, view.moveTo(subject.device, at(subject.device, 0.5)), LONG_MS);
        const target = at(subject.device, 0.5).map((value) => value + 12);
        await valueOf(subject, view.moveBy(subject.device, target.map(() => 12)), LONG_MS);
        expect(distance(view.position(subject.device), target)).toBeLessThanOrEqual(3 * view.toleranceUm(subject.device));
      },
    },
    {
      text: "refuses a target outside the soft limits with OutOfRange, and nothing moves",
      async check(subject) {
        await connect(subject);
        const { device } = subject;
        const before = view.position(device);
        for (const [axis, { min, max }] of view.limits(device).entries()) {
          for (const outside of [min - 1, max + 1, Number.POSITIVE_INFINITY, Number.NaN]) {
            const target = before.map((value, index) => (index === axis ? outside : value));
            await expectRejection(subject, view.moveTo(device, target), "OutOfRange");
          }
          const delta = before.map((value, index) => (index === axis ? max - value + 1 : 0));
          await expectRejection(subject, view.moveBy(device, delta), "OutOfRange");
        }
        await subject.advance(200);
        expect(view.position(device)).toEqual(before);
        expect(view.isMoving(device)).toBe(false);
      },
    },
    {
      text: "reaches its limits themselves",
      async check(subject) {
        await connect(subject);
        for (const share of [0, 1]) {
          const target = at(subject.device, share);
          await valueOf(subject, view.moveTo(subject.device, target), LONG_MS);
          expect(near(subject.device, target)).toBe(true);
        }
      },
    },
    {
      text: "lets a new move supersede a pending one, which rejects with Canceled",
      async check(subject) {
        await connect(subject);
        const { move } = await depart(subject);
        const target = at(subject.device, 0.5);
        const second = view.moveTo(subject.device, target);
        await expectRejection(subject, move, "Canceled");
        await valueOf(subject, second, LONG_MS);
        expect(near(subject.device, target)).toBe(true);
        await expectStanding(subject);
      },
    },
    {
      text: "stops while moving: stop resolves, the move rejects with Canceled, the axis stands",
      async check(subject) {
        await connect(subject);
        const { move, target } = await depart(subject);
        await valueOf(subject, view.stop(subject.device), 500);
        await expectRejection(subject, move, "Canceled", 100);
        await until(subject, () => !view.isMoving(subject.device), 500, "it stands soon after a stop");
        await expectStanding(subject);
        expect(near(subject.device, target)).toBe(false);
        await valueOf(subject, view.stop(subject.device), 500);
      },
    },
    {
      text: "ends a relative move by a stop that comes before it has set off",
      async check(subject) {
        await connect(subject);
        const target = view.position(subject.device).map((at) => at + 60);
        const move = view.moveBy(subject.device, target.map(() => 60));
        move.catch(() => undefined);
        await valueOf(subject, view.stop(subject.device), 500);
        await expectRejection(subject, move, "Canceled", 1000);
        await until(subject, () => !view.isMoving(subject.device), 500, "it stands soon after a stop");
        await expectStanding(subject);
        expect(near(subject.device, target)).toBe(false);
      },
    },
    {
      text: "stops a motion whose call is canceled",
      async check(subject) {
        await connect(subject);
        const abort = new AbortController();
        const { move, target } = await depart(subject, { signal: abort.signal });
        abort.abort();
        await expectRejection(subject, move, "Canceled", 200);
        await until(subject, () => !view.isMoving(subject.device), 1000, "it stands soon after a cancel");
        await expectStanding(subject);
        expect(near(subject.device, target)).toBe(false);
      },
    },
    {
      text: "ends a move that takes longer than its deadline with DeviceTimeout",
      async check(subject) {
        await connect(subject);
        const { move } = await depart(subject, { timeoutMs: 30 });
        await expectRejection(subject, move, "DeviceTimeout", 200);
      },
    },
    {
      text: "rejects with DeviceStalled when it stops short, and moves again afterwards",
      needs: "stall",
      async check(subject) {
        await connect(subject);
        const { device } = subject;
        await valueOf(subject, view.moveTo(device, at(device, 0.3)), LONG_MS);
        await fail(subject, "stall");
        const target = at(device, 0.6);
        await expectRejection(subject, view.moveTo(device, target), "DeviceStalled", LONG_MS);
        expect(near(device, target)).toBe(false);
        await expectStanding(subject);
        await valueOf(subject, view.moveTo(device, target), LONG_MS);
        expect(near(device, target)).toBe(true);
      },
    },
    {
      text: "tells its position at 20 Hz or more while moving, and where it came to rest",
      async check(subject) {
        await connect(subject);
        const { device } = subject;
        await valueOf(subject, view.moveTo(device, at(device, 0.3)), LONG_MS);
        const told: { ms: number; position: number[] }[] = [{ ms: subject.nowMs(), position: view.position(device) }];
        view.onDidMove(device, (position) => told.push({ ms: subject.nowMs(), position }));
        await valueOf(subject, view.moveTo(device, at(device, 0.5)), LONG_MS);
        await subject.advance(100);
        expect(told.length).toBeGreaterThan(3);
        const gaps = told.slice(1).map((each, index) => each.ms - (told[index]?.ms ?? 0));
        // Of the gaps only the last may be longer: in it the axis settles and hardly moves.
        expect(Math.max(...gaps.slice(0, -1))).toBeLessThanOrEqual(51);
        expect(distance(told.at(-1)?.position ?? [], view.position(device))).toBeLessThanOrEqual(view.toleranceUm(device));
      },
    },
    {
      text: "rejects the move under way with DeviceDisconnected or Canceled when lost, and does not claim to move",
      needs: "disconnect",
      async check(subject) {
        await connect(subject);
        const { move } = await depart(subject);
        await fail(subject, "disconnect");
        const end = await ending(subject, move, 1000);
        expect("error" in end && end.error instanceof Error ? end.error.name : "resolved").toMatch(/^(DeviceDisconnected|Canceled)$/u);
        expect(view.isMoving(subject.device)).toBe(false);
      },
    },
    {
      text: "stops the motion when disconnected on the way",
      async check(subject) {
        await connect(subject);
        const { move } = await depart(subject);
        await valueOf(subject, subject.device.disconnect());
        const end = await ending(subject, move, 1000);
        expect("error" in end).toBe(true);
        await expectStanding(subject);
      },
    },
  ];
}
