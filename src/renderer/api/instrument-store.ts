import { createStore } from "zustand/vanilla";
import type { DeviceKind } from "../../shared/domain/devices.ts";
import type { DeviceSetup } from "../../shared/domain/device-setup.ts";
import type { FieldView, LogLine, Snapshot } from "../../shared/domain/snapshot.ts";
import { describeError, errorDataOf } from "../../shared/errors.ts";
import type { ComparedEvent, OverlayEvent } from "../../shared/ipc/contract.ts";
import type { InstrumentClient } from "./client.ts";
import { shareUnchanged } from "./share-unchanged.ts";

/** Something that needs the person now. */
export interface Toast {
  readonly id: number;
  readonly tone: "notice" | "warning" | "error";
  readonly text: string;
  /** The device whose loss it tells: it goes when that is back. */
  readonly about?: DeviceKind | undefined;
}

/** Everything the instrument told us. Pixels never come here. */
export interface InstrumentState {
  /** "loading" until the first snapshot; "failed" when main does not answer at all. */
  readonly link: "loading" | "ready" | "failed";
  readonly linkError: string | undefined;
  readonly snapshot: Snapshot | undefined;
  /** Which devices are set up, who sits in which role, what is missing; undefined until the first answer. */
  readonly devices: DeviceSetup | undefined;
  /** Why the devices are not known. */
  readonly devicesError: string | undefined;
  /** Newest live analysis. */
  readonly overlay: OverlayEvent | undefined;
  /** Newest live frame that both analyzers answered on; undefined without a second one. */
  readonly compared: ComparedEvent | undefined;
  /** Kept fields of the open session, by id. */
  readonly fields: Readonly<Record<string, FieldView>>;
  /** Newest last, at most {@link LOG_LINES}. */
  readonly log: readonly LogLine[];
  readonly toasts: readonly Toast[];
}

/** Older lines are in the session's file; a screen needs no more. */
export const LOG_LINES = 5000;
/** More toasts than this at once are noise: the oldest goes. */
export const TOASTS = 4;

export const initialInstrumentState: InstrumentState = {
  link: "loading", linkError: undefined, snapshot: undefined, devices: undefined, devicesError: undefined, overlay: undefined, compared: undefined, fields: {}, log: [], toasts: [],
};

/** What the instrument or a screen may report. */
export type InstrumentNews =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "link-failed"; readonly text: string }
  | { readonly kind: "devices"; readonly setup: DeviceSetup }
  | { readonly kind: "devices-failed"; readonly text: string }
  | { readonly kind: "overlay"; readonly overlay: OverlayEvent }
  | { readonly kind: "compared"; readonly compared: ComparedEvent }
  | { readonly kind: "field"; readonly field: FieldView }
  | { readonly kind: "log"; readonly lines: readonly LogLine[] }
  | { readonly kind: "toast"; readonly toast: Toast }
  | { readonly kind: "toast-closed"; readonly id: number }
  | { readonly kind: "cured"; readonly about: DeviceKind };

/** The state after one piece of news. */
export function afterNews(state: InstrumentState, news: InstrumentNews): InstrumentState {
  switch (news.kind) {
    case "snapshot": {
      const snapshot = shareUnchanged(state.snapshot, news.snapshot);
      const anotherSession = snapshot.session?.name !== state.snapshot?.session?.name;
      return { ...state, link: "ready", linkError: undefined, snapshot, fields: anotherSession ? fieldsOf(state, snapshot) : state.fields, compared: snapshot.second === undefined ? undefined : state.compared };
    }
    case "link-failed":
      return { ...state, link: "failed", linkError: news.text };
    case "devices":
      return { ...state, devices: news.setup, devicesError: undefined };
    case "devices-failed":
      return { ...state, devicesError: news.text };
    case "overlay":
      return { ...state, overlay: news.overlay };
    case "compared":
      return { ...state, compared: news.compared };
    case "field":
      return { ...state, fields: { ...state.fields, [news.field.fieldId]: news.field } };
    case "log":
      return { ...state, log: withLines(state.log, news.lines) };
    case "toast": {
      const others = state.toasts.filter((toast) => toast.text !== news.toast.text);
      return { ...state, toasts: [...others, news.toast].slice(-TOASTS) };
    }
    case "toast-closed":
      return { ...state, toasts: state.toasts.filter((toast) => toast.id !== news.id) };
    case "cured":
      return { ...state, toasts: state.toasts.filter(({ about }) => about !== news.about) };
  }
}

/** A field event may arrive before the snapshot that names its session: those of the new session stay. */
function fieldsOf(state: InstrumentState, snapshot: Snapshot): InstrumentState["fields"] {
  const ids = new Set(snapshot.session?.fields.map((field) => field.fieldId));
  return Object.fromEntries(Object.entries(state.fields).filter(([id]) => ids.has(id)));
}

