import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedBytes, unpack } from "../../../../core/kernels/reference/unpack.ts";
import { layoutOf } from "../../../../shared/domain/pixel-layout.ts";
import { createPictureWriter } from "./picture-writer.ts";
import { CAMERA_FORMATS, formatOfCode, payloadImageBytes } from "./pfnc.ts";

const PACKED = { p10: "mono10p", p12: "mono12p", packed10: "mono10packed", packed12: "mono12packed" } as const;

/** The picture of a payload that comes in pieces of these sizes. */
function written(code: number, width: number, height: number, linePadding: number, payload: Uint8Array, pieces: readonly number[]): { bytes: Uint8Array; isComplete: boolean; used: number } {
  const format = formatOfCode(code);
  if (format === undefined) throw new Error("no such format");
  const { channels, bytesPerSample } = layoutOf(format.delivered);
  const into = new Uint8Array(width * height * channels * bytesPerSample);
  const writer = createPictureWriter({ format, width, height, linePadding, into });
  let at = 0;
  let used = 0;
  for (const piece of [...pieces, payload.length]) {
    used += writer.push(payload.subarray(at, at + piece));
    at += piece;
  }
  return { bytes: into, isComplete: writer.isComplete(), used };
}

describe("pictures from payloads", () => {
  it("are those of the kernels, for any size and any cut", () => {
    const formats = CAMERA_FORMATS.filter(({ packing }) => packing in PACKED);
    fc.assert(
      fc.property(fc.constantFrom(...formats), fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(40), { maxLength: 12 }), fc.infiniteStream(fc.nat(255)), (format, width, height, pieces, noise) => {
        const kernel = PACKED[format.packing as keyof typeof PACKED];
        const payload = Uint8Array.from({ length: packedBytes(width, height, kernel) }, () => Number(noise.next().value ?? 0));
        const { bytes, isComplete } = written(format.code, width, height, 0, payload, pieces);
        const expected = unpack(payload, width, height, kernel).data.map((value) => (kernel.startsWith("mono10") ? value << 2 : value));
        expect(isComplete).toBe(true);
        expect([...new Uint16Array(bytes.buffer)]).toEqual([...expected]);
      }),
    );
  });

  it("leave out padding, and what comes behind them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.nat(5), fc.array(fc.nat(9), { maxLength: 12 }), (width, height, linePadding, pieces) => {
        const payload = new Uint8Array(payloadImageBytes(0x01080001, width, height, linePadding) + 7).fill(0xee);
        for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) payload[y * (width + linePadding) + x] = y * width + x;
        const { bytes, isComplete, used } = written(0x01080001, width, height, linePadding, payload, pieces);
        expect([...bytes]).toEqual(Array.from({ length: width * height }, (_, index) => index));
        expect([isComplete, used]).toEqual([true, payload.length - 7]);
      }),
    );
  });

  it("are not complete while a byte is missing", () => {
    const payload = new Uint8Array(payloadImageBytes(0x010c0047, 5, 3, 0));
    expect(written(0x010c0047, 5, 3, 0, payload.subarray(1), []).isComplete).toBe(false);
  });

  it("have words as they came, ten bits shifted up, and colours in order", () => {
    expect([...written(0x01100005, 2, 1, 0, Uint8Array.of(1, 2, 3, 4), [1, 2]).bytes]).toEqual([1, 2, 3, 4]);
    expect([...new Uint16Array(written(0x01100003, 2, 1, 0, Uint8Array.of(0xff, 3, 1, 0), [3]).bytes.buffer)]).toEqual([4092, 4]);
    expect([...written(0x02180015, 1, 1, 0, Uint8Array.of(1, 2, 3), [2]).bytes]).toEqual([3, 2, 1]);
    // Grey stays grey; pure Cr is red, by BT.601: 1.402 x 127 = 178.
    expect([...written(0x0210001f, 2, 1, 0, Uint8Array.of(128, 50, 128, 60), []).bytes]).toEqual([50, 50, 50, 60, 60, 60]);
    expect([...written(0x02100032, 2, 1, 0, Uint8Array.of(0, 128, 0, 255), []).bytes]).toEqual([178, 0, 0, 178, 0, 0]);
  });

  it("have one code and one layout each", () => {
    for (const format of CAMERA_FORMATS) expect(formatOfCode(format.code)?.delivered).toBe(format.delivered);
    expect(formatOfCode(0x12345678)).toBeUndefined();
  });
});
