import type { Clock } from "../../../core/clock.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { Unsubscribe } from "../api/device.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import { type ByteStream, bytesOf, textOf, visible } from "./byte-stream.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import { type Exchange, ReplyRefused } from "./exchange.ts";
import type { ConversationRules } from "./conversation-rules.ts";
import { LineReader } from "./line-reader.ts";
import { Resync, waitAtMost } from "./resync.ts";

export interface AskOptions {
  /** Takes the command out of the queue; one already sent still gets its answer, which nobody waits for. */
  readonly signal?: AbortSignal;
}

/** After a stop has gone out, the answer still owed may take this long, ms. */
const STOP_GRACE_MS = 60;
/** Commands that may wait; more means that somebody asks without waiting for answers. */
const QUEUE_LIMIT = 32;

interface Waiting {
  readonly exchange: Exchange<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Active extends Waiting {
  readonly lines: string[];
}

/**
 * Question and answer over a line. Promises:
 *  - one command is outstanding at a time; the others wait in order;
 *  - every command ends: with its value, `DeviceTimeout` at its deadline, `DeviceFaulted` when the answer is an error or
 *    cannot be read, `DeviceDisconnected` when the line is lost, or its signal's reason;
 *  - after silence or garbage nothing that arrives is taken for an answer until the two are in step again;
 *  - `interrupt` writes at once, whatever is outstanding: the way of stops.
 */
export class Conversation {
  readonly #name: string;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #rules: ConversationRules;
  readonly #reader: LineReader;
  readonly #asides = createEmitter<string>();
  readonly #queue: Waiting[] = [];
  #active: Active | undefined;
  #isResyncing = false;
  /** Why answers cannot be trusted; undefined while the two are in step. */
  #outOfStep: string | undefined;
  readonly #resync: Resync;
  readonly #deadline: DeadlineWatch;
  #isReceiving = false;
  #interrupts = 0;
  #lastByteMs: number;
  #isOver = false;
  readonly #end = new AbortController();