/** Lines in the order of their numbers, each once. Not by their times: a clock that is put back would set what happened last before what led to it. */
function withLines(log: readonly LogLine[], lines: readonly LogLine[]): readonly LogLine[] {
  const last = log.at(-1);
  const first = lines[0];
  if (first !== undefined && lines.length === 1 && (last === undefined || first.sequence > last.sequence)) return [...log, first].slice(-LOG_LINES);
  const known = new Set(log.map(({ sequence }) => sequence));
  const fresh = lines.filter(({ sequence }) => !known.has(sequence));
  if (fresh.length === 0) return log;
  return [...log, ...fresh].sort((a, b) => a.sequence - b.sequence).slice(-LOG_LINES);
}

/** The store and the ways into it. */
export type InstrumentStore = ReturnType<typeof createInstrumentStore>;

export function createInstrumentStore() {
  const store = createStore<InstrumentState>(() => initialInstrumentState);
  let nextToast = 1;
  const tell = (news: InstrumentNews): void => {
    store.setState(afterNews(store.getState(), news));
  };
  return {
    ...store,
    tell,
    /** Says something that needs the person now. */
    toast(tone: Toast["tone"], text: string, about?: DeviceKind): void {
      tell({ kind: "toast", toast: { id: nextToast++, tone, text, about } });
    },
    closeToast(id: number): void {
      tell({ kind: "toast-closed", id });
    },
    /** Handles an error once: in words, to the person. What was canceled on purpose is no news. */
    report(error: unknown, what: string): void {
      const failure = errorDataOf(error, what);
      if (failure.tag !== "Canceled") tell({ kind: "toast", toast: { id: nextToast++, tone: "error", text: describeError(failure) } });
    },
  };
}

/** Asks which devices are set up: at the start, and when a person tries again. An event that comes meanwhile is newer than the answer. */
export async function askForDevices(store: InstrumentStore, client: InstrumentClient): Promise<void> {
  const before = store.getState().devices;
  try {
    const setup = await client.call("devices.setup", {});
    if (store.getState().devices === before) store.tell({ kind: "devices", setup });
  } catch (error) {
    store.tell({ kind: "devices-failed", text: describeError(errorDataOf(error, "Asking for the devices")) });
  }
}

/** Nothing about devices is needed for the first picture: it is asked for when that is on the glass, or after this long without one. */
const DEVICES_AFTER_MS = 3000;

function askForDevicesLater(store: InstrumentStore, client: InstrumentClient): () => void {
  const stop = (): void => {
    clearTimeout(timer);
    unsubscribe();
  };
  const ask = (): void => {
    stop();
    if (store.getState().devices === undefined) void askForDevices(store, client);
  };
  const timer = setTimeout(ask, DEVICES_AFTER_MS);
  const unsubscribe = store.subscribe(({ snapshot, devices }) => { if (devices !== undefined || (snapshot?.ledger.shown ?? 0) > 0) ask(); });
  return stop;
}

/** Feeds the store from the instrument until the returned function is called. */
export function connectStore(store: InstrumentStore, client: InstrumentClient): () => void {
  const stops = [
    client.on("snapshot", (snapshot) => { store.tell({ kind: "snapshot", snapshot }); }),
    client.on("overlay", (overlay) => { store.tell({ kind: "overlay", overlay }); }),
    client.on("compared", (compared) => { store.tell({ kind: "compared", compared }); }),
    client.on("field", (field) => { store.tell({ kind: "field", field }); }),
    client.on("log", (line) => { store.tell({ kind: "log", lines: [line] }); }),
    client.on("devices", (setup) => { store.tell({ kind: "devices", setup }); }),
    client.on("toast", (toast) => { store.toast(toast.tone, toast.text, toast.about); }),
    client.on("cured", ({ about }) => { store.tell({ kind: "cured", about }); }),
  ];
  client.call("app.snapshot", {}).then(
    (snapshot) => { store.tell({ kind: "snapshot", snapshot }); },
    (error: unknown) => { store.tell({ kind: "link-failed", text: describeError(errorDataOf(error, "Starting")) }); },
  );
  stops.push(askForDevicesLater(store, client));
  client.call("session.fields", {}).then(
    (fields) => { for (const field of fields) store.tell({ kind: "field", field }); },
    (error: unknown) => { store.report(error, "Reading the session's fields"); },
  );
  client.call("log.recent", {}).then(
    (lines) => { store.tell({ kind: "log", lines }); },
    (error: unknown) => { store.report(error, "Reading the log"); },
  );
  return () => {
    for (const stop of stops) stop();
  };
}
