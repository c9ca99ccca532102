import { describe, expect, it } from "vitest";
import { fillPreview, planPreview } from "./prepare-preview.ts";

const run = (header: Parameters<typeof planPreview>[0], pixels: Uint8Array, budget?: number): { bytes: number[]; plan: ReturnType<typeof planPreview> } => {
  const plan = planPreview(header, budget);
  const target = new Uint8Array(plan.width * plan.height * (plan.layout === "rgb8" ? 3 : 1));
  fillPreview(header, pixels, plan, target);
  return { bytes: [...target], plan };
};

describe("preview", () => {
  it("keeps mono and Bayer bytes as they are within the budget", () => {
    const pixels = Uint8Array.from([1, 2, 3, 4]);
    expect(run({ width: 2, height: 2, pixelFormat: "Mono8" }, pixels)).toMatchObject({ bytes: [1, 2, 3, 4], plan: { layout: "mono8", reduction: 1 } });
    expect(run({ width: 2, height: 2, pixelFormat: "BayerGB8" }, pixels)).toMatchObject({ bytes: [1, 2, 3, 4], plan: { layout: "bayer8", cfa: "GBRG" } });
  });

  it("shifts 12-bit words down to their top 8 bits", () => {
    const pixels = new Uint8Array(Uint16Array.from([0xfff, 0x800, 0x010, 0x00f]).buffer);
    expect(run({ width: 2, height: 2, pixelFormat: "Mono12" }, pixels).bytes).toEqual([255, 128, 1, 0]);
  });

  it("samples RGB beyond the budget to an RGGB mosaic", () => {
    const pixels = Uint8Array.from([10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42]);
    const { bytes, plan } = run({ width: 2, height: 2, pixelFormat: "RGB8" }, pixels, 4);
    expect(plan).toMatchObject({ layout: "bayer8", cfa: "RGGB", reduction: 1 });
    expect(bytes).toEqual([10, 21, 31, 42]);
  });

  it("reduces a large mosaic by whole cells, each pixel keeping its filter colour", () => {
    const width = 8;
    const pixels = new Uint8Array(width * width);
    for (let y = 0; y < width; y++) for (let x = 0; x < width; x++) pixels[y * width + x] = (y & 1) * 2 + (x & 1);
    const { bytes, plan } = run({ width, height: width, pixelFormat: "BayerRG8" }, pixels, 16);
    expect(plan).toMatchObject({ reduction: 2, width: 4, height: 4 });
    expect(bytes).toEqual([0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3]);
  });
});
