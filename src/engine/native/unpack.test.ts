import fc from "fast-check";
import { describe, it } from "vitest";
import { packedBytes } from "../../core/kernels/reference/unpack.ts";
import { PACKED_FORMATS } from "./addon.ts";
import { edgeSizes, expectSame, hasNativeKernels } from "./testing/kernel-pair.ts";

describe.skipIf(!hasNativeKernels)("unpack, native and reference (needs a C++ compiler)", () => {
  it.each(PACKED_FORMATS)("gives the same words: %s", (format) => {
    const sizes = fc.oneof(fc.constantFrom(...edgeSizes), fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 5 })));
    const pictures = sizes.chain(([width, height]) => {
      const length = packedBytes(width, height, format);
      return fc.uint8Array({ minLength: length, maxLength: length, size: "max" }).map((packed) => ({ width, height, packed }));
    });
    fc.assert(fc.property(pictures, ({ width, height, packed }) => expectSame((kernels) => kernels.unpack(packed, width, height, format))));
    expectSame((kernels) => kernels.unpack(new Uint8Array(packedBytes(33, 7, format)).fill(255), 33, 7, format));
  });

  it.each(PACKED_FORMATS)("gives the same words in the caller's memory, moved up: %s", (format) => {
    const pieces = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 6 })).chain(([pixels, up]) => {
      const length = packedBytes(pixels, 1, format);
      return fc.uint8Array({ minLength: length, maxLength: length, size: "max" }).map((packed) => ({ pixels, up, packed }));
    });
    fc.assert(fc.property(pieces, ({ pixels, up, packed }) => expectSame((kernels) => {
      // As frames lie: in shared memory, and not at its beginning. Nothing beside the target is touched.
      const memory = new Uint16Array(new SharedArrayBuffer(2 * pixels + 16)).fill(0xabcd);
      kernels.unpackInto(packed, format, up, memory.subarray(4, 4 + pixels));
      return Uint16Array.from(memory);
    })));
  });

  it("refuses what does not fit", () => {
    expectSame((kernels) => kernels.unpack(new Uint8Array(5), 2, 2, "mono12p"));
    expectSame((kernels) => kernels.unpack(new Uint8Array(3), 1.5, 1, "mono12p"));
    expectSame((kernels) => kernels.unpack(new Uint8Array(3), -1, 2, "mono12packed"));
    expectSame((kernels) => kernels.unpackInto(new Uint8Array(4), "mono12p", 0, new Uint16Array(2)));
    for (const up of [-1, 7, 0.5]) expectSame((kernels) => kernels.unpackInto(new Uint8Array(3), "mono12p", up, new Uint16Array(2)));
  });
});
