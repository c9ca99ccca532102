import { beforeAll, describe, expect, it } from "vitest";
import type { CameraSettings } from "../../../../shared/domain/devices.ts";
import { frameBytes } from "../../../../shared/domain/pixel-layout.ts";
import { type CameraTurn, turnMatrix } from "../optics/camera-turn.ts";
import { blurSigmaUm, opticsOf, pixelSizeUm, SENSOR_HEIGHT, SENSOR_WIDTH, VIRTUAL_OBJECTIVES } from "../optics/optics.ts";
import { createSpecimen } from "../specimen/specimen.ts";
import { defaultSettings } from "./first-exposure.ts";
import { frameSize } from "./exposure.ts";
import type { Exposure } from "./exposure.ts";
import { FrameRenderer } from "./frame-renderer.ts";
import { FULL_WELL_E } from "./noise.ts";

const SEED = 7;
const specimen = createSpecimen("blood-smear", SEED);
const objective = VIRTUAL_OBJECTIVES.find(({ id }) => id === "40x");
const pixelUm = objective === undefined ? 0 : pixelSizeUm(objective, 1);
let renderer: FrameRenderer;
let frames = 0;

beforeAll(() => {
  renderer = new FrameRenderer(specimen, opticsOf(SEED));
});

function shoot(settings: Partial<CameraSettings>, world: Partial<Exposure> = {}): Uint8Array | Uint16Array {
  const all = { ...defaultSettings("blood-smear"), ...settings };
  const { width, height } = frameSize(all);
  const bytes = new Uint8Array(frameBytes(all.pixelFormat, width, height));
  frames += 1;
  renderer.render({ axisUm: { x: 0, y: 0 }, focusUm: 0, objective, lightPercent: 50, noiseSeed: frames, ...world, settings: all }, bytes);
  return all.pixelFormat.endsWith("12") ? new Uint16Array(bytes.buffer) : bytes;
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i += 1) {
    const da = (a[i] ?? 0) - meanA;
    const db = (b[i] ?? 0) - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

function crop(values: ArrayLike<number>, stride: number, x0: number, y0: number, width: number, height: number): number[] {
  const out: number[] = [];
  for (let y = y0; y < y0 + height; y += 1) for (let x = x0; x < x0 + width; x += 1) out.push(values[y * stride + x] ?? 0);
  return out;
}

describe("the virtual sensor", () => {
  it("shows the same slide when the camera is turned or mirrored, the other way round", () => {
    const side = 640;
    const settings = { pixelFormat: "RGB8", roi: { offsetX: (SENSOR_WIDTH - side) / 2, offsetY: (SENSOR_HEIGHT - side) / 2, width: side, height: side } } as const;
    const green = (pixels: ArrayLike<number>): number[] => Array.from({ length: side * side }, (_, i) => pixels[3 * i + 1] ?? 0);
    const inLine = green(shoot(settings));
    // Where in the picture of the camera in line lies what the turned one shows at (x, y)?
    const places: ReadonlyArray<readonly [CameraTurn, (x: number, y: number) => readonly [number, number]]> = [
      [{ degrees: 90 }, (x, y) => [side - 1 - y, x]],
      [{ degrees: 180 }, (x, y) => [side - 1 - x, side - 1 - y]],
      [{ degrees: 0, isMirrored: true }, (x, y) => [side - 1 - x, y]],
      [{ degrees: 90, isMirrored: true }, (x, y) => [side - 1 - y, side - 1 - x]],
    ];
    for (const [turn, place] of places) {
      const turned = green(shoot(settings, { turn: turnMatrix(turn) }));
      const expected = turned.map((_, i) => {
        const [x, y] = place(i % side, Math.floor(i / side));
        return inLine[y * side + x] ?? 0;
      });
      expect(correlation(turned, expected), JSON.stringify(turn)).toBeGreaterThan(0.97);
    }
    expect(correlation(green(shoot(settings, { turn: turnMatrix({ degrees: 5 }) })), inLine)).toBeLessThan(0.8);
  });

  it("is well exposed by default: background near 220 of 255, nothing clipped", () => {
    const sorted = Array.from(shoot({})).sort((a, b) => a - b);
    const background = sorted[Math.floor(0.85 * sorted.length)] ?? 0;
    expect(background).toBeGreaterThan(205);
    expect(background).toBeLessThan(232);
    expect(sorted[sorted.length - 1]).toBeLessThan(255);
  });

  it("shows the truth: cells take light inside their outlines, the glass between them is clear", () => {
    const green = shoot({ pixelFormat: "RGB8" });
    const at = (xUm: number, yUm: number): number => {
      const x = Math.round(xUm / pixelUm + SENSOR_WIDTH / 2);
      const y = Math.round(yUm / pixelUm + SENSOR_HEIGHT / 2);
      return green[(y * SENSOR_WIDTH + x) * 3 + 1] ?? 0;
    };
    const view = { x: -50, y: -38, width: 100, height: 76 };
    const objects = specimen.objectsIn(view);
    const counted = objects.filter((o) => o.class !== "debris" && o.visibleFraction === 1);
    expect(counted.length).toBeGreaterThan(50);
    for (const object of counted) {
      // Half way from the rim to the centre every kind of cell is stained.
      const ring = object.outlineUm.map((p) => at(p.x + 0.2 * (object.centreUm.x - p.x), p.y + 0.2 * (object.centreUm.y - p.y)));
      expect(mean(ring), `${object.class} ${object.id}`).toBeLessThan(200);
    }
    const glass: number[] = [];
    for (let y = view.y; y < view.y + view.height; y += 1) {
      for (let x = view.x; x < view.x + view.width; x += 1) {
        if (objects.every((o) => Math.hypot(o.centreUm.x - x, o.centreUm.y - y) > 0.8 + Math.max(o.boundsUm.width, o.boundsUm.height) * 0.75)) glass.push(at(x, y));
      }
    }
    expect(glass.length).toBeGreaterThan(100);
    expect(mean(glass)).toBeGreaterThan(208);
  });

  it("follows photon transfer: variance grows with signal by the conversion gain, over read noise", () => {
    const gainDb = 12;
    const dnPerElectron = (4095 * 10 ** (gainDb / 20)) / FULL_WELL_E;
    const roi = { offsetX: 320, offsetY: 240, width: 640, height: 480 };
    const points = [1, 3, 6, 10].map((lightPercent) => {
      const settings = { pixelFormat: "Mono12" as const, gainDb, blackLevelDn: 100, roi };
      const a = shoot(settings, { lightPercent });
      const b = shoot(settings, { lightPercent });
      // Two frames of one scene: their difference holds the noise only, twice.
      const difference = Array.from(a, (value, i) => value - (b[i] ?? 0));
      const offset = mean(difference);
      return { signal: mean(a) - 100, variance: mean(difference.map((d) => (d - offset) ** 2)) / 2 };
    });
    const first = points[0];
    const last = points[points.length - 1];
    if (first === undefined || last === undefined) throw new Error("no points");
    const slope = (last.variance - first.variance) / (last.signal - first.signal);
    expect(slope / dnPerElectron).toBeGreaterThan(0.95);
    expect(slope / dnPerElectron).toBeLessThan(1.05);
    for (const { signal, variance } of points) {
      const onLine = first.variance + slope * (signal - first.signal);
      expect(Math.abs(variance / onLine - 1)).toBeLessThan(0.05);
    }
  });

  it("scales with exposure and light, and clips at full scale", () => {
    const dim = mean(shoot({ exposureMs: 1, blackLevelDn: 0, pixelFormat: "Mono12" }));
    expect(mean(shoot({ exposureMs: 2, blackLevelDn: 0, pixelFormat: "Mono12" })) / dim).toBeCloseTo(2, 1);
    expect(mean(shoot({ exposureMs: 1, blackLevelDn: 0, pixelFormat: "Mono12" }, { lightPercent: 100 })) / dim).toBeCloseTo(2, 1);
    expect(new Set(shoot({ exposureMs: 900 }))).toEqual(new Set([255]));
    expect(new Set(shoot({ exposureMs: 900, pixelFormat: "Mono12" }))).toEqual(new Set([4095]));
  });

  it("sees black level and read noise with the light off or no lens in place", () => {
    for (const dark of [shoot({ blackLevelDn: 20 }, { lightPercent: 0 }), shoot({ blackLevelDn: 20 }, { objective: undefined })]) {
      expect(mean(dark)).toBeCloseTo(20, 0);
      expect(Math.max(...dark.subarray(0, 5000))).toBeLessThan(25);
    }
  });

  it("shows in a region of interest what the whole frame shows there", () => {
    const whole = shoot({});
    const roi = { offsetX: 200, offsetY: 104, width: 320, height: 240 };
    const part = shoot({ roi });
    expect(part.length).toBe(320 * 240);
    expect(correlation(part, crop(whole, SENSOR_WIDTH, 200, 104, 320, 240))).toBeGreaterThan(0.97);
  });

  it("bins: the same view in fewer pixels, with less noise", () => {
    const whole = shoot({ pixelFormat: "Mono8" });
    const binned = shoot({ pixelFormat: "Mono8", binning: 2 });
    expect(binned.length).toBe(640 * 480);
    const averaged = Array.from(binned, (_, i) => {
      const at = 2 * Math.floor(i / 640) * SENSOR_WIDTH + 2 * (i % 640);
      return ((whole[at] ?? 0) + (whole[at + 1] ?? 0) + (whole[at + SENSOR_WIDTH] ?? 0) + (whole[at + SENSOR_WIDTH + 1] ?? 0)) / 4;
    });
    expect(correlation(binned, averaged)).toBeGreaterThan(0.98);
    expect(mean(binned) / mean(whole)).toBeCloseTo(1, 2);
  });

  it("puts red at the even, blue at the odd crossings of a Bayer frame", () => {
    const rgb = shoot({ pixelFormat: "RGB8" });
    const bayer = shoot({});
    const difference = (channel: number, dx: number, dy: number): number => {
      const differences: number[] = [];
      for (let y = dy; y < SENSOR_HEIGHT; y += 16) {
        for (let x = dx; x < SENSOR_WIDTH; x += 16) differences.push(Math.abs((bayer[y * SENSOR_WIDTH + x] ?? 0) - (rgb[(y * SENSOR_WIDTH + x) * 3 + channel] ?? 0)));
      }
      return mean(differences);
    };
    expect(difference(0, 0, 0)).toBeLessThan(5);
    expect(difference(1, 1, 0)).toBeLessThan(5);
    expect(difference(1, 0, 1)).toBeLessThan(5);
    expect(difference(2, 1, 1)).toBeLessThan(5);
    expect(difference(2, 0, 0)).toBeGreaterThan(8);
  });

  it("blurs more the farther it is out of focus, on either side alike", () => {
    const sharpness = (focusUm: number): number => {
      const roi = { offsetX: 320, offsetY: 240, width: 640, height: 480 };
      const image = shoot({ pixelFormat: "Mono8", roi }, { focusUm });
      let sum = 0;
      for (let i = 4; i < image.length; i += 1) sum += ((image[i] ?? 0) - (image[i - 4] ?? 0)) ** 2;
      return sum / image.length;
    };
    const scores = [0, 0.8, 1.6, 3.2, 6.4, 12.8].map(sharpness);
    for (let i = 1; i < scores.length; i += 1) expect(scores[i]).toBeLessThan(scores[i - 1] ?? 0);
    expect(sharpness(-1.6) / (scores[2] ?? 1)).toBeCloseTo(1, 0);
  });

  it("gives the same frame for the same exposure and noise seed", () => {
    const again = { noiseSeed: 5 };
    const first = Buffer.from(shoot({}, again));
    expect(first.equals(Buffer.from(shoot({}, again)))).toBe(true);
    expect(first.equals(Buffer.from(shoot({}, { noiseSeed: 6 })))).toBe(false);
  });

  it("refuses a buffer of the wrong size", () => {
    const exposure = { axisUm: { x: 0, y: 0 }, focusUm: 0, objective, lightPercent: 50, noiseSeed: 1, settings: defaultSettings("blood-smear") };
    expect(() => renderer.render(exposure, new Uint8Array(10))).toThrow(RangeError);
  });
});

describe("the blur of a lens", () => {
  it("is the diffraction spot in focus and grows with distance and aperture", () => {
    const [low, , , oil] = VIRTUAL_OBJECTIVES;
    if (low === undefined || oil === undefined || objective === undefined) throw new Error("no lens");
    // 0.21 * 0.55 um / 0.75
    expect(blurSigmaUm(objective, 0)).toBeCloseTo(0.154, 4);
    expect(blurSigmaUm(objective, 10)).toBeCloseTo(Math.hypot(0.154, 3.75), 4);
    expect(blurSigmaUm(oil, 5)).toBeGreaterThan(blurSigmaUm(low, 5));
  });
});
