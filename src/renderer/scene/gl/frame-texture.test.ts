import { describe, expect, it } from "vitest";
import { drawnSize, redSiteOf } from "../mosaic.ts";
import { previewOf } from "../testing/preview.ts";
import { FrameTexture } from "./frame-texture.ts";

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
  it.each(["RGGB", "GRBG", "GBRG", "BGGR"] as const)("%s has red where its name says, and blue across from it", (cfa) => {
    const red = redSiteOf(cfa);
    expect(cfa[red]).toBe("R");
    expect(cfa[3 - red]).toBe("B");
  });
});
