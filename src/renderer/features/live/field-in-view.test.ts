import { describe, expect, it } from "vitest";
import type { OverlayEvent } from "../../../shared/ipc/contract.ts";
import { FAKE_ANALYZER, fakeFields, fakeHeader, fakeSnapshot } from "../../api/fake-instrument.ts";
import { fieldInView, heldField, keptFieldInView } from "./field-in-view.ts";
import { fieldSizeUm, fieldStepUm, focusStepUm } from "./field-step.ts";

const detections = [{ id: "d0", classId: "red-cell", score: 0.9, box: { x: 1, y: 2, width: 3, height: 4 } }];
const picture = { width: 640, height: 480, rgb: new Uint8Array(0), detections };
const list = fakeFields(picture, 3);
const fields = Object.fromEntries(list.map((field) => [field.fieldId, field]));
const here = fakeSnapshot("kept", picture, list, "2026-11-22T09:00:00.000Z");
const elsewhere = fakeSnapshot("session", picture, list, "2026-11-22T09:00:00.000Z");
const overlay: OverlayEvent = { set: { frameId: 9, analyzer: FAKE_ANALYZER, detections: [...detections], analysisMs: 100 }, header: fakeHeader(picture, 9) };

describe("this field", () => {
  it("is the kept one where the stage stands on it", () => {
    expect(fieldInView(here, fields, overlay)).toEqual({ kind: "kept", field: list[2] });
  });

  it("is the live one where the stage stands elsewhere, or through another lens", () => {
    expect(fieldInView(elsewhere, fields, overlay)).toMatchObject({ kind: "live", field: { fieldId: "live", detections } });
    const lens = here.objective?.all[0];
    const otherLens = { ...here, objective: { all: here.objective?.all ?? [], ...(lens === undefined ? {} : { current: lens }) } };
    expect(keptFieldInView(otherLens, fields)).toBeUndefined();
  });

  it("holds within a micrometre, not beyond", () => {
    const moved = (x: number) => (here.stage === undefined ? here : { ...here, stage: { ...here.stage, positionUm: { x: here.stage.positionUm.x + x, y: here.stage.positionUm.y } } });
    expect(keptFieldInView(moved(0.9), fields)?.fieldId).toBe(list[2]?.fieldId);
    expect(keptFieldInView(moved(1.1), fields)).toBeUndefined();
  });

  it("shows the live answer while the kept field's own is awaited", () => {
    const last = list[2];
    if (last === undefined) throw new Error("There is no third field.");
    const { detections: _awaited, ...waiting } = last;
    expect(fieldInView(here, { ...fields, [last.fieldId]: waiting }, overlay)).toMatchObject({ kind: "keeping", field: { fieldId: last.fieldId, detections } });
    expect(fieldInView(here, { [last.fieldId]: waiting }, undefined)).toEqual({ kind: "keeping", field: waiting });
  });

  it("is nothing before the first analysis", () => {
    expect(fieldInView(elsewhere, fields, undefined)).toBeUndefined();
    expect(fieldInView(undefined, {}, undefined)).toBeUndefined();
  });
});

describe("a field held without a stage", () => {
  const { stage: _none, ...stageless } = elsewhere;
  const id = list[1]?.fieldId;

  it("stands in view until it is let go, and never with a live answer over it", () => {
    expect(fieldInView(stageless, fields, overlay, id)).toEqual({ kind: "kept", field: list[1] });
    expect(fieldInView(stageless, fields, overlay, undefined)).toMatchObject({ kind: "live" });
    const { detections: _awaited, ...waiting } = list[1] ?? list[0] ?? {};
    expect(fieldInView(stageless, { [id ?? ""]: waiting as never }, overlay, id)).toEqual({ kind: "keeping", field: waiting });
  });

  it("is none where a stage tells the place, or where no session is open", () => {
    expect(heldField(elsewhere, fields, id)).toBeUndefined();
    const { session: _closed, ...idle } = stageless;
    expect(heldField(idle, fields, id)).toBeUndefined();
  });
});

describe("one step", () => {
  it("is a quarter of the picture, or one counting frame so that fields tile", () => {
    const size = fieldSizeUm(here);
    expect(size?.width).toBeCloseTo(640 * 0.0733, 6);
    expect(fieldStepUm(here, "left", "quarter")?.x).toBeCloseTo((-640 * 0.0733) / 4, 6);
    expect(fieldStepUm(here, "down", "full")).toEqual({ x: 0, y: 480 * 0.0733 - 8 });
    const { session: _none, ...free } = here;
    expect(fieldStepUm(free, "right", "full")?.x).toBeCloseTo(640 * 0.0733, 6);
  });

  it("is unknown where the scale is", () => {
    const { pixelSizeUm: _unknown, ...blind } = here;
    expect(fieldStepUm(blind, "up", "full")).toBeUndefined();
  });

  it("focuses finer with a higher aperture", () => {
    const through = (index: number) => focusStepUm({ ...here, objective: { all: [], ...(here.objective?.all[index] === undefined ? {} : { current: here.objective.all[index] }) } });
    expect([0, 1, 2, 3].map(through)).toEqual([4, 2, 0.5, 0.2]);
  });
});
