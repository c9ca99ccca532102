/** A run that is this many times as large as another leaves memory behind that the other does not fill. */
const MUCH_SMALLER = 2;
/** Runs in a row that say the large one was an exception: a session costs about as much as one run of a middling picture. */
const RUNS_THAT_TELL = 8;

/**
 * Tells when the memory of a session is worth giving back. onnxruntime's arena keeps the pieces of its largest run for as
 * long as the session lives, and pieces for other sizes come beside them: after a large picture, each new size among the
 * smaller ones that follow makes the process grow. Only a new session begins with an empty arena.
 */
export class ArenaWatch {
  #largest = 0;
  /** Much smaller ones in a row since. */
  #smallRuns = 0;

  /**
   * A run is over.
   *
   * @param elements numbers in its inputs: what a run takes grows with them
   * @returns whether a new session, with a watch of its own, should do the next one
   */
  ran(elements: number): boolean {
    if (elements * MUCH_SMALLER > this.#largest) {
      this.#largest = Math.max(this.#largest, elements);
      this.#smallRuns = 0;
      return false;
    }
    this.#smallRuns++;
    return this.#smallRuns >= RUNS_THAT_TELL;
  }
}
