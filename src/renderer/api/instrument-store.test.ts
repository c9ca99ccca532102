import { describe, expect, it } from "vitest";
import type { DeviceSetup } from "../../shared/domain/device-setup.ts";
import type { FieldView, LogLine } from "../../shared/domain/snapshot.ts";
import { OcularError } from "../../shared/errors.ts";
import { fakeFields, fakeSnapshot } from "./fake-instrument.ts";
import type { InstrumentClient } from "./client.ts";
import { LOG_LINES, TOASTS, afterNews, askForDevices, createInstrumentStore, initialInstrumentState } from "./instrument-store.ts";

const picture = { width: 64, height: 48, rgb: new Uint8Array(64 * 48 * 3), detections: [] };
const fields = fakeFields(picture, 2);
const inSession = fakeSnapshot("session", picture, fields, "2026-11-22T09:00:00.000Z");
const line = (sequence: number, second = sequence): LogLine => ({ sequence, time: new Date(second * 1000).toISOString(), tone: "plain", text: `line ${sequence}` });
const field = (index: number): FieldView => {
  const found = fields[index];
  if (found === undefined) throw new Error(`There is no field ${index}.`);
  return found;
};

describe("the instrument's state on the screen", () => {
  it("is ready with the first snapshot and keeps the parts that did not change", () => {
    const first = afterNews(initialInstrumentState, { kind: "snapshot", snapshot: inSession });
    const second = afterNews(first, { kind: "snapshot", snapshot: { ...structuredClone(inSession), light: { percent: 5 } } });
    expect(second.link).toBe("ready");
    expect(second.snapshot?.light).toEqual({ percent: 5 });
    expect(second.snapshot?.analyzer).toBe(first.snapshot?.analyzer);
  });

  it("asks which devices are set up, says why they are not known, and takes an event that overtakes the answer for the newer", async () => {
    const setup = (name: string): DeviceSetup => ({ source: { kind: "stored" }, name, devices: [], roles: [], objectives: [] });
    const store = createInstrumentStore();
    const client = (answer: () => Promise<unknown>): InstrumentClient => ({ call: answer as InstrumentClient["call"], on: () => () => undefined, pathOf: () => "", malformedEvents: 0 });
    await askForDevices(store, client(() => Promise.reject(new OcularError({ tag: "Internal", what: "Devices", reason: "no bus" }))));
    expect(store.getState()).toMatchObject({ devices: undefined, devicesError: expect.stringContaining("no bus") });
    await askForDevices(store, client(() => Promise.resolve(setup("asked"))));
    expect(store.getState()).toMatchObject({ devices: { name: "asked" }, devicesError: undefined });
    await askForDevices(store, client(async () => {
      store.tell({ kind: "devices", setup: setup("told") });
      return setup("late");
    }));
    expect(store.getState().devices?.name).toBe("told");
  });

  it("keeps a field that arrives before the snapshot of its session, and forgets those of the session before", () => {
    const early = afterNews(initialInstrumentState, { kind: "field", field: field(0) });
    const stranger = afterNews(early, { kind: "field", field: { ...field(1), fieldId: "of another session" } });
    const started = afterNews(stranger, { kind: "snapshot", snapshot: inSession });
    expect(Object.keys(started.fields)).toEqual([field(0).fieldId]);
    const { session: _gone, ...without } = inSession;
    expect(afterNews(started, { kind: "snapshot", snapshot: without }).fields).toEqual({});
  });

  it("puts log lines in order, each once, and keeps the newest", () => {
    const some = afterNews(initialInstrumentState, { kind: "log", lines: [line(3)] });
    const all = afterNews(some, { kind: "log", lines: [line(1), line(2), line(3)] });
    expect(all.log.map((entry) => entry.sequence)).toEqual([1, 2, 3]);
    const many = afterNews(all, { kind: "log", lines: Array.from({ length: LOG_LINES }, (_, index) => line(index + 10)) });
    expect(many.log).toHaveLength(LOG_LINES);
    expect(many.log.at(-1)?.sequence).toBe(LOG_LINES + 9);
  });

  it("keeps the order in which things happened when the computer's clock is put back", () => {
    const before = afterNews(initialInstrumentState, { kind: "log", lines: [line(0, 8), line(1, 9)] });
    const after = afterNews(afterNews(before, { kind: "log", lines: [line(2, 3)] }), { kind: "log", lines: [line(3, 4)] });
    expect(after.log.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
  });

  it("says a thing once, and never shows a wall of toasts", () => {
    const store = createInstrumentStore();
    store.toast("notice", "Keep the field first");
    store.toast("notice", "Keep the field first");
    expect(store.getState().toasts).toHaveLength(1);
    for (let n = 0; n < 10; n++) store.toast("error", `error ${n}`);
    expect(store.getState().toasts.map((toast) => toast.text)).toEqual(["error 6", "error 7", "error 8", "error 9"]);
    expect(store.getState().toasts).toHaveLength(TOASTS);
    const [first] = store.getState().toasts;
    if (first !== undefined) store.closeToast(first.id);
    expect(store.getState().toasts).toHaveLength(TOASTS - 1);
  });

  it("takes the toast of a lost device away when it is back, and no other", () => {
    const store = createInstrumentStore();
    store.toast("error", "Camera stopped answering. Reconnecting...", "camera");
    store.toast("error", "Stage: the cable is out", "xyStage");
    store.toast("warning", "Only 2.1 GB left");
    store.tell({ kind: "cured", about: "camera" });
    expect(store.getState().toasts.map(({ text }) => text)).toEqual(["Stage: the cable is out", "Only 2.1 GB left"]);
  });

  it("turns an error into its sentence and keeps quiet about what was canceled on purpose", () => {
    const store = createInstrumentStore();
    store.report(new OcularError({ tag: "Canceled", what: "The move" }), "Moving");
    expect(store.getState().toasts).toEqual([]);
    store.report(new OcularError({ tag: "OutOfRange", what: "Exposure", value: 2000, min: 0.1, max: 1000, unit: "ms" }), "Camera settings");
    expect(store.getState().toasts[0]).toMatchObject({ tone: "error", text: expect.stringContaining("outside 0.1 to 1000 ms") as string });
  });
});
