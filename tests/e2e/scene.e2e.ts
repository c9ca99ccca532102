import { expect, test } from "@playwright/test";
import { openSceneWindow, type SceneWindow } from "./scene/launch.ts";
import { evaluateHeld } from "../support/held.ts";

let opened: SceneWindow | undefined;
let scene: SceneWindow;
test.beforeAll(async () => {
  scene = await openSceneWindow();
  opened = scene;
});
test.afterAll(async () => {
  if (opened === undefined) return;
  await opened.close();
  // A software rasteriser warns of itself; a shader that does not compile or a use of WebGL that is wrong must not pass.
  const faults = scene.errors.filter((text) => /shader|program|INVALID_|uniform|Uncaught|TypeError/u.test(text));
  expect(faults).toEqual([]);
});

test("mono bytes come out as they went in at one-to-one, on a neutral surround", async () => {
  const result = await scene.page.evaluate(() => {
    const { makeView, mono } = window.harness;
    const dnAt = (x: number, y: number): number => (x * 7 + y * 13) % 256;
    const { view } = makeView(257, 193);
    view.setScaleBar(false);
    view.setFrame(mono(1, 200, 150, dnAt));
    view.oneToOne();
    const { width, rgba } = view.readPixels();
    const corner = view.screenFromImage({ x: 0, y: 0 });
    let wrong = 0;
    for (let y = 0; y < 150; y++) {
      for (let x = 0; x < 200; x++) {
        const at = ((y + (corner?.y ?? 0)) * width + x + (corner?.x ?? 0)) * 4;
        for (const channel of [0, 1, 2]) if (rgba[at + channel] !== dnAt(x, y)) wrong += 1;
      }
    }
    view.dispose();
    return { wrong, surround: [...rgba.subarray(0, 4)], corner };
  });
  expect(result.wrong).toBe(0);
  expect(result.surround).toEqual([24, 24, 24, 255]);
  expect(Number.isInteger(result.corner?.x)).toBe(true);
});

test("RGB bytes come out as they went in, and each pixel is a square from 4:1 on", async () => {
  const wrong = await scene.page.evaluate(() => {
    const { makeView, rgb } = window.harness;
    const colorAt = (x: number, y: number): [number, number, number] => [(x * 40) % 256, (y * 30) % 256, (x * y) % 256];
    const { view } = makeView(320, 240);
    view.setScaleBar(false);
    view.setFrame(rgb(1, 20, 15, colorAt));
    view.fit();
    const { width, rgba } = view.readPixels();
    let different = 0;
    for (let y = 0; y < 240; y++) {
      for (let x = 0; x < 320; x++) {
        const expected = colorAt(Math.floor(x / 16), Math.floor(y / 16));
        expected.forEach((dn, channel) => (different += rgba[(y * width + x) * 4 + channel] === dn ? 0 : 1));
      }
    }
    view.dispose();
    return different;
  });
  expect(wrong).toBe(0);
});

test("contrast maps min, max and gamma as said", async () => {
  const rows = await scene.page.evaluate(() => {
    const { makeView, mono } = window.harness;
    const { view } = makeView(256, 64);
    view.setScaleBar(false);
    view.setFrame(mono(1, 256, 64, (x) => x));
    view.oneToOne();
    const row = (): number[] => {
      const { rgba } = view.readPixels();
      return Array.from({ length: 256 }, (_, x) => rgba[(32 * 256 + x) * 4] ?? -1);
    };
    view.setContrast({ minDn: 50, maxDn: 200, gamma: 1 });
    const straight = row();
    view.setContrast({ minDn: 0, maxDn: 255, gamma: 0.5 });
    const lifted = row();
    view.dispose();
    return { straight, lifted };
  });
  rows.straight.forEach((shown, dn) => expect(Math.abs(shown - 255 * Math.min(1, Math.max(0, (dn - 50) / 150)))).toBeLessThanOrEqual(1));
  rows.lifted.forEach((shown, dn) => expect(Math.abs(shown - 255 * Math.sqrt(dn / 255))).toBeLessThanOrEqual(1));
});

for (const cfa of ["RGGB", "GRBG", "GBRG", "BGGR"] as const) {
  test(`a ${cfa} mosaic of one colour is that colour at every scale`, async () => {
    const worst = await scene.page.evaluate((pattern) => {
      const { makeView, bayer } = window.harness;
      const color = [200, 120, 40] as const;
      const { view } = makeView(200, 150);
      view.setScaleBar(false);
      view.setFrame(bayer(1, 320, 240, pattern, () => color));
      const differences: number[] = [];
      for (const scale of ["fit", "1:1", "3:1", "8:1"]) {
        view.fit();
        if (scale !== "fit") view.oneToOne();
        if (scale === "3:1") view.zoomBy(3, { x: 100, y: 75 });
        if (scale === "8:1") view.zoomBy(8, { x: 100, y: 75 });
        const { rgba } = view.readPixels();
        let difference = 0;
        for (let i = 0; i < rgba.length; i++) if (i % 4 !== 3) difference = Math.max(difference, Math.abs((rgba[i] ?? 0) - (color[i % 4] ?? 0)));
        differences.push(difference);
      }
      view.dispose();
      return differences;
    }, cfa);
    expect(Math.max(...worst)).toBeLessThanOrEqual(1);
  });
}

