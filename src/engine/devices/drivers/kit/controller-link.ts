import type { Clock } from "../../../../core/clock.ts";
import { isOcularError, OcularError } from "../../../../shared/errors.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { PortGuard } from "../../guard/port-guard.ts";
import type { LineSettings, Port } from "../../transports/byte-stream.ts";
import { Conversation } from "../../transports/conversation.ts";
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import type { Exchange } from "../../transports/exchange.ts";

/** Asks one thing over the link; the signal of the call is part of it. */
export type Ask = <T>(exchange: Exchange<T>) => Promise<T>;

/** How a controller is reached. */
export interface LinkSpec {
  /** What errors call it: "prior-proscan". */
  readonly name: string;
  readonly port: Port;
  readonly line: LineSettings;
  readonly rules: ConversationRules;
  /** Boards that reset when the port opens (DTR) say nothing for so long, ms. */
  readonly wakeMs?: number;
  /** Sent first of all: a board that waits for the end of a move hears nothing else, and may have been left in one. */
  readonly halt?: string;
  /** Makes sure that the right family listens, and sets its modes. Moves nothing and lights nothing. */
  greet(ask: Ask): Promise<void>;
  /** Asked when nothing else was for a while: tells a cable that came out where the port itself stays. */
  readonly pulse: Exchange<unknown>;
  /** Leaves the devices safe when this process ends without doing so. */
  readonly guard?: PortGuard;
}

/** A device on the link. */
export interface LinkUser {
  /** What leaves it safe: motion stopped, light off. */
  safeBytes(): string;
}

/** So many answers missing in a row mean that nobody is there. */
const SILENCES_UNTIL_LOST = 3;
const PULSE_MS = 2000;

/**
 * One port, shared by the devices of one controller: opened for the first that connects, closed after the last that
 * leaves. The loss of the line is told to all of them.
 */
export class ControllerLink {
  readonly spec: LinkSpec;
  readonly clock: Clock;
  readonly #losses = createEmitter<string>();
  readonly onDidLose = this.#losses.on;
  readonly #restarts = createEmitter<string>();
  /** The controller counts anew: where its axes are is not known any more. A clause says why. */
  readonly onDidRestart = this.#restarts.on;
  readonly #users = new Set<LinkUser>();
  #conversation: Conversation | undefined;
  #opening: Promise<Conversation> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #silences = 0;
  #lastAskedMs = 0;
  #pulse = new AbortController();

  constructor(spec: LinkSpec, clock: Clock) {
    this.spec = spec;
    this.clock = clock;
  }

  /** Opens the line if nobody has, and sees that the device is guarded. */
  async acquire(user: LinkUser): Promise<void> {
    await this.#closing;
    this.#opening ??= this.#open();
    const conversation = await this.#opening;
    this.#users.add(user);
    await this.#tellGuard(conversation);
  }

