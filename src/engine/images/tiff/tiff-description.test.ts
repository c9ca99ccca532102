import { describe, expect, it } from "vitest";
import { describeTiff } from "./tiff-description.ts";
import { TAG } from "./tiff-structure.ts";

const describedBy = (description: string, numbers: Readonly<Record<number, number>> = {}) => describeTiff({ littleEndian: true, numbers: () => [], number: (tag) => numbers[tag], text: () => description }).of(0);

describe("what ImageJ says of a TIFF", () => {
  it.each([
    ["ImageJ=1.54f\nimages=5\nslices=5\nloop=false\n", true],
    ["ImageJ=1.54f\nimages=6\nchannels=2\nslices=1\nframes=3\nhyperstack=true\n", true],
    ["ImageJ=1.54f\nimages=1\nchannels=1\nslices=1\n", false],
    ["ImageJ=1.54f\nunit=um\n", false],
    ["slices=5\n", false],
  ])("tells whether its pages are planes of one place: %j", (description, isPlaneOfStack) => {
    expect(describedBy(description).isPlaneOfStack).toBe(isPlaneOfStack);
  });

  it.each([
    [{ [TAG.xResolution]: 4, [TAG.yResolution]: 4 }, 0.25, undefined],
    [{ [TAG.xResolution]: 4 }, 0.25, undefined],
    [{ [TAG.xResolution]: 4, [TAG.yResolution]: 2 }, undefined, { x: 0.25, y: 0.5 }],
    [{ [TAG.yResolution]: 2 }, undefined, undefined],
  ])("takes its resolutions %j for a pixel size where they are one", (resolutions, pixelSizeUm, notSquareUm) => {
    expect(describedBy("ImageJ=1.54f\nunit=micron\n", resolutions)).toMatchObject({ place: pixelSizeUm === undefined ? {} : { pixelSizeUm }, notSquareUm });
  });
});
