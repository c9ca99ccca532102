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

  it("refuses what does not fit", () => {
    expectSame((kernels) => kernels.unpack(new Uint8Array(5), 2, 2, "mono12p"));
    expectSame((kernels) => kernels.unpack(new Uint8Array(3), 1.5, 1, "mono12p"));
    expectSame((kernels) => kernels.unpack(new Uint8Array(3), -1, 2, "mono12packed"));
  });
});
