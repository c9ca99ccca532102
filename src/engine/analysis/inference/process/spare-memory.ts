/** Pieces kept for what comes: as many messages as are ever under way at once, and one. */
const MOST_KEPT = 3;

/**
 * Memory that is used again. Pieces of many megabytes are not left to the garbage collector: it comes late, and until then
 * every message of a long batch would add one.
 */
export class SpareMemory {
  #kept: ArrayBuffer[] = [];

  /** A piece of at least so many bytes, holding anything: the smallest that is large enough, else a new one. */
  take(bytes: number): ArrayBuffer {
    const index = this.#kept.findIndex(({ byteLength }) => byteLength >= bytes);
    const [kept] = index < 0 ? [] : this.#kept.splice(index, 1);
    return kept ?? Buffer.allocUnsafeSlow(bytes).buffer;
  }

  /** Nobody else uses it any more. The largest are kept: they serve every message. */
  giveBack(memory: ArrayBuffer): void {
    this.#kept = [...this.#kept, memory].sort((a, b) => a.byteLength - b.byteLength).slice(-MOST_KEPT);
  }

  /** Of all pieces that are kept. */
  get keptBytes(): number {
    return this.#kept.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}
