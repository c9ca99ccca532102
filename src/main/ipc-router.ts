import { ipcMain, type IpcMainInvokeEvent, type WebContents } from "electron";
import { z } from "zod";
import { errorDataOf, OcularError, type ErrorData } from "../shared/errors.ts";
import { CALL_CHANNEL, EVENT_CHANNEL, methods, type EventName, type EventOf, type MethodName, type Methods, type OutputOf } from "../shared/ipc/contract.ts";
import { isTrustedSender } from "./security.ts";

/** One function for each method of the contract; inputs arrive parsed. */
export type Implementations = { readonly [M in MethodName]: (input: z.output<Methods[M]["input"]>) => OutputOf<M> | Promise<OutputOf<M>> };

const Call = z.object({ method: z.string(), input: z.unknown() });

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** Parses one call and runs it. Apart from Electron so that it can be tested without one. */
export async function answerCall(implementations: Implementations, message: unknown): Promise<{ ok: true; value: unknown } | { ok: false; error: ErrorData }> {
  const call = Call.safeParse(message);
  if (!call.success || !isMethod(call.data.method)) {
    return { ok: false, error: { tag: "InvalidInput", what: "A call from the screen", reason: "it names no known method" } };
  }
  const name = call.data.method;
  const input = methods[name].input.safeParse(call.data.input);
  if (!input.success) {
    return { ok: false, error: { tag: "InvalidInput", what: name, reason: z.prettifyError(input.error).replaceAll("\n", " ") } };
  }
  try {
    // The table pairs each name with its own input type; TypeScript cannot follow that through a variable name.
    const run = implementations[name] as (value: unknown) => unknown;
    return { ok: true, value: await run(input.data) };
  } catch (error) {
    return { ok: false, error: errorDataOf(error, name) };
  }
}

/** Answers calls of `window()` and of nobody else. Returns the way to send events to it and the way to stop. */
export function startIpcRouter(implementations: Implementations, window: () => WebContents | undefined): {
  send<E extends EventName>(name: E, event: EventOf<E>): void;
  dispose(): void;
} {
  ipcMain.handle(CALL_CHANNEL, async (event: IpcMainInvokeEvent, message: unknown) => {
    const frame = event.senderFrame;
    if (!isTrustedSender(frame?.url, event.sender, window(), frame !== null && frame.parent === null)) {
      return { ok: false, error: new OcularError({ tag: "InvalidInput", what: "A call", reason: "it does not come from Ocular's own window" }).data };
    }
    return answerCall(implementations, message);
  });
  return {
    send: (name, event) => {
      const target = window();
      if (target !== undefined && !target.isDestroyed()) target.send(EVENT_CHANNEL, { name, event });
    },
    dispose: () => { ipcMain.removeHandler(CALL_CHANNEL); },
  };
}
