/**
 * Lets pictures into memory while there is room: the sum of what is inside stays within the capacity, and what is larger
 * than that goes alone. First come, first served, so that a large one is not passed by for ever.
 */
export class MemoryGate {
  readonly #capacity: number;
  #inside = 0;
  readonly #waiting: Array<{ weight: number; enter: () => void }> = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves when there is room, with what must be called to leave, once. */
  async enter(weight: number): Promise<() => void> {
    const taken = Math.min(weight, this.#capacity);
    await new Promise<void>((enter) => {
      this.#waiting.push({ weight: taken, enter });
      this.#admit();
    });
    return () => {
      this.#inside -= taken;
      this.#admit();
    };
  }

  /** As the only one inside. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const leave = await this.enter(this.#capacity);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#inside + next.weight <= this.#capacity; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#inside += next.weight;
      next.enter();
    }
  }
}
