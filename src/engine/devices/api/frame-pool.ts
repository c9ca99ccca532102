/**
 * A fixed set of equal buffers over shared memory, so that a worker can write where the main thread reads and no frame
 * allocates. One owner per buffer: whoever holds it releases it once; `retain` adds an owner.
 */
export interface PooledBuffer {
  /** Slot number in the pool: what goes to a worker instead of bytes. */
  readonly slot: number;
  /** View of the bytes in use, length as given to `acquire`. Do not keep it past `release`. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** One more owner. */
  retain(): void;
  /** One owner less; with the last one the slot is free again. Releasing a free slot throws. */
  release(): void;
}

export interface FramePool {
  readonly slotBytes: number;
  readonly slotCount: number;
  /** The memory itself, slot after slot, for workers. */
  readonly memory: SharedArrayBuffer;
  /** Slots free now. */
  freeCount(): number;
  /** A slot with one owner, or undefined when all are taken. `byteLength` must not exceed `slotBytes`. */
  acquire(byteLength: number): PooledBuffer | undefined;
}
