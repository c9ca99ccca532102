import { ipcMain, type IpcMainInvokeEvent } from "electron";
import { CALL_CHANNEL } from "../shared/ipc/channels.ts";

/** Answers a call of a page; must not reject. */
export type CallAnswerer = (event: IpcMainInvokeEvent, message: unknown) => Promise<unknown>;

/** The door for calls, open before there is anybody to answer. */
export interface CallDoor {
  /** From now on, calls go there; first those that have waited, in their order. */
  answerWith(answer: CallAnswerer): void;
  close(): void;
}

/**
 * Opens the door: a page whose code runs before the instrument's has been read waits with its first calls, instead of
 * being told that nobody answers. The one place that listens to calls.
 */
export function openCallDoor(): CallDoor {
  let settle: (answer: CallAnswerer) => void = () => undefined;
  const answering = new Promise<CallAnswerer>((resolve) => { settle = resolve; });
  ipcMain.handle(CALL_CHANNEL, async (event, message: unknown) => (await answering)(event, message));
  return {
    answerWith: (answer) => { settle(answer); },
    close: () => { ipcMain.removeHandler(CALL_CHANNEL); },
  };
}
