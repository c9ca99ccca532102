import type { WebContents } from "electron";
import { OcularError } from "../shared/errors.ts";
import { EVENT_CHANNEL } from "../shared/ipc/channels.ts";
import type { EventName, EventOf } from "../shared/ipc/contract.ts";
import { answerCall, type Implementations } from "./answer-call.ts";
import type { CallDoor } from "./early-calls.ts";
import { isTrustedSender } from "./security.ts";

/** Answers calls of `window()` and of nobody else. Returns the way to send events to it and the way to stop. */
export function startIpcRouter(door: CallDoor, implementations: Implementations, window: () => WebContents | undefined): {
  send<E extends EventName>(name: E, event: EventOf<E>): void;
  dispose(): void;
} {
  door.answerWith(async (event, message) => {
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
    dispose: () => { door.close(); },
  };
}
