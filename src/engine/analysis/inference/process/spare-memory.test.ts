import { describe, expect, it } from "vitest";
import { MessageReader } from "../link/message-stream.ts";
import { SpareMemory } from "./spare-memory.ts";

/** A message as it comes over the link: lengths, a header of eight bytes, the payload. */
function message(payloadBytes: number): Uint8Array {
  const bytes = new Uint8Array(8 + 8 + payloadBytes).fill(7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 8, true);
  view.setUint32(4, payloadBytes, true);
  bytes.set(new TextEncoder().encode("{}      "), 8);
  return bytes;
}

describe("memory that is used again", () => {
  it("does not grow with the number of messages, whatever sizes they have", () => {
    const spare = new SpareMemory();
    const pieces = new Set<ArrayBuffer>();
    const reader = new MessageReader(({ payload }) => {
      expect(payload.every((byte) => byte === 7)).toBe(true);
      pieces.add(payload.buffer);
      spare.giveBack(payload.buffer);
    }, (bytes) => spare.take(bytes));
    const sizes = [100, 4000, 250, 9000, 30, 9000, 1200];
    for (let n = 0; n < 500; n++) reader.push(message(sizes[n % sizes.length] ?? 0));
    expect(pieces.size).toBe(3);
    expect(spare.keptBytes).toBeLessThanOrEqual(3 * (9000 + 8));
  });

  it("keeps the largest pieces and gives the smallest that is large enough", () => {
    const spare = new SpareMemory();
    const [small, middle, large, largest] = [100, 200, 300, 400].map((bytes) => new ArrayBuffer(bytes));
    for (const piece of [large, small, largest, middle]) if (piece !== undefined) spare.giveBack(piece);
    expect(spare.keptBytes).toBe(900);
    expect(spare.take(150)).toBe(middle);
    expect(spare.take(150)).toBe(large);
    expect(spare.take(500).byteLength).toBe(500);
    expect(spare.take(150)).toBe(largest);
    expect(spare.keptBytes).toBe(0);
  });
});
