import { contextBridge, ipcRenderer, webUtils } from "electron";
import { CALL_CHANNEL, EVENT_CHANNEL, PREVIEW_CHANNEL } from "../shared/ipc/channels.ts";
import type { EventName, MethodName } from "../shared/ipc/contract.ts";
import { eventNames, methodNames } from "./call-names.ts";

/*
 * The only door between the page and the instrument: calls and events by fixed names, and the port of the preview
 * stream. Nothing of Electron or Node is handed on. Main parses every input and checks who sent it.
 *
 * On the wire a call is `{method, input}` and an event `{name, event}`.
 */

type Listener = (payload: unknown) => void;
const listeners = new Map<EventName, Set<Listener>>();

/** Where our own page comes from (see main/security.ts). */
const APP_ORIGIN = "ocular://app";

function isMethodName(name: unknown): name is MethodName {
  return typeof name === "string" && Object.hasOwn(methodNames, name);
}

function isEventName(name: unknown): name is EventName {
  return typeof name === "string" && Object.hasOwn(eventNames, name);
}

ipcRenderer.on(EVENT_CHANNEL, (_event, message: { readonly name: unknown; readonly event: unknown }) => {
  if (!isEventName(message.name)) return;
  for (const listener of listeners.get(message.name) ?? []) listener(message.event);
});

// A port cannot pass through the context bridge; posting it to our own window is the way in.
ipcRenderer.on(PREVIEW_CHANNEL, (event) => {
  const port = event.ports[0];
  if (port === undefined || window.location.origin !== APP_ORIGIN) return;
  window.postMessage({ type: PREVIEW_CHANNEL }, APP_ORIGIN, [port]);
});

/** The contract's `OcularBridge`, as far as names checked at run time can say it. */
const bridge = {
  call: async (method: unknown, input: unknown): Promise<unknown> => {
    if (!isMethodName(method)) return { ok: false, error: { tag: "InvalidInput", what: "The call", reason: `"${String(method)}" is not in the contract` } };
    return ipcRenderer.invoke(CALL_CHANNEL, { method, input });
  },
  on: (name: unknown, listener: Listener): (() => void) => {
    if (!isEventName(name)) throw new Error(`There is no event "${String(name)}".`);
    const set = listeners.get(name) ?? new Set<Listener>();
    listeners.set(name, set.add(listener));
    return () => {
      set.delete(listener);
    };
  },
  // Only a person can give the page a file of theirs: by dropping it.
  pathOf: (file: unknown): string => (file instanceof File ? webUtils.getPathForFile(file) : ""),
};

contextBridge.exposeInMainWorld("ocular", bridge);
