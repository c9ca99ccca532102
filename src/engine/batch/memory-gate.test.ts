import { describe, expect, it } from "vitest";
import { MemoryGate } from "./memory-gate.ts";

/** Lets what can go on go on. */
const turn = (): Promise<void> => new Promise((done) => void setImmediate(done));

describe("MemoryGate", () => {
  it("lets in what fits together, in the order of coming, and what is too large alone", async () => {
    const gate = new MemoryGate(10);
    const inside: string[] = [];
    const enter = async (name: string, weight: number): Promise<() => void> => {
      const leave = await gate.enter(weight);
      inside.push(name);
      return leave;
    };
    const [a, b, huge, small] = [enter("a", 4), enter("b", 6), enter("huge", 99), enter("small", 1)];
    await turn();
    expect(inside).toEqual(["a", "b"]);
    (await a)();
    await turn();
    expect(inside).toEqual(["a", "b"]);
    (await b)();
    await turn();
    expect(inside).toEqual(["a", "b", "huge"]);
    (await huge)();
    (await small)();
    expect(inside).toEqual(["a", "b", "huge", "small"]);
    await expect(gate.alone(async () => "done")).resolves.toBe("done");
  });

  it("is free again after work that failed", async () => {
    const gate = new MemoryGate(2);
    await expect(gate.alone(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    (await gate.enter(2))();
  });
});
