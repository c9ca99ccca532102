import { describe, expect, it } from "vitest";
import { lumaToMono, packedToMono, packedToRgb, yuvCoding, yuvToRgb } from "./yuv-to-rgb.ts";
import { type FramePixels, writePicture } from "./write-picture.ts";

/** One colour over 2 x 2 pixels. */
function rgbOf([y, u, v]: readonly [number, number, number], matrix: string, fullRange: boolean): readonly number[] {
  const bytes = Uint8Array.of(y, y, y, y, u, v);
  const rgb = new Uint8Array(12);
  yuvToRgb({ bytes, offset: 0, stride: 2 }, { u: { bytes, offset: 4, stride: 1 }, v: { bytes, offset: 5, stride: 1 }, step: 1 }, 2, 2, yuvCoding(matrix, fullRange), rgb);
  expect([...rgb.subarray(9)]).toEqual([...rgb.subarray(0, 3)]);
  return [...rgb.subarray(0, 3)];
}

/** 100 % colour bars, 8 bits of limited range, as the two recommendations give them. */
const BARS_601 = { white: [235, 128, 128], yellow: [210, 16, 146], cyan: [170, 166, 16], green: [145, 54, 34], magenta: [106, 202, 222], red: [81, 90, 240], blue: [41, 240, 110], black: [16, 128, 128] } as const;
const BARS_709 = { white: [235, 128, 128], yellow: [219, 16, 138], cyan: [188, 154, 16], green: [173, 42, 26], magenta: [78, 214, 230], red: [63, 102, 240], blue: [32, 240, 118], black: [16, 128, 128] } as const;
const RGB = { white: [255, 255, 255], yellow: [255, 255, 0], cyan: [0, 255, 255], green: [0, 255, 0], magenta: [255, 0, 255], red: [255, 0, 0], blue: [0, 0, 255], black: [0, 0, 0] } as const;

describe("YUV to RGB", () => {
  it.each([["smpte170m", BARS_601], ["bt709", BARS_709]] as const)("turns the colour bars of %s into their colours", (matrix, bars) => {
    for (const name of Object.keys(bars) as (keyof typeof RGB)[]) {
      const rgb = rgbOf(bars[name], matrix, false);
      // The bars are rounded to whole numbers: two steps off at most.
      for (const [index, sample] of rgb.entries()) expect(Math.abs(sample - (RGB[name][index] ?? -9)), `${name} ${rgb.join(" ")}`).toBeLessThanOrEqual(2);
    }
  });

  it("turns JPEG's full-range colours into theirs (JFIF 1.02: R = Y + 1.402 (Cr - 128) ...)", () => {
    expect(rgbOf([76, 85, 255], "smpte170m", true)).toEqual([254, 0, 0]);
    expect(rgbOf([150, 44, 21], "smpte170m", true)).toEqual([0, 255, 1]);
    expect(rgbOf([29, 255, 107], "smpte170m", true)).toEqual([0, 0, 254]);
    expect(rgbOf([200, 128, 128], "bt709", true)).toEqual([200, 200, 200]);
  });

  it("takes what a camera does not say as BT.601 of limited range", () => {
    expect(yuvCoding(undefined, undefined)).toEqual({ matrix: "bt601", fullRange: false });
    expect(yuvCoding("bt2020-ncl", true)).toEqual({ matrix: "bt2020", fullRange: true });
  });

  it("stretches limited luma to grey levels, and leaves full range alone", () => {
    const luma = { bytes: Uint8Array.of(9, 9, 0, 16, 126, 235, 255, 9), offset: 2, stride: 5 };
    const grey = new Uint8Array(5);
    lumaToMono(luma, 5, 1, false, grey);
    expect([...grey]).toEqual([0, 0, 128, 255, 255]);
    lumaToMono(luma, 5, 1, true, grey);
    expect([...grey]).toEqual([0, 16, 126, 235, 255]);
  });

  it("takes packed pixels of either order", () => {
    const bgra = { bytes: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255), offset: 0, stride: 8 };
    const rgb = new Uint8Array(6);
    packedToRgb(bgra, 2, 1, 2, rgb);
    expect([...rgb]).toEqual([3, 2, 1, 6, 5, 4]);
    const grey = new Uint8Array(2);
    packedToMono({ ...bgra, bytes: Uint8Array.of(0, 255, 0, 255, 255, 255, 255, 255) }, 2, 1, 2, grey);
    expect([...grey]).toEqual([150, 255]);
  });
});

describe("a captured frame as a picture", () => {
  const chroma = [[90, 100], [110, 120]] as const;
  /** 4 x 2 pixels with lines wider than the picture, as I420 and as NV12. */
  const frame = (format: "I420" | "NV12"): FramePixels => {
    const pixels = new Uint8Array(32);
    for (let i = 0; i < 8; i++) pixels[(i < 4 ? 0 : 6) + (i % 4)] = 40 + 20 * i;
    if (format === "I420") pixels.set([chroma[0][0], chroma[1][0], 0, chroma[0][1], chroma[1][1]], 12);
    else pixels.set([chroma[0][0], chroma[0][1], chroma[1][0], chroma[1][1]], 12);
    const planes = format === "I420" ? [{ offset: 0, stride: 6 }, { offset: 12, stride: 3 }, { offset: 15, stride: 3 }] : [{ offset: 0, stride: 6 }, { offset: 12, stride: 6 }];
    return { format, width: 4, height: 2, planes, matrix: "bt709", fullRange: false, pixels: pixels.buffer };
  };

  it("is the same from I420 and from NV12, whatever the lines' length", () => {
    const [first, second] = [new Uint8Array(24), new Uint8Array(24)];
    writePicture(frame("I420"), "RGB8", first);
    writePicture(frame("NV12"), "RGB8", second);
    expect([...second]).toEqual([...first]);
    expect([...first.subarray(0, 3)]).toEqual(rgbOf([40, 90, 100], "bt709", false));
  });

  it("has an odd last column and line", () => {
    const narrow = new Uint8Array(27);
    const pixels = new Uint8Array(9 + 4 + 4).fill(128);
    writePicture({ format: "I420", width: 3, height: 3, planes: [{ offset: 0, stride: 3 }, { offset: 9, stride: 2 }, { offset: 13, stride: 2 }], matrix: undefined, fullRange: true, pixels: pixels.buffer }, "RGB8", narrow);
    expect([...narrow]).toEqual(Array(27).fill(128));
  });
});
