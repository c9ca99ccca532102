import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitLimits, bytesFromFloat, bytesFromInteger, floatFromBytes, integerFromBytes, putBits, takeBits, textFromBytes } from "./register-bytes.ts";

describe("register bytes", () => {
  it("go round for any number, width and order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.boolean(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (length, isBig, value) => {
        const cut = BigInt.asUintN(8 * length, value);
        expect(integerFromBytes(bytesFromInteger(cut, length, isBig), isBig)).toBe(cut);
        expect([...bytesFromInteger(cut, length, isBig)].toReversed()).toEqual([...bytesFromInteger(cut, length, !isBig)]);
      }),
    );
  });

  it("put and take any field and leave the bits around it", () => {
    const field = fc.tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 63 })).map(([a, b]) => ({ lsb: Math.min(a, b), msb: Math.max(a, b) }));
    fc.assert(
      fc.property(field, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.boolean(), (range, whole, value, isSigned) => {
        const width = range.msb - range.lsb + 1;
        const { min, max } = bitLimits(width, isSigned);
        const fitting = value < min ? min : value > max ? max : value;
        const changed = putBits(whole, range, fitting);
        expect(takeBits(changed, range, isSigned)).toBe(fitting);
        expect(putBits(changed, range, 0n)).toBe(putBits(whole, range, 0n));
      }),
    );
  });

  it("hold the numbers of IEEE 754 and text up to its zero", () => {
    expect([...bytesFromFloat(1.5, 4, true)]).toEqual([0x3f, 0xc0, 0, 0]);
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.boolean(), (value, isBig) => {
        expect(floatFromBytes(bytesFromFloat(value, 8, isBig), isBig)).toBe(value);
      }),
    );
    expect(() => floatFromBytes(new Uint8Array(3), false)).toThrow("4 or 8 bytes");
    expect(textFromBytes(Uint8Array.of(79, 107, 0, 33))).toBe("Ok");
    expect(textFromBytes(Uint8Array.of(79, 107))).toBe("Ok");
  });
});
