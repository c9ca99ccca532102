import type { CaptureCalls, CaptureCommand, CaptureFrame, CaptureProblem, CaptureRequest } from "../../../../shared/ipc/capture.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { Unsubscribe } from "../../api/device.ts";
import type { CapturePage } from "./capture-host.ts";
import { parseCaptureAnswer, parseCaptureMessage } from "./capture-messages.ts";

/** What the page answered instead of a value. */
export class CaptureError extends Error {
  readonly problem: CaptureProblem;
  constructor(problem: CaptureProblem, reason: string) {
    super(reason);
    this.name = "CaptureError";
    this.problem = problem;
  }
}

/** Questions and events of one page. Deadlines are the caller's: an answer that nobody waits for any more is dropped. */
export interface CaptureLink {
  /** @throws CaptureError; `gone` when the page died before it answered */
  ask<C extends CaptureCommand>(command: C, given: CaptureCalls[C]["given"], signal: AbortSignal): Promise<CaptureCalls[C]["gives"]>;
  /** Asks for one more frame. */
  credit(): void;
  onFrame(listener: (frame: CaptureFrame) => void): Unsubscribe;
  onUnreadable(listener: (reason: string) => void): Unsubscribe;
  onEnded(listener: (reason: string) => void): Unsubscribe;
  onDevices(listener: () => void): Unsubscribe;
  /** The page died. */
  onGone(listener: (reason: string) => void): Unsubscribe;
  /** The page said what it never says: a bug, or somebody else speaking from it. */
  onNonsense(listener: () => void): Unsubscribe;
  close(): void;
}

interface Waiting {
  readonly command: CaptureCommand;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Joins questions to answers by number. */
export function createCaptureLink(page: CapturePage): CaptureLink {
  const frames = createEmitter<CaptureFrame>();
  const unreadable = createEmitter<string>();
  const ended = createEmitter<string>();
  const devices = createEmitter<undefined>();
  const gone = createEmitter<string>();
  const nonsense = createEmitter<undefined>();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let goneBecause: string | undefined;

  const answer = (id: number, settle: (question: Waiting) => void): void => {
    const question = waiting.get(id);
    waiting.delete(id);
    if (question !== undefined) settle(question);
  };

  const unsubscribes = [
    page.onMessage((raw) => {
      const message = parseCaptureMessage(raw);
      if (message === undefined) return nonsense.emit(undefined);
      switch (message.kind) {
        case "frame": return frames.emit(message);
        case "devices": return devices.emit(undefined);
        case "unreadable": return unreadable.emit(message.reason);
        case "ended": return ended.emit(message.reason);
        case "answer":
          return answer(message.id, ({ command, resolve, reject }) => {
            if (!message.ok) return reject(new CaptureError(message.problem, message.reason));
            const value = parseCaptureAnswer(command, message.value);
            if (value === undefined) reject(new CaptureError("failed", `the answer to "${command}" makes no sense`));
            else resolve(value);
          });
      }
    }),
    page.onGone((reason) => {
      goneBecause = reason;
      for (const id of [...waiting.keys()]) answer(id, ({ reject }) => { reject(new CaptureError("gone", reason)); });
      gone.emit(reason);
    }),
  ];

  return {
    ask<C extends CaptureCommand>(command: C, given: CaptureCalls[C]["given"], signal: AbortSignal): Promise<CaptureCalls[C]["gives"]> {
      return new Promise((resolve, reject) => {
        if (goneBecause !== undefined) return reject(new CaptureError("gone", goneBecause));
        signal.throwIfAborted();
        const id = ++lastId;
        const forget = (): void => {
          waiting.delete(id);
          reject(signal.reason);
        };
        signal.addEventListener("abort", forget, { once: true });
        const leave = (): void => signal.removeEventListener("abort", forget);
        waiting.set(id, {
          command,
          // Both ends of the port are built from one list of calls, and the schema of this command has read the value.
          resolve: (value) => { leave(); resolve(value as CaptureCalls[C]["gives"]); },
          reject: (error) => { leave(); reject(error); },
        });
        page.post({ id, command, given } as CaptureRequest);
      });
    },
    credit: () => { page.post({ command: "credit" }); },
    onFrame: frames.on,
    onUnreadable: unreadable.on,
    onEnded: ended.on,
    onDevices: devices.on,
    onGone: gone.on,
    onNonsense: nonsense.on,
    close() {
      for (const unsubscribe of unsubscribes) unsubscribe();
      for (const emitter of [frames, unreadable, ended, devices, gone, nonsense]) emitter.clear();
      for (const id of [...waiting.keys()]) answer(id, ({ reject }) => { reject(new CaptureError("gone", "it was closed")); });
      page.close();
    },
  };
}
