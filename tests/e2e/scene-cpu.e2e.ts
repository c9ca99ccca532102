import { expect, test } from "@playwright/test";
import { openSceneWindow, type SceneWindow } from "./scene/launch.ts";

/* The picture as the processor paints it, where there is no graphics card. What WebGL paints is in scene.e2e.ts. */

let opened: SceneWindow | undefined;
let scene: SceneWindow;
test.beforeAll(async () => {
  scene = await openSceneWindow();
  opened = scene;
});
test.afterAll(async () => {
  if (opened === undefined) return;
  await opened.close();
  expect(scene.errors.filter((text) => /Uncaught|TypeError/u.test(text))).toEqual([]);
});

test("without a graphics card the processor paints, unasked", async () => {
  const kinds = await scene.page.evaluate(() =>
    (["auto", "webgl"] as const).map((painter) => {
      const { canvas, view } = window.harness.makeView(64, 48, painter);
      const kind = canvas.getContext("webgl2") === null ? "2d" : "webgl2";
      view.dispose();
      return kind;
    }),
  );
  expect(kinds).toEqual(["2d", "webgl2"]);
});

test("mono bytes come out as they went in at one-to-one, on a neutral surround", async () => {
  const result = await scene.page.evaluate(() => {
    const { makeView, mono } = window.harness;
    const dnAt = (x: number, y: number): number => (x * 7 + y * 13) % 256;
    const { view } = makeView(257, 193, "cpu");
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
    return { wrong, surround: [...rgba.subarray(0, 4)] };
  });
  expect(result.wrong).toBe(0);
  expect(result.surround).toEqual([24, 24, 24, 255]);
});

test("RGB bytes come out as they went in, and each pixel is a square from 4:1 on, also where the view was panned", async () => {
  const wrong = await scene.page.evaluate(() => {
    const { makeView, rgb } = window.harness;
    const colorAt = (x: number, y: number): [number, number, number] => [(x * 40) % 256, (y * 30) % 256, (x * y) % 256];
    const { view } = makeView(320, 240, "cpu");
    view.setScaleBar(false);
    const different = [0, 88].map((panned) => {
      view.setFrame(rgb(1, 20, 15, colorAt));
      view.panBy(-panned, 0);
      const { width, rgba } = view.readPixels();
      let sum = 0;
      for (let y = 0; y < 240; y++) {
        for (let x = 0; x < 320 - panned; x++) {
          const expected = colorAt(Math.floor((x + panned) / 16), Math.floor(y / 16));
          expected.forEach((dn, channel) => (sum += rgba[(y * width + x) * 4 + channel] === dn ? 0 : 1));
        }
      }
      return sum;
    });
    view.dispose();
    return different;
  });
  expect(wrong).toEqual([0, 0]);
});

test("contrast maps min, max and gamma as said, on the frame that is already shown", async () => {
  const rows = await scene.page.evaluate(() => {
    const { makeView, mono } = window.harness;
    const { view } = makeView(256, 64, "cpu");
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
      const { view } = makeView(200, 150, "cpu");
      view.setScaleBar(false);
      view.setFrame(bayer(1, 320, 240, pattern, () => color));
      const differences = ["fit", "1:1", "3:1", "8:1"].map((scale) => {
        view.fit();
        if (scale !== "fit") view.oneToOne();
        if (scale === "3:1") view.zoomBy(3, { x: 100, y: 75 });
        if (scale === "8:1") view.zoomBy(8, { x: 100, y: 75 });
        const { rgba } = view.readPixels();
        return rgba.reduce((most, dn, i) => (i % 4 === 3 ? most : Math.max(most, Math.abs(dn - (color[i % 4] ?? 0)))), 0);
      });
      view.dispose();
      return differences;
    }, cfa);
    expect(Math.max(...worst)).toBeLessThanOrEqual(1);
  });
}

test("the two painters show the same picture in the same place, at every scale", async () => {
  const means = await scene.page.evaluate(() => {
    const { makeView, bayer } = window.harness;
    const colorAt = (x: number, y: number): [number, number, number] => [128 + 100 * Math.sin(x / 9), 128 + 100 * Math.cos(y / 7), (x + y) % 200];
    const drawn = (painter: "webgl" | "cpu"): Uint8Array[] => {
      const { view } = makeView(240, 180, painter);
      view.setScaleBar(false);
      view.setFrame(bayer(1, 320, 240, "GRBG", colorAt));
      const shown = [0.75, 1, 2.5, 6].map((zoom) => {
        view.oneToOne();
        view.zoomBy(zoom, { x: 120, y: 90 });
        return view.readPixels().rgba;
      });
      view.dispose();
      return shown;
    };
    const byCard = drawn("webgl");
    return drawn("cpu").map((rgba, at) => rgba.reduce((sum, dn, i) => sum + Math.abs(dn - (byCard[at]?.[i] ?? 0)), 0) / rgba.length);
  });
  means.forEach((mean) => expect(mean).toBeLessThan(3));
});

test("marking saturation changes nothing where nothing is saturated, not even at edges between two screen pixels", async () => {
  const different = await scene.page.evaluate(() => {
    const { makeView, bayer } = window.harness;
    const { view } = makeView(301, 203, "cpu");
    view.setScaleBar(false);
    view.setFrame(bayer(1, 320, 240, "RGGB", (x, y) => [x % 200, y % 200, 90]));
    const most = [1, 0.61, 2.3].map((zoom) => {
      view.fit();
      view.zoomBy(zoom, { x: 7, y: 5 });
      view.setSaturationShown(false);
      const plain = view.readPixels().rgba;
      view.setSaturationShown(true);
      return view.readPixels().rgba.reduce((worst, dn, i) => Math.max(worst, Math.abs(dn - (plain[i] ?? 0))), 0);
    });
    view.dispose();
    return most;
  });
  expect(Math.max(...different)).toBeLessThanOrEqual(1);
});

test("saturated pixels are striped, and the picture goes when it is taken away", async () => {
  const result = await scene.page.evaluate(() => {
    const { makeView, mono } = window.harness;
    const { view } = makeView(400, 300, "cpu");
    view.setScaleBar(false);
    view.setFrame(mono(1, 400, 300, (x) => (x < 200 ? 255 : 100)));
    view.setSaturationShown(true);
    const { rgba } = view.readPixels();
    const colors = (fromX: number): string[] => [...new Set(Array.from({ length: 50 }, (_, i) => [...rgba.subarray((150 * 400 + fromX + i) * 4, (150 * 400 + fromX + i) * 4 + 3)].join()))].toSorted();
    const striped = { saturated: colors(50), other: colors(250) };
    view.clearFrame();
    const empty = view.readPixels().rgba.every((dn, i) => i % 4 === 3 || dn === 24);
    view.dispose();
    return { striped, empty };
  });
  expect(result.striped).toEqual({ saturated: ["0,0,0", "255,0,204"], other: ["100,100,100"] });
  expect(result.empty).toBe(true);
});
