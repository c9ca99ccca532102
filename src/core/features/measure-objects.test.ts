import { describe, expect, it } from "vitest";
import type { ColourPlanes } from "../rules/steps/channels.ts";
import { outlines } from "../kernels/reference/outlines.ts";
import { createFeatureTable } from "./feature-table.ts";
import { measureObjects } from "./measure-objects.ts";
import type { MeasurablePicture } from "./measure-objects.ts";
import { areaInPicture } from "./neighbour-features.ts";
import { OBJECT_FEATURES, columnOf } from "./object-feature-set.ts";
import type { ObjectFeatureName } from "./object-feature-set.ts";
import type { MeasurableObject } from "./object-mask.ts";
import fixture from "./object-features.fixture.json" with { type: "json" };

const { width, height, pixelSizeUm } = fixture;
const map = { width, height, labels: Int32Array.from(fixture.labels), count: fixture.expected.length };
const plane = (channel: number) => ({ width, height, data: Float32Array.from({ length: width * height }, (_, at) => fixture.rgb[3 * at + channel] ?? 0) });
const planes: ColourPlanes = [plane(0), plane(1), plane(2)];
const picture: MeasurablePicture = { planes, pixelSizeUm };
const boxOf = (contour: readonly number[]) => {
  const xs = contour.filter((_, i) => i % 2 === 0);
  const ys = contour.filter((_, i) => i % 2 === 1);
  return { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
};
const objects: MeasurableObject[] = outlines(map).map((outline) => ({ contour: [...outline], box: boxOf([...outline]) }));
const rows = measureObjects(picture, objects);
const valueOf = (all: Float64Array, index: number, name: ObjectFeatureName): number => all[index * OBJECT_FEATURES.length + columnOf(name)] ?? NaN;
const names = OBJECT_FEATURES.map(({ name }) => name);

/** 90 and -90 degrees are the same direction. */
function angleBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % 180;
  return Math.min(turn, 180 - turn);
}

/** Where the values are not the same to six digits: how far they may be apart, as a share of the expected one. */
const TOLERANCES: Partial<Record<ObjectFeatureName, number>> = {
  // A fan of 20,000 angles against calipers.
  feretMinUm: 1e-4,
  // Counted on an eighth of a pixel against strips.
  localDensityPerMm2: 2e-3,
};

describe("measured features beside scikit-image's", () => {
  it.each(fixture.expected.map((expected, index) => [index + 1, expected] as const))("agree for object %i", (label, expected) => {
    for (const [name, value] of Object.entries(expected)) {
      if (name.endsWith("OfScikitImage")) continue;
      const got = valueOf(rows, label - 1, name as ObjectFeatureName);
      // A circle has no direction.
      if (name === "orientationDeg" && expected.eccentricity < 0.2) continue;
      const apart = name === "orientationDeg" ? angleBetween(got, value) : Math.abs(got - value);
      const off = apart / Math.max(Math.abs(value), 1e-3);
      expect(off, `${name}: ${got} for ${value}`).toBeLessThan(TOLERANCES[name as ObjectFeatureName] ?? 1e-5);
    }
  });

  it("differ where scikit-image counts the hull in whole pixels, by less than one of them", () => {
    for (const [index, { solidityOfScikitImage, feretMaxOfScikitImage, areaUm2 }] of fixture.expected.entries()) {
      expect(Math.abs(valueOf(rows, index, "feretMaxUm") - feretMaxOfScikitImage)).toBeLessThan(pixelSizeUm);
      if (areaUm2 > 50) expect(Math.abs(valueOf(rows, index, "solidity") - solidityOfScikitImage)).toBeLessThan(0.03);
    }
  });

  it("are all filled for objects with an outline in a colour picture", () => {
    const missing = names.filter((name) => Number.isNaN(valueOf(rows, 0, name)));
    expect(missing).toEqual([]);
  });

  it("are what the gates of a recipe see", () => {
    const table = createFeatureTable({ map, pixelSizeUm, outlines: () => outlines(map), intensity: () => plane(0), signal: () => plane(0) });
    for (const name of ["areaUm2", "perimeterUm", "feretMaxUm", "feretMinUm", "circularity", "solidity", "eccentricity", "majorAxisUm"] as const) {
      const column = table.column(name);
      for (let index = 0; index < map.count; index++) expect(column[index], name).toBeCloseTo(valueOf(rows, index, name), 6);
    }
  });
});

