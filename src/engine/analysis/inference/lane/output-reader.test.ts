import { describe, expect, it } from "vitest";
import type { WireTensor } from "../link/wire-tensor.ts";
import type { AxisLayout } from "../package/tensor-layout.ts";
import { OutputUnreadable, readMaps, readTensor } from "./output-reader.ts";
import type { TileRun } from "./output-reader.ts";

const place = (role: "y" | "x", more: Partial<AxisLayout> = {}): AxisLayout => ({ id: role, role, offset: 0, halo: 0, cellsPerPixel: 1, ...more });
const batch: AxisLayout = { id: "batch", role: "batch", offset: 0, halo: 0, fixed: 1 };
const channel: AxisLayout = { id: "channel", role: "channel", offset: 0, halo: 0 };

function runOf(shape: number[], data: WireTensor["data"], input: { width: number; height: number }, border = 0): TileRun {
  return { outputs: new Map([["out", { name: "out", dtype: "float32", shape, data }]]), input, border, references: new Map() };
}

const counted = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i);

describe("maps of an output", () => {
  it("are taken as they lie where nothing is cut", () => {
    const data = counted(12);
    const maps = readMaps({ id: "out", axes: [batch, channel, place("y"), place("x")], steps: [] }, runOf([1, 2, 2, 3], data, { width: 3, height: 2 }), 2);
    expect(maps).toMatchObject({ planes: 2, rows: 2, columns: 3, stride: 1 });
    expect(maps.data).toBe(data);
  });

  it("come out plane by plane from channels last and x before y", () => {
    const axes = [place("x"), place("y"), channel];
    // value = 100 x + 10 y + channel
    const data = Float32Array.from({ length: 12 }, (_, i) => 100 * Math.floor(i / 4) + 10 * (Math.floor(i / 2) % 2) + (i % 2));
    const maps = readMaps({ id: "out", axes, steps: [] }, runOf([3, 2, 2], data, { width: 3, height: 2 }), 2);
    expect([...maps.data]).toEqual([0, 100, 200, 10, 110, 210, 1, 101, 201, 11, 111, 211]);
  });

  it("lose the border, of which the model lost a part itself", () => {
    // Of 8 input pixels the model gives 6, the border is 2: the 4 in the middle are cells 1 to 4.
    const axes = [place("y", { offset: -2 }), place("x", { offset: -2 })];
    const maps = readMaps({ id: "out", axes, steps: [] }, runOf([6, 6], counted(36), { width: 8, height: 8 }, 2), 1);
    expect([maps.rows, maps.columns, maps.data[0], maps.data[15]]).toEqual([4, 4, 7, 28]);
  });

  it("know their stride by their size where nothing is stated", () => {
    const bare = { id: "out", axes: [{ id: "y", role: "y", offset: 0, halo: 0 }, { id: "x", role: "x", offset: 0, halo: 0 }], steps: [] } as const;
    expect(readMaps(bare, runOf([4, 4], counted(16), { width: 8, height: 8 }), 1).stride).toBe(2);
  });

  it("of another shape, and outputs that are not there, are named in one sentence", () => {
    const output = { id: "out", axes: [batch, channel, place("y"), place("x")], steps: [] };
    expect(() => readMaps(output, runOf([1, 2, 4, 4], counted(32), { width: 8, height: 8 }), 2)).toThrow("output out has shape 1 x 2 x 4 x 4, expected 1 x 2 x 8 x 8");
    expect(() => readTensor({ ...output, id: "other" }, runOf([1], counted(1), { width: 1, height: 1 }))).toThrow(OutputUnreadable);
  });

  it("become numbers whatever the model gives", () => {
    const output = { id: "out", axes: [place("y"), place("x")], steps: [{ id: "scale_linear", kwargs: { gain: 2, offset: 1 } } as const] };
    expect([...readMaps(output, runOf([1, 2], BigInt64Array.of(3n, 4n), { width: 2, height: 1 }), 1).data]).toEqual([7, 9]);
  });
});
