/** A line longer than this is noise: the longest answer of any family has less. */
const LONGEST_LINE = 1024;

/** Cuts what arrives into lines, however it was cut on the way. */
export class LineReader {
  readonly #ends: string;
  #held = "";

  /** @param ends characters that each end a line; the empty lines between two of them do not count */
  constructor(ends: string) {
    this.#ends = ends;
  }

  push(text: string): void {
    this.#held += text;
  }

  /** The next whole line without its end; undefined while there is none. */
  takeLine(): string | undefined {
    for (;;) {
      const at = this.#findEnd();
      if (at < 0) return undefined;
      const line = this.#held.slice(0, at);
      this.#held = this.#held.slice(at + 1);
      if (line !== "") return line;
    }
  }

  /** The next `count` characters; undefined while there are fewer. Ends of line are characters like any other. */
  takeBytes(count: number): string | undefined {
    if (this.#held.length < count) return undefined;
    const piece = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    return piece;
  }

  get isEmpty(): boolean {
    return this.#held === "";
  }

  /** A line without end is noise that would grow for ever. */
  get isOverlong(): boolean {
    return this.#held.length > LONGEST_LINE;
  }

  /** Throws away what is held, and tells it. */
  drop(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  #findEnd(): number {
    for (let at = 0; at < this.#held.length; at += 1) if (this.#ends.includes(this.#held.charAt(at))) return at;
    return -1;
  }
}