  /** @param name what errors call the device */
  constructor(name: string, stream: ByteStream, clock: Clock, rules: ConversationRules) {
    this.#name = name;
    this.#stream = stream;
    this.#clock = clock;
    this.#rules = rules;
    this.#reader = new LineReader(rules.lineEnds);
    this.#deadline = new DeadlineWatch(clock);
    this.#lastByteMs = clock.nowMs();
    this.#resync = new Resync(rules, {
      clock, end: this.#end.signal, onDidHearAside: this.#asides.on,
      write: (text) => this.#write(text), putAside: () => this.#putAside(), lastByteMs: () => this.#lastByteMs, interrupts: () => this.#interrupts,
    });
    stream.onData((bytes) => this.#receive(bytes));
    stream.onClose(() => this.#finish());
  }

  /** Lines that answer nothing: unasked reports, late replies, noise. */
  onDidHearAside(listener: (line: string) => void): Unsubscribe {
    return this.#asides.on(listener);
  }

  get isInStep(): boolean {
    return this.#outOfStep === undefined;
  }

  ask<T>(exchange: Exchange<T>, options: AskOptions = {}): Promise<T> {
    const { signal } = options;
    if (this.#isOver) return Promise.reject(this.#disconnected(exchange));
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#queue.length >= QUEUE_LIMIT) {
      return Promise.reject(new OcularError({ tag: "DeviceFaulted", deviceId: this.#name, command: exchange.name, reply: "", meaning: `${QUEUE_LIMIT} commands wait already` }));
    }
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal?.reason);
      };
      const unlisten = (): void => signal?.removeEventListener("abort", leave);
      const waiting: Waiting = {
        exchange,
        resolve: (value) => {
          unlisten();
          resolve(value as T);
        },
        reject: (error) => {
          unlisten();
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
      void this.#pump();
    });
  }

  /**
   * Sends bytes at once, ahead of everything. What the device answers to them is put aside: the conversation gets back
   * into step before the next command. Resolves when the bytes are out.
   * @throws OcularError DeviceDisconnected, also where the line takes no bytes any more and has not said its end yet
   */
  async interrupt(send: string): Promise<void> {
    if (this.#isOver) throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.#name, command: visible(send) });
    const written = this.#write(send);
    this.#interrupts += 1;
    this.#outOfStep ??= "a stop went out";
    const active = this.#active;
    if (active !== undefined) void this.#endAfterGrace(active);
    try {
      await written;
    } catch (error) {
      throw new OcularError({ tag: "DeviceDisconnected", deviceId: this.#name, command: visible(send) }, { cause: error });
    }
  }

  /** The answer owed when a stop went out still comes, or it does not. */
  async #endAfterGrace(active: Active): Promise<void> {
    await waitAtMost(this.#clock, STOP_GRACE_MS, this.#end.signal);
    this.#endActive(active, () => active.reject(new OcularError({ tag: "Canceled", what: `${this.#name} "${active.exchange.name}" (stopped)` })));
  }

  /** Ends the conversation and closes the line, within the stream's time limit. */
  async close(): Promise<void> {
    this.#finish();
    await this.#stream.close();
  }

  async #pump(): Promise<void> {
    if (this.#active !== undefined || this.#isResyncing || this.#isReceiving || this.#queue.length === 0) return;
    if (!this.#reader.isEmpty) this.#outOfStep ??= "half a line was left over";
    if (this.#outOfStep !== undefined && !(await this.#getIntoStep())) {
      const next = this.#queue.shift();
      next?.reject(new OcularError({ tag: "DeviceTimeout", deviceId: this.#name, command: next.exchange.name, timeoutMs: this.#rules.answerTimeoutMs }));
      void this.#pump();
      return;
    }
    const next = this.#queue.shift();
    if (next !== undefined) this.#send(next);
  }

  #send(waiting: Waiting): void {
    const { exchange } = waiting;
    const active: Active = { ...waiting, lines: [] };
    this.#active = active;
    const timeoutMs = exchange.timeoutMs ?? this.#rules.answerTimeoutMs;
    this.#write(exchange.send).then(
      () => {
        if (exchange.reply.kind === "none") this.#endActive(active, () => this.#parse(active, ""));
      },
      () => this.#endActive(active, () => active.reject(this.#disconnected(exchange))),
    );
    this.#deadline.set(timeoutMs, () => {
      this.#outOfStep ??= `no answer to "${exchange.name}"`;
      this.#endActive(active, () => active.reject(new OcularError({ tag: "DeviceTimeout", deviceId: this.#name, command: exchange.name, timeoutMs })));
    });
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#lastByteMs = this.#clock.nowMs();
    this.#reader.push(textOf(bytes));
    // The next command waits until all that is here has been heard: what came before it was sent cannot be its answer.
    this.#isReceiving = true;
    for (;;) {
      const reply = this.#active?.exchange.reply;
      const piece = reply?.kind === "bytes" ? this.#reader.takeBytes(reply.count) : this.#reader.takeLine();
      if (piece === undefined) break;
      this.#hear(piece);
    }
    if (this.#reader.isOverlong) {
      this.#outOfStep ??= "a line without end";
      this.#asides.emit(this.#reader.drop());
    }
    this.#isReceiving = false;
    void this.#pump();
  }

  #hear(line: string): void {
    const active = this.#active;
    const isUnasked = this.#rules.isUnasked?.(line) === true;
    if (isUnasked || active === undefined || active.exchange.reply.kind === "none" || active.exchange.accepts?.(line) === false) {
      // An answer to nothing: one more may follow, and be taken for the next answer.
      if (!isUnasked && active === undefined) this.#outOfStep ??= "a line that answers nothing";
      this.#asides.emit(line);
      return;
    }
    active.lines.push(line);
    const { reply } = active.exchange;
    if (reply.kind === "lines" && !reply.isLast(line, active.lines.length - 1)) return;
    this.#endActive(active, () => this.#parse(active, active.lines.join("\n")));
  }

  #parse(active: Active, reply: string): void {
    try {
      active.resolve(active.exchange.parse(reply));
    } catch (error) {
      if (!(error instanceof ReplyRefused)) this.#outOfStep ??= `an answer to "${active.exchange.name}" that cannot be read`;
      const meaning = error instanceof Error ? error.message : String(error);
      active.reject(new OcularError({ tag: "DeviceFaulted", deviceId: this.#name, command: active.exchange.name, reply: visible(reply), meaning }, { cause: error }));
    }
  }

  #endActive(active: Active, settle: () => void): void {
    if (this.#active !== active) return;
    this.#active = undefined;
    this.#deadline.clear();
    settle();
    void this.#pump();
  }

  /** True when the two are in step again; false when the device does not answer, or the line is gone. */
  async #getIntoStep(): Promise<boolean> {
    this.#isResyncing = true;
    try {
      const isInStep = await this.#resync.run();
      if (isInStep) this.#outOfStep = undefined;
      return isInStep;
    } finally {
      this.#isResyncing = false;
    }
  }

  #putAside(): void {
    const held = this.#reader.drop();
    if (held !== "") this.#asides.emit(held);
  }

  #write(text: string): Promise<void> {
    return this.#stream.write(bytesOf(text));
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#end.abort();
    const active = this.#active;
    this.#active = undefined;
    this.#deadline.dispose();
    for (const waiting of [...(active === undefined ? [] : [active]), ...this.#queue.splice(0)]) waiting.reject(this.#disconnected(waiting.exchange));
    this.#asides.clear();
  }

  #disconnected(exchange: Exchange<unknown>): OcularError {
    return new OcularError({ tag: "DeviceDisconnected", deviceId: this.#name, command: exchange.name });
  }
}
