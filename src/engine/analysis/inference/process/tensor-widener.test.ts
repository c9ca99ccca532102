import { describe, expect, it } from "vitest";
import type { WireTensor } from "../link/wire-tensor.ts";
import { referenceKernels } from "../../../../core/kernels/reference-kernels.ts";
import { TensorWidener } from "./tensor-widener.ts";

const affine = { gain: [1, 0.5], offset: [0, -10] };

function bytes(...values: number[]): WireTensor {
  return { name: "image", dtype: "uint8", shape: [1, 2, 1, values.length / 2], affine, data: Uint8Array.from(values) };
}

describe("tensors that travelled as bytes", () => {
  it("become numbers, each channel by its own gain and offset", () => {
    const widened = new TensorWidener(referenceKernels).widen(bytes(0, 255, 0, 255));
    expect(widened).toEqual({ name: "image", dtype: "float32", shape: [1, 2, 1, 2], data: Float32Array.of(0, 255, -10, 117.5) });
  });

  it("are written into memory given back when it fits, and into new memory when it does not", () => {
    const widener = new TensorWidener(referenceKernels);
    const first = widener.widen(bytes(1, 2, 3, 4));
    expect(widener.widen(bytes(5, 6, 7, 8)).data.buffer).not.toBe(first.data.buffer);
    widener.giveBack(first.data.buffer);
    expect(widener.widen(bytes(1, 2)).data.buffer).not.toBe(first.data.buffer);
    const again = widener.widen(bytes(5, 6, 27, 28));
    expect(again.data.buffer).toBe(first.data.buffer);
    expect([...again.data]).toEqual([5, 6, 3.5, 4]);
  });

  it("pass as they are without gain and offset; nothing but bytes is scaled", () => {
    const widener = new TensorWidener(referenceKernels);
    const numbers: WireTensor = { name: "image", dtype: "float32", shape: [2], data: Float32Array.of(1, 2) };
    expect(widener.widen(numbers)).toBe(numbers);
    expect(() => widener.widen({ ...numbers, affine })).toThrow(TypeError);
  });
});
