import { describe, expect, it } from "vitest";
import { PlanePool } from "./plane-pool.ts";

const nothing: ReadonlySet<ArrayBufferLike> = new Set();

describe("PlanePool", () => {
  it("gives memory again once the run is over, unless it is still held", () => {
    const pool = new PlanePool();
    const [first, second] = [pool.floats(10), pool.floats(10)];
    expect(pool.take(40), "nothing is free while the run goes on").not.toBe(first.buffer);
    pool.runIsOver(new Set([first.buffer]));
    const again = [pool.take(40), pool.take(40), pool.take(40)];
    expect(again).toContain(second.buffer);
    expect(again).not.toContain(first.buffer);
    pool.runIsOver(nothing);
    expect(pool.freeBytes).toBe(4 * 40);
  });

  it("gives memory of just the size, and lets go what no run takes", () => {
    const pool = new PlanePool();
    const small = pool.take(8);
    pool.runIsOver(nothing);
    expect(pool.take(16)).not.toBe(small);
    for (let run = 0; run < 15; run++) pool.runIsOver(nothing);
    expect(pool.freeBytes).toBe(8 + 16);
    for (let run = 0; run < 2; run++) pool.runIsOver(nothing);
    expect(pool.freeBytes).toBe(0);
  });
});
