import { describe, expect, it } from "vitest";
import { placeOverlay } from "./overlay-placement.ts";
import { headerOf } from "./testing/preview.ts";

const place = (x: number, y: number) => ({ stagePositionUm: { x, y }, pixelSizeUm: 0.5, objectiveId: "40x", width: 1280, height: 960 });

describe("an overlay on a later frame", () => {
  it("lies where it was on its own frame, even without a known place", () => {
    expect(placeOverlay(headerOf({ frameId: 4 }), headerOf({ frameId: 4 }))).toEqual({ scale: 1, dx: 0, dy: 0 });
  });

  it("goes with the cells when the stage moves", () => {
    // The stage shows what lies 10 um further right: every cell moves 20 px to the left.
    const moved = placeOverlay(headerOf({ frameId: 1, ...place(100, 50) }), headerOf({ frameId: 3, ...place(110, 45) }));
    expect(moved?.scale).toBeCloseTo(1);
    expect(moved?.dx).toBeCloseTo(-20);
    expect(moved?.dy).toBeCloseTo(10);
  });

  it("keeps to the cells when the camera bins or cuts its picture", () => {
    const binned = placeOverlay(headerOf({ frameId: 1, ...place(0, 0) }), headerOf({ frameId: 2, ...place(0, 0), width: 640, height: 480, pixelSizeUm: 1 }));
    expect(binned).toEqual({ scale: 0.5, dx: 0, dy: 0 });
    const cut = placeOverlay(headerOf({ frameId: 1, ...place(0, 0) }), headerOf({ frameId: 2, ...place(0, 0), width: 1080, height: 960 }));
    expect(cut).toEqual({ scale: 1, dx: -100, dy: 0 });
  });

  it("goes with the cells of a turned camera, and is not drawn on a picture that lies otherwise", () => {
    const turned = { stageUmFromPx: [0, -0.5, 0.5, 0] as [number, number, number, number] };
    // What lies 10 um further at +x is up in this picture, what lies at +y is right.
    const moved = placeOverlay(headerOf({ frameId: 1, ...place(100, 50), ...turned }), headerOf({ frameId: 3, ...place(110, 45), ...turned }));
    expect(moved?.scale).toBeCloseTo(1);
    expect(moved?.dx).toBeCloseTo(10);
    expect(moved?.dy).toBeCloseTo(20);
    expect(placeOverlay(headerOf({ frameId: 1, ...place(0, 0), ...turned }), headerOf({ frameId: 3, ...place(0, 0) }))).toBeUndefined();
    const [cos, sin] = [0.5 * Math.cos(0.3), 0.5 * Math.sin(0.3)];
    const bit = { stageUmFromPx: [cos, -sin, sin, cos] as [number, number, number, number] };
    const along = placeOverlay(headerOf({ frameId: 1, ...place(0, 0), ...bit }), headerOf({ frameId: 3, ...place(20 * cos, 20 * sin), ...bit }));
    expect(along?.dx).toBeCloseTo(-20);
    expect(along?.dy).toBeCloseTo(0);
  });

  it("is not drawn through another objective, nor on a picture of another size without a place", () => {
    expect(placeOverlay(headerOf({ frameId: 1, ...place(0, 0) }), headerOf({ frameId: 2, ...place(0, 0), objectiveId: "10x" }))).toBeUndefined();
    expect(placeOverlay(headerOf({ frameId: 1 }), headerOf({ frameId: 2, width: 10 }))).toBeUndefined();
  });

  it("stays put where nobody knows the place", () => {
    expect(placeOverlay(headerOf({ frameId: 1 }), headerOf({ frameId: 2 }))).toEqual({ scale: 1, dx: 0, dy: 0 });
  });
});