describe("an object with a box only", () => {
  const box = { x: 10, y: 10, width: 24, height: 24 };
  const alone = measureObjects(picture, [{ box }]);

  it("leaves out what a box cannot tell", () => {
    const missing = names.filter((name) => Number.isNaN(valueOf(alone, 0, name)));
    expect(missing).toEqual([...OBJECT_FEATURES.filter(({ basis }) => basis === "outline").map(({ name }) => name), "nearestNeighbourUm"]);
    expect(valueOf(alone, 0, "boxWidthUm")).toBe(12);
  });

  it("is measured in the ellipse inscribed in its box", () => {
    // A disc of radius 12 has 452.4 px; the red of its pixels one by one.
    let [sum, n] = [0, 0];
    for (let y = 10; y < 34; y++) {
      for (let x = 10; x < 34; x++) {
        if ((x + 0.5 - 22) ** 2 + (y + 0.5 - 22) ** 2 >= 144) continue;
        sum += fixture.rgb[3 * (y * width + x)] ?? 0;
        n++;
      }
    }
    expect(n).toBeGreaterThan(440);
    expect(valueOf(alone, 0, "meanRed")).toBeCloseTo(sum / n, 6);
  });
});

describe("optical density", () => {
  it("goes by the background as a camera of 12 bits sees it, a dim one too", () => {
    // 74 and 37 of 4095: in steps of 8 bits the background would be 5 and the density 0.336.
    const side = 40;
    const data = new Float32Array(side * side).fill((74 / 4095) * 255);
    for (let y = 10; y < 16; y++) data.fill((37 / 4095) * 255, y * side + 10, y * side + 16);
    const measured = measureObjects({ planes: [{ width: side, height: side, data }], pixelSizeUm: 1 }, [{ box: { x: 11, y: 11, width: 4, height: 4 } }]);
    expect(valueOf(measured, 0, "opticalDensity")).toBeCloseTo(Math.log10(2), 3);
  });
});

describe("what cannot be told", () => {
  it("is left out of a grey picture and of one without a scale", () => {
    const grey = measureObjects({ planes: [plane(0)], pixelSizeUm: undefined }, objects);
    const missing = new Set<string>(names.filter((name) => Number.isNaN(valueOf(grey, 0, name))));
    const lengths = OBJECT_FEATURES.filter(({ unit }) => /um|mm/u.test(unit)).map(({ name }) => name);
    const colours = OBJECT_FEATURES.filter(({ basis }) => basis === "colour").map(({ name }) => name);
    expect(missing).toEqual(new Set<string>([...lengths, ...colours]));
  });

  it("is left out of objects outside the picture, and none of it stops the others", () => {
    const outside = { box: { x: 500, y: 3, width: 10, height: 10 } };
    const some = measureObjects(picture, [outside, ...objects]);
    expect(valueOf(some, 0, "meanIntensity")).toBeNaN();
    expect(valueOf(some, 1, "areaUm2")).toBe(valueOf(rows, 0, "areaUm2"));
  });

  it("says that an object touches the border where its pixels do, rounding or not", () => {
    const box = (left: number, boxWidth: number) => ({ x: left, y: 10, width: boxWidth, height: 4 });
    const outlined = (left: number, boxWidth: number) => ({ box: box(left, boxWidth), contour: [left, 10, left + boxWidth, 10, left + boxWidth, 14, left, 14] });
    const touches = (...some: Parameters<typeof measureObjects>[1]): number[] => some.map((_, index) => valueOf(measureObjects(picture, some), index, "touchesBorder"));
    // As old records have it: the sum falls short of the width by its rounding.
    expect(touches({ box: box(width - 5, 5 - 1e-12) }, { box: box(width - 5, 4.9) }, { box: box(1e-12, 5) })).toEqual([1, 0, 1]);
    // Of an outline the pixels whose centres it holds.
    expect(touches(outlined(width - 5, 4.6), outlined(width - 5, 4.4), outlined(0.4, 5), outlined(0.6, 5))).toEqual([1, 0, 1, 0]);
  });

  it("is nothing at all for no objects", () => {
    expect(measureObjects(picture, [])).toHaveLength(0);
  });
});

describe("the part of a disc in the picture", () => {
  it.each([
    ["whole inside", { x: 50, y: 40 }, Math.PI * 100],
    ["half over an edge", { x: 0, y: 40 }, Math.PI * 50],
    ["a quarter in a corner", { x: 100, y: 80 }, Math.PI * 25],
  ])("%s", (_name, centre, expected) => {
    expect(areaInPicture(centre, 10, { width: 100, height: 80 }) / expected).toBeCloseTo(1, 3);
  });
});
