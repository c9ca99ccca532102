import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";

/** Runs after which memory that none of them took is let go. */
const MOST_IDLE_RUNS = 16;

/**
 * Memory of pictures that were computed on the way, for the pictures of the next run. Left to the garbage collector each
 * picture would begin on fresh pages, which the system has to clear first: a third of a recipe's processor time.
 */
export class PlanePool {
  #lent = new Set<ArrayBufferLike>();
  #free: Array<{ readonly memory: ArrayBufferLike; idleRuns: number }> = [];

  /** So many bytes, holding anything. */
  take(bytes: number): ArrayBufferLike {
    const at = this.#free.findIndex(({ memory }) => memory.byteLength === bytes);
    const memory = this.#free.splice(at, at < 0 ? 0 : 1)[0]?.memory ?? new ArrayBuffer(bytes);
    this.#lent.add(memory);
    return memory;
  }

  floats(length: number): Float32Array {
    return new Float32Array(this.take(4 * length));
  }

  /** A run is over: all that was taken is free again, but for what is still held. */
  runIsOver(held: ReadonlySet<ArrayBufferLike>): void {
    for (const one of this.#free) one.idleRuns += 1;
    this.#free = this.#free.filter(({ idleRuns }) => idleRuns < MOST_IDLE_RUNS);
    for (const memory of this.#lent) {
      if (held.has(memory)) continue;
      this.#lent.delete(memory);
      this.#free.push({ memory, idleRuns: 0 });
    }
  }

  /** Bytes that wait to be taken. */
  get freeBytes(): number {
    return this.#free.reduce((sum, { memory }) => sum + memory.byteLength, 0);
  }
}

/** The same kernels, whose pictures lie in the pool's memory. */
export function pooledKernels(kernels: PixelKernels, pool: PlanePool): PixelKernels {
  const bytes = (length: number): Uint8Array => new Uint8Array(pool.take(length));
  const labels = (length: number): Int32Array => new Int32Array(pool.take(4 * length));
  return {
    ...kernels,
    threshold: (plane, side, limit, surroundings) => kernels.threshold(plane, side, limit, surroundings, bytes(plane.data.length)),
    gaussianBlur: (plane, sigmaPx) => kernels.gaussianBlur(plane, sigmaPx, pool.floats(plane.data.length)),
    boxMean: (plane, radiusPx) => kernels.boxMean(plane, radiusPx, pool.floats(plane.data.length)),
    medianBlur: (plane, radiusPx) => kernels.medianBlur(plane, radiusPx, pool.floats(plane.data.length)),
    erode: (mask, radiusPx, shape) => kernels.erode(mask, radiusPx, shape, bytes(mask.data.length)),
    dilate: (mask, radiusPx, shape) => kernels.dilate(mask, radiusPx, shape, bytes(mask.data.length)),
    fillHoles: (mask) => kernels.fillHoles(mask, bytes(mask.data.length)),
    distanceTransform: (mask) => kernels.distanceTransform(mask, pool.floats(mask.data.length)),
    hMaxima: (plane, h, mask) => kernels.hMaxima(plane, h, mask, bytes(mask.data.length)),
    connectedComponents: (mask, connectivity) => kernels.connectedComponents(mask, connectivity, labels(mask.data.length)),
    watershed: (ground, markers, mask) => kernels.watershed(ground, markers, mask, labels(mask.data.length)),
  };
}
