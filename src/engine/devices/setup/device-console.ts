import type { Clock } from "../../../core/clock.ts";
import type { ConsoleLine } from "../../../shared/domain/device-setup.ts";
import type { Unsubscribe } from "../api/device.ts";
import { visible } from "../transports/byte-stream.ts";
import type { Transcript, TranscriptEntry } from "../transports/transcript.ts";

/** Lines kept per device; older ones are dropped and counted. */
const CAPACITY = 5000;
/** A line that never ends is cut here, characters. */
const LONGEST_LINE = 500;

/** The conversation with one device in lines: what it was told, what it answered, and what became of it. */
export class DeviceConsole {
  readonly #clock: Clock;
  readonly #lines: ConsoleLine[] = [];
  #next = 0;
  /** Bytes that have come and end no line yet. */
  #half = "";
  #halfAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes what goes over a line from now on. */
  follow(transcript: Transcript): Unsubscribe {
    return transcript.onDidAdd((entry) => this.#take(entry));
  }

  /** A line that no wire carried: a state, a setting, an incident. */
  note(direction: ConsoleLine["direction"], text: string): void {
    this.#flush();
    this.#add(this.#clock.nowMs(), direction, text);
  }

  /** Lines after that number, oldest first, and how many of all are no longer here. */
  after(sequence = -1): { lines: ConsoleLine[]; dropped: number } {
    this.#flush();
    return { lines: this.#lines.filter((line) => line.sequence > sequence), dropped: this.#next - this.#lines.length };
  }

  #take({ atMs, direction, text, isWhole = false }: TranscriptEntry): void {
    if (direction !== "<" || isWhole) {
      this.#flush();
      this.#add(atMs, direction, visible(text));
      return;
    }
    if (this.#half === "") this.#halfAtMs = atMs;
    this.#half += text;
    // Answers come in pieces; people read lines.
    for (let end = this.#half.search(/[\r\n]/u); end >= 0; end = this.#half.search(/[\r\n]/u)) {
      const length = /[\r\n]+/u.exec(this.#half)?.[0].length ?? 1;
      this.#add(this.#halfAtMs, "<", visible(this.#half.slice(0, end + length)));
      this.#half = this.#half.slice(end + length);
      this.#halfAtMs = atMs;
    }
    if (this.#half.length > LONGEST_LINE) this.#flush();
  }

  #flush(): void {
    if (this.#half === "") return;
    this.#add(this.#halfAtMs, "<", visible(this.#half));
    this.#half = "";
  }

  #add(atMs: number, direction: ConsoleLine["direction"], text: string): void {
    const time = new Date(Date.parse(this.#clock.wallTime()) - (this.#clock.nowMs() - atMs)).toISOString();
    this.#lines.push({ sequence: this.#next, time, direction, text });
    this.#next += 1;
    if (this.#lines.length > CAPACITY) this.#lines.shift();
  }
}
