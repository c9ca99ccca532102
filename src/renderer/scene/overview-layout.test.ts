import { describe, expect, it } from "vitest";
import { boundsOf, fieldAt, fitMap, mapFromStage, panMap, rectOfLimits, stageFromMap, zoomMap } from "./overview-layout.ts";

const screen = { width: 200, height: 150 };
const fields = [
  { fieldId: "a", outlineUm: [{ x: 0, y: 0 }, { x: 600, y: 0 }, { x: 600, y: 450 }, { x: 0, y: 450 }] },
  // As a camera turned by a quarter and mirrored gives it.
  { fieldId: "b", outlineUm: [{ x: 1100, y: 450 }, { x: 1100, y: 0 }, { x: 500, y: 0 }, { x: 500, y: 450 }] },
];

describe("the map of the slide", () => {
  it("shows all fields with a margin, to one scale", () => {
    const bounds = boundsOf(fields.map((field) => field.outlineUm));
    expect(bounds).toEqual({ x: 0, y: 0, width: 1100, height: 450 });
    if (bounds === undefined) return;
    const map = fitMap(bounds, screen);
    const topLeft = mapFromStage(map, { x: 0, y: 0 });
    const bottomRight = mapFromStage(map, { x: 1100, y: 450 });
    expect(topLeft.x).toBeGreaterThan(10);
    expect(bottomRight.x).toBeLessThan(190);
    expect(topLeft.x + bottomRight.x).toBeCloseTo(200);
    expect(topLeft.y + bottomRight.y).toBeCloseTo(150);
  });

  it("does not blow one field up to the whole map", () => {
    const map = fitMap({ x: 0, y: 0, width: 10, height: 10 }, screen);
    expect(10 * map.pxPerUm).toBeLessThan(20);
  });

  it("a click gives the place on the stage and the newest field there", () => {
    const map = zoomMap(panMap(fitMap({ x: 0, y: 0, width: 1100, height: 450 }, screen), 13, -7), 1.7, { x: 40, y: 90 });
    const stageUm = stageFromMap(map, mapFromStage(map, { x: 550, y: 100 }));
    expect(stageUm.x).toBeCloseTo(550);
    expect(fieldAt(fields, stageUm)?.fieldId).toBe("b");
    expect(fieldAt(fields, { x: 20, y: 20 })?.fieldId).toBe("a");
    expect(fieldAt(fields, { x: -1, y: 20 })).toBeUndefined();
  });

  it("knows a field of a turned camera by its outline, not by the rectangle around it", () => {
    const turned = [{ fieldId: "t", outlineUm: [{ x: 100, y: 0 }, { x: 200, y: 100 }, { x: 100, y: 200 }, { x: 0, y: 100 }] }];
    expect(boundsOf(turned.map((field) => field.outlineUm))).toEqual({ x: 0, y: 0, width: 200, height: 200 });
    expect(fieldAt(turned, { x: 100, y: 100 })?.fieldId).toBe("t");
    expect(fieldAt(turned, { x: 20, y: 20 })).toBeUndefined();
  });

  it("zooms about the cursor", () => {
    const map = fitMap(rectOfLimits({ x: { min: -1000, max: 1000 }, y: { min: 0, max: 500 } }), screen);
    const at = { x: 30, y: 20 };
    const after = stageFromMap(zoomMap(map, 3, at), at);
    expect(after.x).toBeCloseTo(stageFromMap(map, at).x);
    expect(after.y).toBeCloseTo(stageFromMap(map, at).y);
    expect(boundsOf([])).toBeUndefined();
  });
});
