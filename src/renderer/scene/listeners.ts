/** Those who want to know of one event. */
export class Listeners<A extends readonly unknown[]> {
  readonly #listeners = new Set<(...event: A) => void>();

  /** @returns its unsubscribe */
  add(listener: (...event: A) => void): () => void {
    // A wrapper, so that one function added twice is told twice and leaves once.
    const entry = (...event: A): void => listener(...event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  emit(...event: A): void {
    for (const listener of [...this.#listeners]) listener(...event);
  }

  get size(): number {
    return this.#listeners.size;
  }

  clear(): void {
    this.#listeners.clear();
  }
}
