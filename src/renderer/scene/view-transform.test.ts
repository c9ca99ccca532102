import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitView, imageFromScreen, MAX_ZOOM, oneToOneView, panBy, resizeView, screenFromImage, snapped, visibleImageRect, zoomAt } from "./view-transform.ts";

const image = { width: 1280, height: 960 };
const screen = { width: 1000, height: 700 };
const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true });
const view = fc.record({ zoom: fc.double({ min: 0.1, max: 32, noNaN: true }), offsetX: coordinate, offsetY: coordinate });
const point = fc.record({ x: coordinate, y: coordinate });

describe("screen and image", () => {
  it("undo each other", () => {
    fc.assert(
      fc.property(view, point, (v, p) => {
        const back = imageFromScreen(v, screenFromImage(v, p));
        expect(back.x).toBeCloseTo(p.x, 6);
        expect(back.y).toBeCloseTo(p.y, 6);
      }),
    );
  });

  it("fit shows the whole picture, centred, and touches two edges", () => {
    const fitted = fitView(image, screen);
    expect(fitted.zoom).toBeCloseTo(700 / 960);
    expect(screenFromImage(fitted, { x: 640, y: 480 }).x).toBeCloseTo(500, 0);
    expect(screenFromImage(fitted, { x: 0, y: 0 }).y).toBe(0);
    expect(screenFromImage(fitted, { x: 1280, y: 960 }).y).toBeCloseTo(700);
  });

  it("fit of a single pixel stops at the largest zoom", () => {
    expect(fitView({ width: 1, height: 1 }, screen).zoom).toBe(MAX_ZOOM);
    expect(fitView(image, { width: 0, height: 0 }).zoom).toBe(1);
  });
});

describe("zoom", () => {
  it("keeps the place under the cursor, unless the picture would leave the screen", () => {
    const start = fitView(image, screen);
    const at = { x: 700, y: 100 };
    const before = imageFromScreen(start, at);
    const after = imageFromScreen(zoomAt(start, 3, at, image, screen), at);
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
  });

  it("in and out again comes back", () => {
    const start = fitView(image, screen);
    const at = { x: 300, y: 300 };
    const back = zoomAt(zoomAt(start, 2, at, image, screen), 0.5, at, image, screen);
    expect(back.zoom).toBeCloseTo(start.zoom);
    expect(back.offsetX).toBeCloseTo(start.offsetX);
  });

  it("stays within its limits and always leaves some picture in sight", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ min: 0.05, max: 20, noNaN: true }), point), { maxLength: 20 }), (steps) => {
        let now = fitView(image, screen);
        for (const [factor, p] of steps) {
          now = panBy(zoomAt(now, factor, { x: Math.abs(p.x) % 1000, y: Math.abs(p.y) % 700 }, image, screen), p.x, p.y, image, screen);
        }
        expect(now.zoom).toBeLessThanOrEqual(MAX_ZOOM);
        expect(now.zoom).toBeGreaterThan(0.1);
        const seen = visibleImageRect(now, screen);
        expect(seen.x).toBeLessThan(image.width);
        expect(seen.x + seen.width).toBeGreaterThan(0);
        expect(seen.y).toBeLessThan(image.height);
        expect(seen.y + seen.height).toBeGreaterThan(0);
      }),
    );
  });
});

describe("one-to-one and resizing", () => {
  it("puts each image pixel on one screen pixel and keeps the middle", () => {
    const start = zoomAt(fitView(image, screen), 4, { x: 900, y: 600 }, image, screen);
    const middle = imageFromScreen(start, { x: 500, y: 350 });
    const one = oneToOneView(start, image, screen);
    expect(one.zoom).toBe(1);
    expect(Number.isInteger(one.offsetX) && Number.isInteger(one.offsetY)).toBe(true);
    expect(Math.abs(imageFromScreen(one, { x: 500, y: 350 }).x - middle.x)).toBeLessThanOrEqual(0.5);
  });

  it("keeps the middle when the window grows", () => {
    const start = zoomAt(fitView(image, screen), 4, { x: 500, y: 350 }, image, screen);
    const larger = { width: 1600, height: 900 };
    const after = resizeView(start, screen, larger, image);
    expect(imageFromScreen(after, { x: 800, y: 450 }).x).toBeCloseTo(imageFromScreen(start, { x: 500, y: 350 }).x, 0);
    expect(after.zoom).toBe(start.zoom);
  });

  it("is drawn on whole pixels", () => {
    expect(snapped({ zoom: 1.5, offsetX: 3.4, offsetY: -7.6 })).toEqual({ zoom: 1.5, offsetX: 3, offsetY: -8 });
  });
});
