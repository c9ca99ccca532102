import { describe, expect, it } from "vitest";
import fixture from "../rules.fixture.json" with { type: "json" };
import type { GreyPlane } from "../../image/plane.ts";
import { takeChannel, takeStain } from "../steps/channels.ts";
import type { ColourPlanes } from "../steps/channels.ts";
import { STAIN_SETS } from "./stain-sets.ts";

const { width, height, ...colours } = fixture.colours;
const plane = (values: readonly number[]): GreyPlane => ({ width, height, data: Float32Array.from(values) });
const planes: ColourPlanes = [plane(colours.red), plane(colours.green), plane(colours.blue)];

function farthest(got: GreyPlane, expected: readonly number[]): number {
  return Math.max(...expected.map((value, at) => Math.abs((got.data[at] ?? NaN) - value)));
}

describe("colour deconvolution", () => {
  it.each(["hematoxylin", "eosin", "dab"] as const)("gives the amount of %s as scikit-image does", (take) => {
    const got = takeStain(planes, { kind: "stain", stains: "hematoxylin-eosin-dab", take, white: 255 });
    // Below zero is zero on both sides.
    expect(farthest(got, colours[take].map((value) => Math.max(value, 0)))).toBeLessThan(1e-4);
  });

  it("gives one for a unit of the stain and nothing for another stain of two", () => {
    const [hematoxylin, eosin] = STAIN_SETS["hematoxylin-eosin"];
    const light = (rgb: readonly number[], amount: number): ColourPlanes => {
      const size = Math.hypot(...rgb);
      const [r, g, b] = rgb.map((density) => ({ width: 1, height: 1, data: Float32Array.of(255 * 10 ** ((-amount * density) / size)) }));
      if (r === undefined || g === undefined || b === undefined) throw new Error("three colours are needed");
      return [r, g, b];
    };
    const amount = (of: ColourPlanes): number => takeStain(of, { kind: "stain", stains: "hematoxylin-eosin", take: "hematoxylin", white: 255 }).data[0] ?? NaN;
    expect(amount(light(hematoxylin?.rgb ?? [], 1))).toBeCloseTo(1, 4);
    expect(amount(light(eosin?.rgb ?? [], 1))).toBeCloseTo(0, 4);
  });

  it("takes vectors of one's own, from one to three", () => {
    const own = [{ name: "mine", rgb: [0, 2, 0] as [number, number, number] }];
    const got = takeStain([plane(colours.red), plane(colours.green), plane(colours.blue)], { kind: "stain", stains: own, take: "mine", white: 255 });
    expect(farthest(got, colours.green.map((green) => Math.log10(255 / green)))).toBeLessThan(1e-5);
  });

  it("says what is wrong with stains", () => {
    const step = { kind: "stain", white: 255 } as const;
    expect(() => takeStain(planes, { ...step, stains: "giemsa", take: "dab" })).toThrow('it takes the stain "dab", there are methylene-blue, eosin');
    expect(() => takeStain(planes, { ...step, stains: [{ name: "a", rgb: [1, 1, 1] }, { name: "b", rgb: [2, 2, 2] }], take: "a" })).toThrow("too much alike");
    expect(() => takeStain(planes, { ...step, stains: [{ name: "a", rgb: [0, 0, 0] }], take: "a" })).toThrow("zero");
  });
});

describe("channels", () => {
  it("gives hue and saturation as scikit-image does", () => {
    expect(farthest(takeChannel(planes, { source: "hue", invert: false }), colours.hueDeg)).toBeLessThan(1e-2);
    expect(farthest(takeChannel(planes, { source: "saturation", invert: false }), colours.saturation)).toBeLessThan(1e-5);
  });

  it("inverts on the scale of the channel", () => {
    expect(takeChannel(planes, { source: "red", invert: true }).data[0]).toBe(255 - (colours.red[0] ?? 0));
    expect(takeChannel(planes, { source: "saturation", invert: true }).data[0]).toBeCloseTo(1 - (colours.saturation[0] ?? 0), 5);
  });

  it("takes a grey picture as its own colours", () => {
    const grey: ColourPlanes = [plane(colours.red)];
    for (const source of ["grey", "red", "green", "blue", "value"] as const) expect(takeChannel(grey, { source, invert: false }).data).toEqual(grey[0].data);
    expect(takeChannel(grey, { source: "saturation", invert: false }).data.every((value) => value === 0)).toBe(true);
  });
});
