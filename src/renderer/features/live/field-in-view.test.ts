import { describe, expect, it } from "vitest";
import type { OverlayEvent } from "../../../shared/ipc/contract.ts";
import { FAKE_ANALYZER, fakeFields, fakeHeader, fakeSnapshot } from "../../api/fake-instrument.ts";
import { fieldInView, heldField, keptFieldInView } from "./field-in-view.ts";
import { livePlace, stageGoalFor } from "./live-place.ts";
import { fieldStepUm, fieldWays, focusStepUm } from "./field-step.ts";

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

describe("a picture that is a part of the sensor", () => {
  const { camera, stage } = here;
  if (camera === undefined || stage === undefined) throw new Error("The fake microscope has a camera and a stage.");
  const { sensorWidth, sensorHeight } = camera.limits;
  // The upper left quarter; its middle lies a quarter of the sensor to the left of and above the sensor's.
  const settings = { ...camera.settings, binning: 2 as const, roi: { offsetX: 0, offsetY: 0, width: sensorWidth / 2, height: sensorHeight / 2 } };
  const part = { ...here, camera: { ...camera, settings }, pixelSizeUm: 0.2, stage: { ...stage, positionUm: { x: 100, y: 50 } } };
  const off = { x: (-sensorWidth / 4) * 0.1, y: (-sensorHeight / 4) * 0.1 };

  it("is where its own middle is, by the way the camera is turned", () => {
    expect(livePlace(part)).toMatchObject({ width: sensorWidth / 4, height: sensorHeight / 4, stagePositionUm: { x: expect.closeTo(100 + off.x, 6), y: expect.closeTo(50 + off.y, 6) } });
    const turned = livePlace({ ...part, stageUmFromPx: [0, 0.2, 0.2, 0] });
    expect(turned?.stagePositionUm?.x).toBeCloseTo(100 + off.y, 6);
    expect(turned?.stagePositionUm?.y).toBeCloseTo(50 + off.x, 6);
  });

  it("shows a place in its own middle, not in the sensor's", () => {
    const goal = stageGoalFor(part, { x: 300, y: 300 });
    expect(goal.x).toBeCloseTo(300 - off.x, 6);
    expect(goal.y).toBeCloseTo(300 - off.y, 6);
    const there = livePlace({ ...part, stage: { ...stage, positionUm: goal } });
    expect(there?.stagePositionUm).toEqual({ x: expect.closeTo(300, 6), y: expect.closeTo(300, 6) });
    expect(stageGoalFor({ ...part, stageUmFromPx: [0, 0.2, 0.2, 0] }, { x: 300, y: 300 }).x).toBeCloseTo(300 - off.y, 6);
  });

  it("is the field that was kept of it", () => {
    const last = list[2];
    if (last === undefined) throw new Error("There is no third field.");
    const kept = { ...last, header: { ...last.header, stagePositionUm: { x: 100 + off.x, y: 50 + off.y } } };
    expect(keptFieldInView(part, { [kept.fieldId]: kept })).toBe(kept);
  });
});

describe("one step", () => {
  it("is a quarter of the picture, or one counting frame so that fields tile", () => {
    expect(fieldWays(here)?.acrossUm.x).toBeCloseTo(640 * 0.0733, 6);
    expect(fieldStepUm(here, "left", "quarter")?.x).toBeCloseTo((-640 * 0.0733) / 4, 6);
    expect(fieldStepUm(here, "down", "full")?.x).toBe(0);
    expect(fieldStepUm(here, "down", "full")?.y).toBeCloseTo(480 * 0.0733 - 8, 9);
    const { session: _none, ...free } = here;
    expect(fieldStepUm(free, "right", "full")?.x).toBeCloseTo(640 * 0.0733, 6);
  });

  it("goes the way that the picture shows, however the camera is turned", () => {
    // A quarter turn, mirrored: right in the picture is -y on the stage, down is -x.
    const turned = { ...here, stageUmFromPx: [0, -0.0733, -0.0733, 0] as [number, number, number, number] };
    expect(fieldStepUm(turned, "right", "quarter")?.x).toBeCloseTo(0, 9);
    expect(fieldStepUm(turned, "right", "quarter")?.y).toBeCloseTo((-640 * 0.0733) / 4, 9);
    expect(fieldStepUm(turned, "up", "full")?.x).toBeCloseTo(480 * 0.0733 - 8, 9);
    expect(fieldStepUm(turned, "up", "full")?.y).toBeCloseTo(0, 9);
    expect(fieldWays(turned)?.downUm.x).toBeCloseTo(-480 * 0.0733, 9);
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
