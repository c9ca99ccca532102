import { describe, expect, it } from "vitest";
import { floatsOfHalves, halvesOfFloats } from "./half-precision.ts";

describe("half precision", () => {
  it("gives every half back", () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const numbers = floatsOfHalves(all);
    const wrong = all.filter((bits, i) => (Number.isNaN(numbers[i]) ? (bits & 0x7c00) !== 0x7c00 : halvesOfFloats([numbers[i] ?? 0])[0] !== bits));
    expect([...wrong]).toEqual([]);
  });

  // Bits as NumPy's astype(float16) gives them.
  it.each([
    [0.1, 0x2e66], [-2.71828, 0xc170], [1 / 3, 0x3555], [65_504, 0x7bff], [65_519.9, 0x7bff], [65_520, 0x7c00], [1e9, 0x7c00], [-Infinity, 0xfc00],
    [5.96e-8, 0x0001], [2.98e-8, 0x0000], [8.94e-8, 0x0001], [8.95e-8, 0x0002], [6.1e-5, 0x03ff], [2049, 0x6800], [2051, 0x6802], [-0, 0x8000],
  ])("rounds %s as NumPy does", (value, bits) => {
    expect(halvesOfFloats([value])[0]).toBe(bits);
  });

  it("keeps what is no number", () => {
    expect(floatsOfHalves(halvesOfFloats([NaN]))[0]).toBeNaN();
  });
});
