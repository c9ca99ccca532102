import type { FramePool, PooledBuffer } from "../devices/api/frame-pool.ts";

/** A {@link FramePool} that can say who has not given back what. */
export interface CheckedFramePool extends FramePool {
  /** For the end of tests. @throws Error naming the slots still owned. */
  assertAllFree(): void;
}

/** Slots begin at multiples of this, so that every sample type may be viewed in place. */
const ALIGNMENT = 64;

/**
 * A pool over one block of shared memory. `slotBytes` is rounded up for alignment; memory that no frame has touched
 * costs nothing, so a generous slot is cheap.
 *
 * @throws RangeError for sizes that are not positive whole numbers
 */
export function createFramePool(options: { readonly slotBytes: number; readonly slotCount: number }): CheckedFramePool {
  requireSize("slotBytes", options.slotBytes);
  requireSize("slotCount", options.slotCount);
  const { slotCount } = options;
  const slotBytes = Math.ceil(options.slotBytes / ALIGNMENT) * ALIGNMENT;
  const memory = new SharedArrayBuffer(slotBytes * slotCount);
  const owners = new Array<number>(slotCount).fill(0);
  // Last in, first out: the slot used last is the one still warm in the cache.
  const free = Array.from({ length: slotCount }, (_, index) => slotCount - 1 - index);

  function lend(slot: number, byteLength: number): PooledBuffer {
    // A release after the slot went on to somebody else must not free it under them: each loan keeps its own account.
    let own = 1;
    owners[slot] = 1;
    return {
      slot,
      bytes: new Uint8Array(memory, slot * slotBytes, byteLength),
      retain() {
        if (own === 0) throw new Error(`Frame slot ${slot} was retained after its last release.`);
        own += 1;
        owners[slot] = own;
      },
      release() {
        if (own === 0) throw new Error(`Frame slot ${slot} was released more often than it was owned.`);
        own -= 1;
        owners[slot] = own;
        if (own === 0) free.push(slot);
      },
    };
  }

  return {
    slotBytes,
    slotCount,
    memory,
    freeCount: () => free.length,
    acquire(byteLength) {
      if (!(byteLength >= 0 && byteLength <= slotBytes)) {
        throw new RangeError(`A frame of ${byteLength} bytes does not fit a slot of ${slotBytes}.`);
      }
      const slot = free.pop();
      return slot === undefined ? undefined : lend(slot, byteLength);
    },
    assertAllFree() {
      const held = owners.flatMap((count, slot) => (count > 0 ? [`slot ${slot} (${count})`] : []));
      if (held.length > 0) throw new Error(`Frame buffers not given back: ${held.join(", ")}.`);
    },
  };
}

function requireSize(name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) throw new RangeError(`${name} must be a positive whole number; got ${value}.`);
}
