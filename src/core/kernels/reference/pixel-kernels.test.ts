import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Plane } from "../../image/plane.ts";
import { referenceKernels as kernels } from "../reference-kernels.ts";

const numbers = z.array(z.number());
const Components = z.object({ labels: numbers, area: numbers, box: z.array(numbers), centroid: z.array(numbers), filledArea: numbers });
const Fixture = z.object({
  width: z.number(), height: z.number(),
  unpack: z.object({ mono10p: z.object({ packed: numbers, words: numbers }), mono12p: z.object({ packed: numbers, words: numbers }) }),
  raw8: numbers, raw12: numbers, rgb: numbers, dark: numbers, gain: numbers,
  demosaic8: z.record(z.string(), numbers), demosaic12: z.record(z.string(), numbers),
  corrected: numbers, histogram8: numbers,
  varianceOfLaplacian: z.object({ raw8: z.number(), raw12: z.number() }), tenengrad: z.object({ raw8: z.number(), raw12: z.number() }),
  tensors: z.array(z.object({ width: z.number(), height: z.number(), planes: numbers })),
  mask: numbers, components: z.object({ 4: Components, 8: Components }),
});
const fixture = Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "pixel-kernels.fixture.json"), "utf8")));
const { width, height } = fixture;
const raw8 = { width, height, data: Uint8Array.from(fixture.raw8) };
const raw12 = { width, height, data: Uint16Array.from(fixture.raw12) };
const mask = { width, height, data: Uint8Array.from(fixture.mask) };

describe("the reference kernels, beside OpenCV, NumPy and scikit-image", () => {
  it.each(["mono10p", "mono12p"] as const)("unpacks %s", (format) => {
    const { packed, words } = fixture.unpack[format];
    expect([...kernels.unpack(Uint8Array.from(packed), words.length, 1, format).data]).toEqual(words);
  });

  it.each([["mono10p", 5], ["mono12p", 6], ["mono12packed", 6]] as const)("takes just the bytes of the picture for %s, no fewer and no more", (format, bytes) => {
    expect(kernels.unpack(new Uint8Array(bytes), 4, 1, format).data).toHaveLength(4);
    for (const wrong of [bytes - 1, bytes + 1]) expect(() => kernels.unpack(new Uint8Array(wrong), 4, 1, format)).toThrow(RangeError);
  });

  it("unpacks pairs as GigE Vision 2.0 draws them", () => {
    expect([...kernels.unpack(Uint8Array.of(0xab, 0x7c, 0x12), 2, 1, "mono12packed").data]).toEqual([0xabc, 0x127]);
    expect([...kernels.unpack(Uint8Array.of(0xab, 0x12), 1, 1, "mono12packed").data]).toEqual([0xab2]);
    expect([...kernels.unpack(Uint8Array.of(0xff, 0x21, 0x01), 2, 1, "mono10packed").data]).toEqual([0x3fd, 0x006]);
  });

  it.each(["RGGB", "GRBG", "GBRG", "BGGR"] as const)("demosaics %s as OpenCV does, but for the border", (cfa) => {
    const pictures: readonly (readonly [Plane<Uint8Array | Uint16Array>, readonly number[] | undefined])[] = [[raw8, fixture.demosaic8[cfa]], [raw12, fixture.demosaic12[cfa]]];
    for (const [raw, expected] of pictures) {
      const rgb = kernels.demosaic(raw, cfa);
      const inner = (_: number, i: number): boolean => {
        const x = Math.floor(i / 3) % width;
        const y = Math.floor(i / 3 / width);
        return x > 0 && y > 0 && x < width - 1 && y < height - 1;
      };
      expect([...rgb].filter(inner)).toEqual(expected?.filter(inner));
    }
  });

  it("keeps a flat colour flat up to the border", () => {
    const colour = { R: 200, G: 120, B: 40 } as const;
    const data = Uint8Array.from({ length: 35 }, (_, i) => [[colour.G, colour.B], [colour.R, colour.G]][Math.floor(i / 7) % 2]?.[(i % 7) % 2] ?? 0);
    expect([...kernels.demosaic({ width: 7, height: 5, data }, "GBRG")]).toEqual(new Array<readonly number[]>(35).fill([200, 120, 40]).flat());
  });

  it("corrects dark and flat as NumPy does in single precision", () => {
    const plane = (values: number[]): { width: number; height: number; data: Float32Array } => ({ width, height, data: Float32Array.from(values) });
    expect([...kernels.correctFlatField(raw12, plane(fixture.dark), plane(fixture.gain), 4095).data]).toEqual(fixture.corrected);
  });

  it("counts as OpenCV does", () => {
    const { counts, saturated } = kernels.histogram(raw8, 255);
    expect([...counts]).toEqual(fixture.histogram8);
    expect(saturated).toBe(fixture.histogram8[255]);
    expect(() => kernels.histogram(raw8, 200)).toThrow(RangeError);
  });

  it("scores focus as OpenCV does", () => {
    expect(kernels.varianceOfLaplacian(raw8)).toBeCloseTo(fixture.varianceOfLaplacian.raw8, 6);
    expect(kernels.varianceOfLaplacian(raw12) / fixture.varianceOfLaplacian.raw12).toBeCloseTo(1, 12);
    expect(kernels.tenengrad(raw8)).toBeCloseTo(fixture.tenengrad.raw8, 6);
    expect(kernels.tenengrad(raw12) / fixture.tenengrad.raw12).toBeCloseTo(1, 12);
    expect(kernels.varianceOfLaplacian({ width: 2, height: 9, data: new Uint8Array(18).fill(7) })).toBe(0);
  });

  it.each(fixture.tensors)("resizes to $width x $height as OpenCV does in floats", (expected) => {
    const tensor = kernels.resizeToTensor(Uint8Array.from(fixture.rgb), width, height, 3, expected.width, expected.height, [0.1, 0.2, 0.3], [1, 2, 3]);
    const worst = expected.planes.reduce((most, value, i) => Math.max(most, Math.abs(value - (tensor[i] ?? NaN))), 0);
    expect(worst).toBeLessThan(2e-4);
  });

  it("repeats a grey picture in three planes", () => {
    expect([...kernels.resizeToTensor(Uint8Array.of(10, 20, 30, 40), 2, 2, 1, 1, 1, [1, 2, 0], [0, 0, 5])]).toEqual([25, 50, 5]);
  });
});

