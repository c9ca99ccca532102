import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PooledBuffer } from "../devices/api/frame-pool.ts";
import { createFramePool } from "./frame-pool.ts";

function take(pool: ReturnType<typeof createFramePool>, bytes = 10): PooledBuffer {
  const buffer = pool.acquire(bytes);
  if (buffer === undefined) throw new Error("The pool is empty.");
  return buffer;
}

describe("createFramePool", () => {
  it("lends every slot once, then none", () => {
    const pool = createFramePool({ slotBytes: 100, slotCount: 3 });
    const lent = [take(pool), take(pool), take(pool)];
    expect(new Set(lent.map((buffer) => buffer.slot)).size).toBe(3);
    expect(pool.acquire(10)).toBeUndefined();
    lent[1]?.release();
    expect(pool.freeCount()).toBe(1);
    expect(take(pool).slot).toBe(lent[1]?.slot);
  });

  it("gives views of the length asked for into one shared memory, none overlapping", () => {
    const pool = createFramePool({ slotBytes: 100, slotCount: 2 });
    const a = take(pool, 100);
    const b = take(pool, 7);
    a.bytes.fill(1);
    b.bytes.fill(2);
    expect(a.bytes.every((value) => value === 1)).toBe(true);
    expect(b.bytes.length).toBe(7);
    expect(a.bytes.buffer).toBe(pool.memory);
    expect(a.bytes.byteOffset).toBe(a.slot * pool.slotBytes);
  });

  it("frees a slot with its last owner only", () => {
    const pool = createFramePool({ slotBytes: 8, slotCount: 1 });
    const buffer = take(pool, 8);
    buffer.retain();
    buffer.release();
    expect(pool.freeCount()).toBe(0);
    expect(() => pool.assertAllFree()).toThrow(/slot 0 \(1\)/u);
    buffer.release();
    expect(pool.freeCount()).toBe(1);
    pool.assertAllFree();
  });

  it("throws on a release too many, also when the slot belongs to somebody else by now", () => {
    const pool = createFramePool({ slotBytes: 8, slotCount: 1 });
    const first = take(pool, 8);
    first.release();
    expect(() => first.release()).toThrow(/more often/u);
    expect(() => first.retain()).toThrow(/after its last release/u);
    const second = take(pool, 8);
    expect(() => first.release()).toThrow(/more often/u);
    expect(pool.freeCount()).toBe(0);
    second.release();
    pool.assertAllFree();
  });

  it("refuses frames larger than a slot", () => {
    const pool = createFramePool({ slotBytes: 64, slotCount: 1 });
    expect(() => pool.acquire(65)).toThrow(RangeError);
    expect(() => createFramePool({ slotBytes: 0, slotCount: 1 })).toThrow(RangeError);
  });

  it("never lends a slot twice, whatever the order of taking and giving back", () => {
    const step = fc.oneof(fc.constant("acquire" as const), fc.record({ give: fc.nat(7) }), fc.record({ retain: fc.nat(7) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pool = createFramePool({ slotBytes: 8, slotCount: 4 });
        const owned: PooledBuffer[] = [];
        for (const each of steps) {
          if (each === "acquire") {
            const buffer = pool.acquire(8);
            if (buffer === undefined) continue;
            expect(owned.some((other) => other.slot === buffer.slot)).toBe(false);
            owned.push(buffer);
          } else if ("give" in each) {
            owned.splice(each.give % Math.max(1, owned.length), 1)[0]?.release();
          } else {
            const buffer = owned[each.retain % Math.max(1, owned.length)];
            buffer?.retain();
            if (buffer !== undefined) owned.push(buffer);
          }
          expect(pool.freeCount()).toBe(4 - new Set(owned.map((buffer) => buffer.slot)).size);
        }
        for (const buffer of owned) buffer.release();
        pool.assertAllFree();
      }),
    );
  });
});
