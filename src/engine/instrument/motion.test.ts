import { describe, expect, it } from "vitest";
import { OcularError } from "../../shared/errors.ts";
import { createJog } from "./motion.ts";

/** An axis that keeps each move open until the test lets it end, and cancels the older of two. */
interface SlowAxis {
  position: number;
  readonly targets: number[];
  arrive(): void;
  readonly jog: ReturnType<typeof createJog<number>>;
}

function slowAxis(): SlowAxis {
  let open: { target: number; resolve(at: number): void; reject(error: unknown): void } | undefined;
  const axis: SlowAxis = {
    position: 0,
    targets: [],
    arrive: () => {
      const move = open;
      open = undefined;
      if (move === undefined) return;
      axis.position = move.target;
      move.resolve(move.target);
    },
    jog: createJog<number>({
      position: () => axis.position,
      add: (a, b) => a + b,
      within: (target) => Math.min(25, target),
      moveTo: (target) => {
        open?.reject(new OcularError({ tag: "Canceled", what: "Move" }));
        axis.targets.push(target);
        return new Promise<number>((resolve, reject) => { open = { target, resolve, reject }; });
      },
    }),
  };
  return axis;
}

describe("jog", () => {
  it("adds up steps that come faster than the axis moves", async () => {
    const axis = slowAxis();
    const steps = [axis.jog.moveBy(10), axis.jog.moveBy(10), axis.jog.moveBy(10)];
    axis.arrive();
    await expect(Promise.all(steps)).resolves.toHaveLength(3);
    expect(axis.targets).toEqual([10, 20, 30]);
    expect(axis.position).toBe(30);
  });

  it("adds up steps of a stick as far as the limit, which is no refusal", async () => {
    const axis = slowAxis();
    const steps = [axis.jog.jogBy(10), axis.jog.jogBy(10), axis.jog.jogBy(10), axis.jog.jogBy(-5)];
    axis.arrive();
    await expect(Promise.all(steps)).resolves.toHaveLength(4);
    expect(axis.targets).toEqual([10, 20, 25, 20]);
  });

  it("starts from the true position after a stop", async () => {
    const axis = slowAxis();
    const first = axis.jog.moveBy(10);
    axis.arrive();
    await first;
    axis.jog.forget();
    const second = axis.jog.moveBy(-3);
    axis.arrive();
    await expect(second).resolves.toBe(7);
  });

  it("passes on a cancel that was no newer step", async () => {
    const jog = createJog<number>({ position: () => 0, add: (a, b) => a + b, within: (target) => target, moveTo: () => Promise.reject(new OcularError({ tag: "Canceled", what: "Move" })) });
    await expect(jog.moveBy(1)).rejects.toMatchObject({ data: { tag: "Canceled" } });
  });
});
