import type { Clock } from "../../../src/core/clock.ts";
import type { LineSettings, Port, StreamEnd } from "../../../src/engine/devices/transports/byte-stream.ts";
import { bytesOf, textOf } from "../../../src/engine/devices/transports/byte-stream.ts";
import { type MemoryEnd, memoryPair } from "../../../src/engine/devices/transports/memory-pair.ts";
import { type FaultOrder, type LabFault, noiseBytes } from "./faults.ts";
import type { LabAxis } from "./lab-axis.ts";

/** What a virtual controller does with what it hears: one file per family. */
export interface LabModel {
  /** "prior-proscan". */
  readonly family: string;
  /** As it is set; any other baud rate gives noise both ways. */
  readonly line: LineSettings;
  /** Motors by name; empty for lights. */
  readonly axes: Readonly<Record<string, LabAxis>>;
  /** Lights by name, % of full scale. */
  readonly lights: Readonly<Record<string, () => number>>;
  /** The line that refuses a command, end included, for the fault "error". */
  readonly errorReply: string;
  /** Said when the port is opened: boards that reset by DTR, greetings. */
  readonly greeting?: string;
  /** Time from the end of a command to the start of its answer, ms. */
  readonly latencyMs: number;
  /**
   * Takes what has come in since it last took something, and returns how many characters it has used: a line, a realtime
   * byte, a binary message; 0 when it needs more. `say` answers; it may be called later too, for what is unasked.
   */
  hear(held: string, say: (text: string) => void): number;
  /** The power was off: motors stand, lights are out, modes are those of the start. */
  reset?(): void;
  /** Its counters are kept over that. Default false: they begin at zero. */
  readonly keepsCount?: boolean;
}

/** A host that sends and never ends a line is cut off there. */
const INPUT_LIMIT = 512;

/**
 * A virtual controller: a model behind a line with a speed, and faults on demand. In process by `port`, on a
 * pseudo-terminal by tests/lab/serial/pty.ts; the clock is whose it is given.
 */
export class LabController {
  readonly model: LabModel;
  readonly clock: Clock;
  /** The host's end, in this process. One opener at a time. */
  readonly port: Port;
  /** Everything heard, for tests: one entry per command, ends of line cut off. */
  readonly heard: string[] = [];
  readonly #faults: FaultOrder[] = [];
  #stream: Pick<MemoryEnd, "write"> | undefined;
  #tear: ((reason: string) => void) | undefined;
  #isPlugged = true;
  #isGarbled = false;
  #held = "";
  #inFreeAtMs = 0;
  #outFreeAtMs = 0;
  #life = new AbortController();
  #sent = 0;

