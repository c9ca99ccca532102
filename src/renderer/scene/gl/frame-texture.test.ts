import { describe, expect, it } from "vitest";
import { previewOf } from "../testing/preview.ts";
import { cfaSites } from "./cfa.ts";
import { drawnSize, FrameTexture } from "./frame-texture.ts";

describe("the frame's texture", () => {
  it("is made once per size and layout and otherwise refilled", () => {
    const frame = new FrameTexture();
    frame.setFrame(previewOf({ frameId: 1 }));
    const first = frame.texture;
    const sent = first?.version ?? 0;
    frame.setFrame(previewOf({ frameId: 2, dnAt: () => 9 }));
    expect(frame.texture).toBe(first);
    expect(frame.texture?.version).toBeGreaterThan(sent);
    expect(frame.texture?.image.data?.[0]).toBe(9);
    frame.setFrame(previewOf({ width: 4 }));
    frame.setFrame(previewOf({ width: 4, layout: "bayer8" }));
    expect(frame.made).toBe(3);
    frame.dispose();
    expect(frame.texture).toBeUndefined();
  });

  it("takes a mosaic as it lies in memory, two rows to one", () => {
    const frame = new FrameTexture();
    const preview = previewOf({ layout: "bayer8", dnAt: (i) => i });
    frame.setFrame(preview);
    expect(frame.texture?.image).toMatchObject({ width: 8, height: 3 });
    expect(frame.texture?.image.data?.buffer).toBe(preview.pixels);
  });

  it("leaves the last odd row and column of a mosaic out", () => {
    const frame = new FrameTexture();
    const odd = previewOf({ layout: "bayer8", width: 5, height: 3, dnAt: (i) => i });
    expect(drawnSize(odd)).toEqual({ width: 4, height: 2 });
    frame.setFrame(odd);
    expect([...(frame.texture?.image.data ?? [])]).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
  });
});

describe("colour filter patterns", () => {
  it.each([
    ["RGGB", [0, 0]],
    ["GRBG", [1, 0]],
    ["GBRG", [0, 1]],
    ["BGGR", [1, 1]],
  ] as const)("%s has red at %j, blue across from it and green between", (cfa, redSite) => {
    const sites = cfaSites(cfa);
    expect(sites.redSite).toEqual(redSite);
    expect(sites.red.indexOf(1) + sites.blue.indexOf(1)).toBe(3);
    expect(sites.green.reduce((sum, weight) => sum + weight, 0)).toBe(1);
  });
});
