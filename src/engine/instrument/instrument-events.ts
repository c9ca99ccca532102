import type { DeviceKind } from "../../shared/domain/devices.ts";
import { createEmitter, type Emitter } from "../runtime/emitter.ts";
import type { InstrumentEvents } from "./instrument.ts";

/** Says something to the person, and to the record of an open session. `error`: what lies behind the words; `about`: whose loss it is, until it is cured. */
export type Tell = (tone: "notice" | "warning" | "error", text: string, error?: unknown, about?: DeviceKind) => void;

/** The instrument's events, to send and to listen to. */
export interface EventBoard {
  emit<E extends keyof InstrumentEvents>(event: E, ...args: Parameters<InstrumentEvents[E]>): void;
  on<E extends keyof InstrumentEvents>(event: E, listener: InstrumentEvents[E]): () => void;
}

export function createEventBoard(): EventBoard {
  const emitters: { [E in keyof InstrumentEvents]: Emitter<Parameters<InstrumentEvents[E]>> } = {
    overlay: createEmitter(), compared: createEmitter(), field: createEmitter(), log: createEmitter(), alert: createEmitter(), cured: createEmitter(),
  };
  // The emitter of each event carries that event's own arguments; the lookup by name loses the pairing.
  const emitterOf = (event: keyof InstrumentEvents): Emitter<unknown[]> => emitters[event];
  return {
    emit: (event, ...args) => { emitterOf(event).emit(args); },
    on: (event, listener) => emitterOf(event).on((args) => { (listener as (...values: unknown[]) => void)(...args); }),
  };
}
