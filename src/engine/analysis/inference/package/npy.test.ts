import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNpy, parseNpy } from "./npy.ts";

/** numpy.save of np.array([[1, 2], [3, 4]], np.int16), NumPy 2.4.6. */
const BY_NUMPY = Buffer.from("k05VTVBZAQB2AHsnZGVzY3InOiAnPGkyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAIAAwAEAA==", "base64");

/** The same of np.asfortranarray([[1, 2, 3], [4, 5, 6]], dtype np.float16). */
const FIRST_AXIS_FASTEST = Buffer.from("k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAPABEAEAARQBCAEY=", "base64");

describe("npy", () => {
  it("reads half precision, and arrays whose first axis is the fastest", () => {
    expect(parseNpy(FIRST_AXIS_FASTEST, "test")).toEqual({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  });

  it("reads what NumPy wrote, and writes the same bytes", () => {
    const tensor = parseNpy(BY_NUMPY, "test");
    expect(tensor).toEqual({ shape: [2, 2], data: Int16Array.of(1, 2, 3, 4) });
    expect(Buffer.from(formatNpy(tensor)).equals(BY_NUMPY)).toBe(true);
  });

  it("reads back what it wrote", () => {
    fc.assert(fc.property(fc.float32Array({ maxLength: 40 }), (data) => {
      for (const shape of [[data.length], [1, data.length, 1]]) expect(parseNpy(formatNpy({ shape, data }), "test")).toEqual({ shape, data });
    }));
  });

  it("refuses what is cut short or no such file, and names it", () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(100), BY_NUMPY.subarray(0, 60), BY_NUMPY.subarray(0, BY_NUMPY.length - 1)]) {
      expect(() => parseNpy(bytes, "test_input.npy")).toThrow(/^test_input\.npy is not valid/);
    }
  });
});
