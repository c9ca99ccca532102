import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { decodeCentreHeatMap } from "./centre-heat-map.ts";
import type { CentreHeatMap } from "./centre-heat-map.ts";
import { suppressOverlaps } from "./non-maximum-suppression.ts";

const Fixture = z.object({
  columns: z.number(), rows: z.number(), stride: z.number(), thresholds: z.array(z.number()), nmsIou: z.number(),
  pictureWidth: z.number(), pictureHeight: z.number(), heat: z.array(z.number()), size: z.array(z.number()), offset: z.array(z.number()),
  expected: z.array(z.object({ box: z.array(z.number()), score: z.number(), label: z.number() })),
});

function readFixture(): z.infer<typeof Fixture> {
  return Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "centre-heat-map.fixture.json"), "utf8")));
}

function emptyMap(columns: number, rows: number, classes: number): CentreHeatMap {
  const plane = columns * rows;
  return { columns, rows, heat: new Float32Array(plane * classes), size: new Float32Array(plane * 2).fill(8), offset: new Float32Array(plane * 2).fill(0.5) };
}

describe("decodeCentreHeatMap", () => {
  it("with overlap suppression gives what the training scripts' post-processing gives", () => {
    const fixture = readFixture();
    const map = { columns: fixture.columns, rows: fixture.rows, heat: new Float32Array(fixture.heat), size: new Float32Array(fixture.size), offset: new Float32Array(fixture.offset) };
    const picture = { x0: 0, y0: 0, x1: fixture.pictureWidth, y1: fixture.pictureHeight };
    const found = suppressOverlaps(decodeCentreHeatMap(map, { stride: fixture.stride, scoreThresholds: fixture.thresholds, picture }), { iou: fixture.nmsIou });
    expect(found).toHaveLength(fixture.expected.length);
    // The script lists class by class, best first; the application best first over all.
    const byClass = fixture.thresholds.flatMap((_, label) => found.filter((object) => object.label === label));
    for (const [index, { box, score, label }] of fixture.expected.entries()) {
      const { x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN, ...rest } = byClass[index] ?? { label: -1, score: NaN };
      expect(rest.label).toBe(label);
      expect(rest.score).toBeCloseTo(score, 6);
      for (const [side, value] of [x0, y0, x1, y1].entries()) expect(value).toBeCloseTo(box[side] ?? NaN, 4);
    }
  });

  it("keeps a cell that no neighbour exceeds, and both of two equal neighbours", () => {
    const map = emptyMap(6, 4, 1);
    map.heat[1 * 6 + 2] = 0.9;
    map.heat[1 * 6 + 3] = 0.9;
    map.heat[2 * 6 + 2] = 0.8;
    const found = decodeCentreHeatMap(map, { stride: 4, scoreThresholds: [0.5], picture: { x0: 0, y0: 0, x1: 24, y1: 16 } });
    expect(found.map(({ x0, y0 }) => [x0, y0])).toEqual([[6, 2], [10, 2]]);
  });

  it("leaves out what lies below its class's threshold, and what is cut to less than a pixel", () => {
    const map = emptyMap(4, 4, 2);
    map.heat[0] = 0.4;
    map.heat[16 + 15] = 0.4;
    const settings = { stride: 4, scoreThresholds: [0.5, 0.3], picture: { x0: 0, y0: 0, x1: 16, y1: 16 } };
    expect(decodeCentreHeatMap(map, settings).map(({ label }) => label)).toEqual([1]);
    expect(decodeCentreHeatMap(map, { ...settings, picture: { x0: 0, y0: 0, x1: 10.5, y1: 16 } })).toEqual([]);
  });

  it("names outputs that hold no numbers, and planes that do not fit", () => {
    const settings = { stride: 4, scoreThresholds: [0.5], picture: { x0: 0, y0: 0, x1: 16, y1: 16 } };
    const noHeat = emptyMap(4, 4, 1);
    noHeat.heat[7] = NaN;
    expect(() => decodeCentreHeatMap(noHeat, settings)).toThrow("heat map holds values that are no numbers");
    const noSize = emptyMap(4, 4, 1);
    noSize.heat[5] = 0.9;
    noSize.size[5] = Infinity;
    expect(() => decodeCentreHeatMap(noSize, settings)).toThrow("boxes hold values that are no numbers");
    expect(() => decodeCentreHeatMap({ ...noHeat, columns: 5 }, settings)).toThrow(RangeError);
  });
});
