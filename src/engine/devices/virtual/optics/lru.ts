/** A bounded map that forgets what was not asked for longest, and hands back what it forgets for reuse. */
export class LeastRecentlyUsed<V> {
  readonly #entries = new Map<string, V>();
  readonly #capacity: number;
  readonly #spare: V[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** A forgotten value to fill anew, or a fresh one. The caller puts it back under its new key with `set`. */
  recycle(make: () => V): V {
    while (this.#entries.size >= this.#capacity) {
      const oldest = this.#entries.entries().next();
      if (oldest.done === true) break;
      this.#entries.delete(oldest.value[0]);
      this.#spare.push(oldest.value[1]);
    }
    return this.#spare.pop() ?? make();
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value);
  }
}
