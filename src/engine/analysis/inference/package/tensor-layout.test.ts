import { describe, expect, it } from "vitest";
import { TensorDescription as Description } from "./rdf.ts";
import { imageInputLayout, isBlueFirst, outputLayout } from "./tensor-layout.ts";

const describeInput = (...axes: object[]): Description => Description.parse({ id: "raw", axes });
const y = { type: "space", id: "y", size: { min: 32, step: 16 }, unit: "nanometer", scale: 500 };
const x = { type: "space", id: "x", size: { min: 64, step: 16 }, unit: "nanometer", scale: 500 };
const rgb = { type: "channel", channel_names: ["red", "green", "blue"] };

describe("the layout of an image input", () => {
  it("is known in any order of axes, with a flat z and with no channel", () => {
    const flat = imageInputLayout(describeInput({ type: "batch" }, { type: "space", id: "z", size: 1 }, y, x));
    expect(flat).toMatchObject({ channels: 1, y: { min: 32, step: 16 }, x: { min: 64, step: 16 }, isSquare: false, pixelSizeUm: 0.5 });
    expect(imageInputLayout(describeInput(x, y, rgb)).axes.map((axis) => axis.role)).toEqual(["x", "y", "channel"]);
  });

  it("knows one size only, and one axis that follows the other", () => {
    const follows = { ...x, size: { tensor_id: "raw", axis_id: "y" } };
    expect(imageInputLayout(describeInput({ ...y, size: 256 }, follows))).toMatchObject({ y: { min: 256, step: 0 }, x: { min: 256, step: 0 }, isSquare: true });
  });

  it.each([
    ["time", [{ type: "time", size: 3 }, y, x], "one picture at a time"],
    ["a volume", [{ type: "space", id: "z", size: 16 }, y, x], "is a volume"],
    ["40 channels", [{ type: "channel", channel_names: Array.from({ length: 40 }, (_, i) => `c${i}`) }, y, x], "has 40 channels"],
    ["no x", [rgb, y], "y and x are needed"],
    ["pixels that are not square", [y, { ...x, scale: 250 }], "pixels of 0.25 x 0.5 um"],
    ["a size that follows another tensor", [y, { ...x, size: { tensor_id: "other", axis_id: "x" } }], "size of its input axis x"],
  ])("is refused for %s", (_, axes, words) => {
    expect(() => imageInputLayout(describeInput(...axes))).toThrow(words);
  });

  it("knows blue first by its names", () => {
    expect(isBlueFirst(describeInput({ type: "channel", channel_names: ["Blue", "Green", "Red"] }, y, x))).toBe(true);
    expect(isBlueFirst(describeInput(rgb, y, x))).toBe(false);
  });
});

describe("the layout of an output", () => {
  it("follows the input by the ratio of scales, with what is lost and what is not to be trusted", () => {
    const output = Description.parse({ id: "map", axes: [rgb, { type: "space", id: "y", scale: 2000, size: { tensor_id: "raw", axis_id: "y", offset: -4 } }, { type: "space", id: "x", scale: 500, halo: 8, size: { tensor_id: "raw", axis_id: "x" } }] });
    expect(outputLayout(output, describeInput(y, x))).toEqual([
      { id: "channel", role: "channel", offset: 0, halo: 0, fixed: 3 },
      { id: "y", role: "y", offset: -4, halo: 0, cellsPerPixel: 0.25 },
      { id: "x", role: "x", offset: 0, halo: 8, cellsPerPixel: 1 },
    ]);
  });
});