describe.each([4, 8] as const)("objects of the reference, %i-connected, beside scikit-image", (connectivity) => {
  const expected = fixture.components[connectivity];
  const map = kernels.connectedComponents(mask, connectivity);

  it("labels the same pixels in the same order", () => {
    expect([...map.labels]).toEqual(expected.labels);
    expect(map.count).toBe(expected.area.length);
  });

  it("measures the same", () => {
    const { area, box, centroid } = kernels.componentStatistics(map);
    expect([...area]).toEqual(expected.area);
    expect([...box]).toEqual(expected.box.flat());
    expected.centroid.flat().forEach((value, i) => expect(centroid[i]).toBeCloseTo(value, 10));
  });

  it("draws outlines clockwise that hold the pixels and their holes", () => {
    // Half the cross products of neighbouring corners, with y down, is positive when they go round clockwise.
    const areas = kernels.outlines(map).map((outline) => {
      let twice = 0;
      for (let i = 0; i < outline.length; i += 2) {
        const next = (i + 2) % outline.length;
        twice += (outline[i] ?? 0) * (outline[next + 1] ?? 0) - (outline[next] ?? 0) * (outline[i + 1] ?? 0);
      }
      return twice / 2;
    });
    expect(areas).toEqual(expected.filledArea);
  });
});

describe("outlines", () => {
  it("notes only corners at which it turns", () => {
    const labels = Int32Array.of(0, 2, 2, 2, 0, 0, 2, 1);
    expect(kernels.outlines({ width: 4, height: 2, labels, count: 3 }).map((outline) => [...outline])).toEqual([
      [3, 1, 4, 1, 4, 2, 3, 2],
      [1, 0, 4, 0, 4, 1, 3, 1, 3, 2, 2, 2, 2, 1, 1, 1],
      [],
    ]);
  });
});
