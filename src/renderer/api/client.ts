import { OcularError, errorDataOf } from "../../shared/errors.ts";
import type { EventName, EventOf, InputOf, MethodName, OcularBridge, OutputOf } from "../../shared/ipc/contract.ts";
import type { Shapes } from "./shapes.ts";

/** The instrument as the screens see it: every failure is an {@link OcularError}, every answer has the promised shape. */
export interface InstrumentClient {
  /** @throws OcularError */
  call<M extends MethodName>(name: M, input: InputOf<M>): Promise<OutputOf<M>>;
  /** Returns its unsubscribe. An event that does not have the promised shape is dropped and counted in `malformedEvents`. */
  on<E extends EventName>(name: E, listener: (event: EventOf<E>) => void): () => void;
  /** Where a file that a person dropped lies; empty where it lies nowhere. */
  pathOf(file: object): string;
  readonly malformedEvents: number;
}

/**
 * Wraps the bridge preload gives us (or the fake one). Calls go out at once; answers and events wait for `shapes` and come
 * in their order. Where the shapes cannot be had nothing is handed on unchecked: calls fail, events count as malformed.
 */
export function createClient(bridge: OcularBridge, shapes: Promise<Shapes>): InstrumentClient {
  let malformedEvents = 0;
  return {
    async call<M extends MethodName>(name: M, input: InputOf<M>): Promise<OutputOf<M>> {
      const answer = await bridge.call(name, input).catch((error: unknown) => ({ ok: false as const, error: errorDataOf(error, name) }));
      if (!answer.ok) throw new OcularError(answer.error);
      const { methods } = await shapes.catch((error: unknown) => { throw new OcularError(errorDataOf(error, name)); });
      const parsed = methods[name].output.safeParse(answer.value);
      if (!parsed.success) throw new OcularError({ tag: "Internal", what: name, reason: "the answer does not have the promised shape" });
      // The table pairs each name with its output; TypeScript cannot follow that through a variable name.
      return parsed.data as OutputOf<M>;
    },
    on<E extends EventName>(name: E, listener: (event: EventOf<E>) => void): () => void {
      let isHeard = true;
      const stop = bridge.on(name, (event) => {
        shapes.then(
          ({ events }) => {
            if (!isHeard) return;
            const parsed = events[name].safeParse(event);
            if (parsed.success) listener(parsed.data as EventOf<E>);
            else malformedEvents += 1;
          },
          () => { malformedEvents += 1; },
        );
      });
      return () => {
        isHeard = false;
        stop();
      };
    },
    pathOf: (file) => bridge.pathOf(file),
    get malformedEvents() {
      return malformedEvents;
    },
  };
}
