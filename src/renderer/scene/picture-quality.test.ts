import { describe, expect, it } from "vitest";
import { bufferShare, drawsInSoftware, pictureQuality } from "./picture-quality.ts";

describe("picture quality", () => {
  it("filters below 4:1, but leaves pixels whole at exactly 1:1 and from 4:1 on", () => {
    expect([0.5, 1, 1.5, 3.9, 4, 16].map((scale) => pictureQuality(scale, false).nearest)).toEqual([false, true, false, false, true, true]);
  });

  it("demosaics as soon as single pixels count, later where the processor draws", () => {
    expect([0.5, 1, 2, 8].map((scale) => pictureQuality(scale, false).bayer)).toEqual(["planes", "demosaic", "demosaic", "demosaic"]);
    expect([0.5, 1, 2, 8].map((scale) => pictureQuality(scale, true).bayer)).toEqual(["planes-economy", "planes", "demosaic", "demosaic"]);
  });

  it("draws a small picture with fewer pixels only where the processor draws", () => {
    expect([0.4, 0.5, 0.78, 0.98, 1, 2].map((scale) => bufferShare("bayer8", scale, true))).toEqual([1, 1, 0.625, 0.5, 1, 1]);
    expect(bufferShare("bayer8", 0.78, false)).toBe(1);
    expect(bufferShare("mono8", 0.78, true)).toBe(0.75);
    expect(bufferShare("rgb8", 1, true)).toBe(1);
  });

  it.each([
    ["ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)", true],
    ["ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)", true],
    ["llvmpipe (LLVM 15.0.6, 256 bits)", true],
    ["ANGLE (NVIDIA, NVIDIA GeForce RTX 4070 Direct3D11 vs_5_0 ps_5_0)", false],
    ["Apple M2", false],
    ["", false],
  ])("knows %s", (name, software) => {
    expect(drawsInSoftware(name)).toBe(software);
  });
});
