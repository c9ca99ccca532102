import type { Clock } from "../../../core/clock.ts";
import { type Emitter, createEmitter } from "../../runtime/emitter.ts";
import { type ByteStream, bytesOf, fromVisible, type Port, textOf, visible } from "./byte-stream.ts";
import { memoryPair } from "./memory-pair.ts";

/** One thing that went over a line. */
export interface TranscriptEntry {
  /** The recording clock's monotonic time. */
  readonly atMs: number;
  /** `>` to the device, `<` from it, `#` what happened to the line (opened, closed, lost). */
  readonly direction: ">" | "<" | "#";
  /** One character per byte; or words, where what went over the line was no text. */
  readonly text: string;
  /** It is complete as it is: a message of its own, not a piece of a line. */
  readonly isWhole?: boolean;
}

/** The last entries of a conversation, for the console and the support bundle; older ones are dropped and counted. */
export class Transcript {
  readonly #capacity: number;
  readonly #entries: TranscriptEntry[] = [];
  readonly #added: Emitter<TranscriptEntry> = createEmitter();
  #dropped = 0;
  readonly onDidAdd = this.#added.on;

  constructor(capacity = 5000) {
    this.#capacity = capacity;
  }

  add(entry: TranscriptEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#capacity) {
      this.#entries.shift();
      this.#dropped += 1;
    }
    this.#added.emit(entry);
  }

  entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  /** Entries dropped because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }
}

/** The same port, with everything that goes over it written down. */
export function recordedPort(port: Port, clock: Clock, transcript: Transcript): Port {
  const note = (direction: TranscriptEntry["direction"], text: string): void => transcript.add({ atMs: clock.nowMs(), direction, text });
  return {
    path: port.path,
    async open(line) {
      const stream = await port.open(line).catch((error: unknown) => {
        note("#", `not opened: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      });
      note("#", `opened ${port.path} at ${line.baudRate}`);
      stream.onData((bytes) => note("<", textOf(bytes)));
      stream.onClose(({ reason }) => note("#", reason));
      return {
        ...stream,
        write(bytes) {
          note(">", textOf(bytes));
          return stream.write(bytes);
        },
      };
    },
  };
}

/** A transcript as text, one entry a line: `12.345 > G,100,200\r` (ms, direction, bytes made visible). */
export function writeTranscript(entries: readonly TranscriptEntry[]): string {
  return entries.map(({ atMs, direction, text }) => `${atMs.toFixed(3)} ${direction} ${visible(text)}\n`).join("");
}

/** @throws Error naming the line that is none. */
export function readTranscript(text: string): TranscriptEntry[] {
  return text.split("\n").filter((line) => line !== "").map((line, index) => {
    const { at, direction, said } = /^(?<at>-?\d+(\.\d+)?) (?<direction>[<>#]) (?<said>.*)$/u.exec(line)?.groups ?? {};
    if (at === undefined || said === undefined || !isDirection(direction)) throw new Error(`line ${index + 1} of the transcript is not "ms > text": ${line}`);
    return { atMs: Number(at), direction, text: fromVisible(said) };
  });
}

function isDirection(text: string | undefined): text is TranscriptEntry["direction"] {
  return text === ">" || text === "<" || text === "#";
}

/** A port that plays a recorded conversation, and what was said to it that the recording does not have. */
export interface TranscriptPort extends Port {
  /** Bytes written that were not those recorded, made visible. Empty when the host said what it said then. */
  deviations(): readonly string[];
  /** Recorded bytes to the device that have not been written yet. */
  remaining(): number;
}

/**
 * Plays the device's part: once the host has written what it wrote then, the answers follow after the recorded pauses.
 * What the host writes beyond that is noted as a deviation and gets no answer.
 */
export function transcriptPort(entries: readonly TranscriptEntry[], clock: Clock, path = "transcript"): TranscriptPort {
  const deviations: string[] = [];
  let at = 0;
  let heard = "";
  const play = async (device: ByteStream, isOver: () => boolean): Promise<void> => {
    for (; at < entries.length && !isOver(); at += 1) {
      const entry = entries[at];
      if (entry === undefined) return;
      if (entry.direction === ">") {
        if (heard.length < entry.text.length && entry.text.startsWith(heard)) return;
        if (!heard.startsWith(entry.text)) {
          if (heard !== "") deviations.push(visible(heard));
          heard = "";
          return;
        }
        heard = heard.slice(entry.text.length);
      } else if (entry.direction === "<") {
        const pauseMs = entry.atMs - (entries[at - 1]?.atMs ?? entry.atMs);
        await clock.delay(pauseMs);
        if (!isOver()) await device.write(bytesOf(entry.text));
      }
    }
  };
  return {
    path,
    deviations: () => deviations,
    remaining: () => entries.slice(at).filter(({ direction }) => direction === ">").length,
    async open() {
      const [host, device] = memoryPair();
      let isOver = false;
      let playing = Promise.resolve();
      const goOn = (): void => {
        playing = playing.then(() => play(device, () => isOver));
      };
      device.onClose(() => {
        isOver = true;
      });
      device.onData((bytes) => {
        heard += textOf(bytes);
        if (at >= entries.length) {
          deviations.push(visible(heard));
          heard = "";
        }
        goOn();
      });
      goOn();
      return host;
    },
  };
}