  /** One user less; the last one closes the port. Harmless for one that the loss of the line has taken off already. */
  async release(user: LinkUser): Promise<void> {
    const conversation = this.#conversation;
    if (conversation === undefined || !this.#users.delete(user)) return;
    if (this.#users.size > 0) await this.#tellGuard(conversation);
    else await this.#shut();
  }

  async ask<T>(exchange: Exchange<T>, signal?: AbortSignal): Promise<T> {
    const conversation = this.#conversation;
    if (conversation === undefined) throw this.#disconnected(exchange.name);
    this.#lastAskedMs = this.clock.nowMs();
    try {
      const value = await conversation.ask(exchange, signal === undefined ? {} : { signal });
      this.#silences = 0;
      return value;
    } catch (error) {
      if (isOcularError(error, "DeviceFaulted")) this.#silences = 0;
      if (isOcularError(error, "DeviceTimeout")) await this.#countSilence(conversation);
      throw error;
    }
  }

  /** Writes at once, ahead of everything: stops, lights off. */
  async interrupt(send: string): Promise<void> {
    if (this.#conversation === undefined) throw this.#disconnected("stop");
    await this.#conversation.interrupt(send);
  }

  /** It counts anew and has not said why: its modes may be those of its start too, so it is given up, and greeted by whoever takes it up again. */
  async restarted(why: string): Promise<void> {
    const conversation = this.#conversation;
    if (conversation === undefined) return;
    this.#restarts.emit(why);
    await this.#giveUp(conversation, why);
  }

  /** What leaves all devices on it safe. */
  #safeBytes(): string {
    return [...new Set([...this.#users].map((user) => user.safeBytes()))].join("");
  }

  async #tellGuard(conversation: Conversation): Promise<void> {
    const { guard, port, line } = this.spec;
    if (guard !== undefined && this.#conversation === conversation) await guard.watch({ path: port.path, line, safe: this.#safeBytes() });
  }

  async #open(): Promise<Conversation> {
    const { port, line, name, rules, wakeMs, halt } = this.spec;
    try {
      const stream = await port.open(line).catch((error: unknown) => {
        throw new OcularError({ tag: "PortUnavailable", deviceId: name, port: port.path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
      });
      const conversation = new Conversation(name, stream, this.clock, rules);
      stream.onClose(({ isWanted, reason }) => {
        if (!isWanted) this.#lose(conversation, reason);
      });
      this.#conversation = conversation;
      try {
        if (wakeMs !== undefined) await this.clock.delay(wakeMs);
        if (halt !== undefined) await conversation.interrupt(halt);
        await this.spec.greet((exchange) => conversation.ask(exchange));
      } catch (error) {
        await this.#shut();
        throw error;
      }
      // What it said until now was its start by the opening of the port.
      conversation.onDidHearAside((line) => {
        const why = rules.whyDisplaced?.(line);
        if (why !== undefined && this.#conversation === conversation) this.#restarts.emit(why);
      });
      this.#silences = 0;
      this.#pulse = new AbortController();
      void this.#beat(this.#pulse.signal);
      return conversation;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #shut(): Promise<void> {
    const conversation = this.#forget();
    this.#closing = this.#close(conversation);
    await this.#closing;
  }

  async #close(conversation: Conversation | undefined): Promise<void> {
    await conversation?.close();
    await this.spec.guard?.forget(this.spec.port.path);
  }

  #forget(): Conversation | undefined {
    const conversation = this.#conversation;
    this.#pulse.abort();
    this.#conversation = undefined;
    this.#opening = undefined;
    this.#users.clear();
    return conversation;
  }

  #lose(conversation: Conversation, reason: string): void {
    if (this.#conversation !== conversation) return;
    this.#forget();
    this.#losses.emit(reason);
    // Without the port the guard could do nothing either.
    void this.spec.guard?.forget(this.spec.port.path);
  }

  async #countSilence(conversation: Conversation): Promise<void> {
    this.#silences += 1;
    if (this.#silences < SILENCES_UNTIL_LOST || this.#conversation !== conversation) return;
    await this.#giveUp(conversation, "it stopped answering");
  }

  async #giveUp(conversation: Conversation, why: string): Promise<void> {
    const safe = this.#safeBytes();
    this.#lose(conversation, why);
    // It may still hear what it does not answer.
    if (safe !== "") await ifStillThere(conversation.interrupt(safe));
    await conversation.close();
  }

  async #beat(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const restMs = this.#lastAskedMs + PULSE_MS - this.clock.nowMs();
        if (restMs > 0) await this.clock.delay(restMs, signal);
        else await this.#askPulse();
      }
    } catch (error) {
      // The delay was ended with the link.
      if (!signal.aborted) throw error;
    }
  }

  /** A missing answer has been counted where it was asked; an error as an answer shows that somebody is there; a lost line has been told. */
  async #askPulse(): Promise<void> {
    try {
      await this.ask(this.spec.pulse);
    } catch (error) {
      if (!(error instanceof OcularError)) throw error;
    }
  }

  #disconnected(command: string): OcularError {
    return new OcularError({ tag: "DeviceDisconnected", deviceId: this.spec.name, command });
  }
}

/** Bytes written to a line that may be gone: that it is gone has been told, and nothing more can be done from here. */
export async function ifStillThere(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