  constructor(model: LabModel, clock: Clock) {
    this.model = model;
    this.clock = clock;
    this.port = { path: `lab:${model.family}`, open: (line) => this.#openInProcess(line) };
  }

  /** Bytes given to the line so far. */
  get sentBytes(): number {
    return this.#sent;
  }

  /** Tells it to do something wrong next; `ms` for "late" (default 800) and "split" (default 20), um for "jump" (default 50). */
  fail(fault: LabFault, ms = fault === "late" ? 800 : fault === "split" ? 20 : 50): void {
    if (fault === "stall") for (const axis of this.#axes()) axis.stallNext();
    else if (fault === "busyForever") for (const axis of this.#axes()) axis.beBusyNext();
    else if (fault === "jump") for (const axis of this.#axes()) axis.jump(ms);
    else if (fault === "power") this.#restart();
    else this.#faults.push({ fault, ms });
  }

  #restart(): void {
    const { model } = this;
    this.#held = "";
    model.reset?.();
    for (const axis of model.keepsCount === true ? [] : this.#axes()) axis.setPosition(0);
    if (model.greeting !== undefined) this.#transmit(model.greeting, model.latencyMs);
  }

  /** The cable comes out: motors go on to where they were sent, as real ones do. */
  unplug(): void {
    this.#isPlugged = false;
    this.#tear?.("the cable came out");
    this.detach();
  }

  replug(): void {
    this.#isPlugged = true;
  }

  /** Says something nobody asked for. */
  sayUnasked(text: string): void {
    this.#transmit(text, 0);
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  isMoving(): boolean {
    return this.#axes().some((axis) => axis.isMoving());
  }

  /** Connects it to a line; whoever owns the line calls `receive` with what comes in. */
  attach(stream: Pick<MemoryEnd, "write">, isGarbled = false): void {
    this.#stream = stream;
    this.#isGarbled = isGarbled;
    this.#held = "";
    this.#life = new AbortController();
    this.#inFreeAtMs = this.#outFreeAtMs = this.clock.nowMs();
  }

  /** The host has opened its end: boards that reset by DTR greet. A pseudo-terminal does not tell it by itself. */
  hostOpened(): void {
    if (this.#life.signal.aborted) {
      this.#life = new AbortController();
      this.#outFreeAtMs = this.clock.nowMs();
    }
    const { greeting } = this.model;
    if (greeting !== undefined) this.#transmit(greeting, this.model.latencyMs);
  }

  /** The host has closed its end of a line that stays: what is said until it opens it again is lost. */
  hostClosed(): void {
    this.#life.abort();
  }

  /** The host has gone; answers on their way are lost. */
  detach(): void {
    this.#stream = undefined;
    this.#tear = undefined;
    this.#life.abort();
  }

  /** Bytes from the host: heard once they have come over the wire. */
  receive(bytes: Uint8Array): void {
    this.#inFreeAtMs = Math.max(this.clock.nowMs(), this.#inFreeAtMs) + this.#wireMs(bytes.length);
    // What is on the wire arrives, also when the host has closed its end by then.
    void this.clock.delay(this.#inFreeAtMs - this.clock.nowMs()).then(() => this.#hear(this.#isGarbled ? noiseBytes(bytes.length) : textOf(bytes)));
  }

  async #openInProcess(line: LineSettings): Promise<MemoryEnd> {
    if (!this.#isPlugged) throw new Error("there is no such port");
    if (this.#stream !== undefined) throw new Error("another program holds it");
    const [host, device] = memoryPair();
    const own = this.model.line;
    this.attach(device, line.baudRate !== own.baudRate || (line.parity ?? "none") !== (own.parity ?? "none"));
    this.hostOpened();
    this.#tear = (reason) => device.tear(reason);
    device.onData((bytes) => this.receive(bytes));
    device.onClose((_end: StreamEnd) => this.detach());
    return host;
  }

  #hear(text: string): void {
    if (this.#isGarbled) {
      // Some of what arrives looks like a start bit to it, and what it says to that looks the same way here.
      this.#transmit(noiseBytes(3), this.model.latencyMs);
      return;
    }
    this.#held += text;
    for (;;) {
      const used = this.#answer();
      if (used === 0) break;
      this.#held = this.#held.slice(used);
    }
    if (this.#held.length > INPUT_LIMIT) this.#held = "";
  }

  #answer(): number {
    if (this.#held === "") return 0;
    const isDeaf = this.#faults[0]?.fault === "deaf" || this.#faults[0]?.fault === "error";
    // Heard first with nobody listening, so that a command that is not whole yet uses up no fault.
    const said: string[] = [];
    let isAnswering = true;
    const used = isDeaf ? (this.#faults[0]?.fault === "deaf" ? this.#held.length : endOfFirst(this.#held)) : this.model.hear(this.#held, (text) => (isAnswering ? void said.push(text) : this.#transmit(text, 0)));
    isAnswering = false;
    if (used === 0) return 0;
    const command = this.#held.slice(0, used).replace(/[\r\n]+$/u, "");
    if (command === "") return used;
    this.heard.push(command);
    const order = this.#faults[0];
    if (isDeaf) this.#faults.shift();
    if (order?.fault === "deaf") return used;
    const text = order?.fault === "error" ? this.model.errorReply : said.join("");
    if (text === "") return used;
    if (order !== undefined && !isDeaf) this.#faults.shift();
    this.#deliver(text, order);
    return used;
  }

  #deliver(text: string, order: FaultOrder | undefined): void {
    const { latencyMs } = this.model;
    switch (order?.fault) {
      case "mute":
        return;
      case "late":
        this.#transmit(text, latencyMs + order.ms);
        return;
      case "half":
        this.#transmit(text.slice(0, Math.max(1, Math.floor(text.trimEnd().length / 2))), latencyMs);
        return;
      case "split": {
        const cut = Math.floor(text.length / 2);
        this.#transmit(text.slice(0, cut), latencyMs);
        this.#transmit(text.slice(cut), order.ms);
        return;
      }
      case "double":
        this.#transmit(text + text, latencyMs);
        return;
      case "noise":
        this.#transmit(noiseBytes(7) + text, latencyMs);
        return;
      case "garbage":
        this.#transmit(noiseBytes(text.length) + text.slice(-1), latencyMs);
        return;
      default:
        this.#transmit(text, latencyMs);
    }
  }

  /** One byte after the other, behind what is on its way already. */
  #transmit(text: string, afterMs: number): void {
    const life = this.#life.signal;
    this.#outFreeAtMs = Math.max(this.clock.nowMs(), this.#outFreeAtMs) + afterMs + this.#wireMs(text.length);
    this.clock.delay(this.#outFreeAtMs - this.clock.nowMs(), life).then(
      () => {
        this.#sent += text.length;
        // A line torn at this moment: the byte is lost like any other.
        this.#stream?.write(bytesOf(text)).catch(() => undefined);
      },
      () => undefined, // The host has gone.
    );
  }

  #wireMs(count: number): number {
    const { baudRate, stopBits = 1, dataBits = 8 } = this.model.line;
    return (count * (1 + dataBits + stopBits) * 1000) / baudRate;
  }

  #axes(): LabAxis[] {
    return Object.values(this.model.axes);
  }
}

/** A command that is refused unheard is still one command: up to its end of line, or all of it. */
function endOfFirst(held: string): number {
  const at = held.search(/[\r\n]/u);
  return at < 0 ? held.length : at + 1;
}

/** For models that take lines: hands over one whole line, ends cut off; empty ones are used up silently. */
export function hearLine(held: string, ends: string, take: (line: string) => void): number {
  for (let at = 0; at < held.length; at += 1) {
    if (!ends.includes(held.charAt(at))) continue;
    const line = held.slice(0, at);
    if (line !== "") take(line);
    return at + 1;
  }
  return 0;
}
