import { describe, expect, it } from "vitest";
import { describeTiff } from "./tiff-description.ts";

const describedBy = (description: string) => describeTiff({ littleEndian: true, numbers: () => [], number: () => undefined, text: () => description }).of(0);

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
});