test("a demosaiced coloured ramp keeps its place and colours", async () => {
  const worst = await scene.page.evaluate(() => {
    const { makeView, bayer } = window.harness;
    const colorAt = (x: number, y: number): [number, number, number] => [x, y, 255 - x];
    const { view } = makeView(256, 256);
    view.setScaleBar(false);
    view.setFrame(bayer(1, 256, 256, "GRBG", colorAt));
    // 1:1 from the planes, then demosaiced and drawn at 2:1 (every picture pixel four screen pixels).
    view.oneToOne();
    const planes = view.readPixels().rgba;
    view.zoomBy(2, { x: 0, y: 0 });
    const demosaiced = view.readPixels().rgba;
    let worstPlanes = 0;
    let worstDemosaiced = 0;
    for (let y = 8; y < 248; y++) {
      for (let x = 8; x < 248; x++) {
        const at = (y * 256 + x) * 4;
        const half = [(x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5, 255 - ((x + 0.5) / 2 - 0.5)];
        colorAt(x, y).forEach((dn, channel) => (worstPlanes = Math.max(worstPlanes, Math.abs((planes[at + channel] ?? 0) - dn))));
        half.forEach((dn, channel) => (worstDemosaiced = Math.max(worstDemosaiced, Math.abs((demosaiced[at + channel] ?? 0) - dn))));
      }
    }
    view.dispose();
    return { worstPlanes, worstDemosaiced };
  });
  expect(worst.worstPlanes).toBeLessThanOrEqual(1);
  expect(worst.worstDemosaiced).toBeLessThanOrEqual(2);
});

test("a box lies on its pixels with a dark halo, and goes with the cells when the stage moves", async () => {
  const found = await scene.page.evaluate(() => {
    const { makeView, mono, header, item, overlay } = window.harness;
    const { view } = makeView(200, 150);
    view.setScaleBar(false);
    view.setOverlayStyle({ visibleClasses: new Set(["red-cell"]), opacity: 1, lineWidthPx: 2, showLetters: false, boxesOrContours: "boxes" });
    const draw = (stageX: number): number[][] => {
      view.setFrame(mono(2, 200, 150, () => 180, { stagePositionUm: { x: stageX, y: 0 } }));
      view.oneToOne();
      const { width, rgba } = view.readPixels();
      // A row through the box's left edge, eight pixels about x = 60 less the shift.
      const edge = 60 - stageX / 0.5;
      return Array.from({ length: 8 }, (_, i) => [...rgba.subarray((60 * width + edge - 4 + i) * 4, (60 * width + edge - 4 + i) * 4 + 3)]);
    };
    view.setOverlay(overlay(header(1, 200, 150), [item("a", 60, 40, 50, 40)]));
    const inPlace = draw(0);
    const moved = draw(10);
    view.setFrame(mono(3, 200, 150, () => 180, { objectiveId: "10x" }));
    const otherLens = view.readPixels().rgba.every((dn, i) => i % 4 === 3 || dn === 180);
    view.dispose();
    return { inPlace, moved, otherLens };
  });
  const picture = [180, 180, 180];
  const halo = expect.arrayContaining([50, 50, 50]) as unknown;
  const line = [255, 255, 51];
  expect(found.inPlace).toEqual([picture, picture, halo, line, line, halo, picture, picture]);
  expect(found.moved).toEqual(found.inPlace);
  expect(found.otherLens).toBe(true);
});

test("it draws once for a change, reports the newest frame, and then rests", async () => {
  const seen = await evaluateHeld(scene.page, async () => {
    const { makeView, mono, nextFrame } = window.harness;
    const { view } = makeView(200, 150);
    const drawn: number[] = [];
    view.onDidDraw((frameId, waitMs) => drawn.push(frameId, Math.sign(waitMs)));
    view.setFrame(mono(7, 200, 150, () => 10));
    view.setFrame(mono(8, 200, 150, () => 20));
    for (let i = 0; i < 4; i++) await nextFrame();
    const real = window.requestAnimationFrame.bind(window);
    let requested = 0;
    window.requestAnimationFrame = (callback) => {
      requested += 1;
      return real(callback);
    };
    await new Promise((done) => setTimeout(done, 100));
    window.requestAnimationFrame = real;
    view.dispose();
    return { drawn, requested };
  });
  expect(seen).toEqual({ drawn: [8, 1], requested: 0 });
});

test("the picture comes back after a lost graphics context, with its overlay", async () => {
  const result = await evaluateHeld(scene.page, async () => {
    const { makeView, bayer, header, item, overlay, nextFrame } = window.harness;
    const { canvas, view } = makeView(200, 150);
    view.setOverlayStyle({ visibleClasses: new Set(["red-cell"]), opacity: 1, lineWidthPx: 2, showLetters: true, boxesOrContours: "boxes" });
    view.setOverlay(overlay(header(1, 320, 240), [item("a", 60, 40, 50, 40, { corrected: true, rejected: true, selected: true })]));
    view.setFrame(bayer(1, 320, 240, "RGGB", (x, y) => [x % 256, y, 90]));
    view.zoomBy(3, { x: 50, y: 50 });
    const before = view.readPixels().rgba;
    const loss = canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context");
    const event = (name: string): Promise<unknown> => new Promise((done) => canvas.addEventListener(name, done, { once: true }));
    const lost = event("webglcontextlost");
    loss?.loseContext();
    await lost;
    // Frames keep coming meanwhile.
    view.setFrame(bayer(2, 320, 240, "RGGB", (x, y) => [x % 256, y, 90]));
    await nextFrame();
    const restored = event("webglcontextrestored");
    loss?.restoreContext();
    await restored;
    const drawn = new Promise<number>((done) => view.onDidDraw(done));
    const shown = await drawn;
    const after = view.readPixels().rgba;
    view.dispose();
    return { shown, different: after.reduce((sum, dn, i) => sum + (dn === before[i] ? 0 : 1), 0), some: new Set(before).size };
  });
  expect(result.shown).toBe(2);
  expect(result.some).toBeGreaterThan(50);
  expect(result.different).toBe(0);
});

test("saturated pixels are striped, marks are drawn, a click finds the smallest object and its place", async () => {
  const result = await scene.page.evaluate(() => {
    const { makeView, mono, header, item, overlay } = window.harness;
    const { view } = makeView(400, 300);
    view.setScaleBar(false);
    view.setFrame(mono(1, 400, 300, (x) => (x < 200 ? 255 : 100)));
    view.setSaturationShown(true);
    const { rgba } = view.readPixels();
    const colors = (fromX: number): number => new Set(Array.from({ length: 50 }, (_, i) => [...rgba.subarray((150 * 400 + fromX + i) * 4, (150 * 400 + fromX + i) * 4 + 3)].join())).size;
    const striped = { saturated: colors(50), other: colors(250) };
    view.setSaturationShown(false);
    const plain = view.readPixels().rgba;
    const changedBy = (change: () => void): number => {
      change();
      return view.readPixels().rgba.reduce((sum, dn, i) => sum + (dn === plain[i] ? 0 : 1), 0);
    };
    const changed = {
      scaleBar: changedBy(() => view.setScaleBar(true)),
      crosshair: changedBy(() => (view.setScaleBar(false), view.setCrosshair(true))),
      countingFrame: changedBy(() => (view.setCrosshair(false), view.setCountingFrame(10))),
      stale: changedBy(() => (view.setCountingFrame(undefined), view.setStale(true))),
      nothing: changedBy(() => view.setStale(false)),
    };
    view.setOverlayStyle({ visibleClasses: new Set(["red-cell"]), opacity: 1, lineWidthPx: 2, showLetters: false, boxesOrContours: "boxes" });
    view.setOverlay(overlay(header(1, 400, 300), [item("large", 100, 100, 100, 100), item("small", 140, 140, 20, 20), item("hidden", 145, 145, 5, 5, { classId: "platelet" })]));
    const picked = view.pick({ x: 150, y: 150 });
    const outside = view.pick({ x: 400.5, y: 10 });
    view.dispose();
    return { striped, changed, picked, outside: outside === undefined };
  });
  expect(result.striped).toEqual({ saturated: 2, other: 1 });
  expect(result.changed.scaleBar).toBeGreaterThan(500);
  expect(result.changed.crosshair).toBeGreaterThan(1000);
  expect(result.changed.countingFrame).toBeGreaterThan(1000);
  expect(result.changed.stale).toBeGreaterThan(5000);
  expect(result.changed.nothing).toBe(0);
  expect(result.picked?.item?.id).toBe("small");
  expect(result.picked?.stageUm).toEqual({ x: -25, y: 0 });
  expect(result.outside).toBe(true);
});
