import { describe, expect, it } from "vitest";
import { createManualClock } from "../core/testing/manual-clock.ts";
import { endAll, LONGEST_END_MS, type Held } from "./leaving.ts";

describe("leaving", () => {
  it("ends everything in its order, though something before it failed or never ends", async () => {
    const clock = createManualClock();
    const ended: string[] = [];
    const said: string[] = [];
    const held: readonly Held[] = [
      { name: "the microscope", end: async () => { ended.push("microscope"); } },
      { name: "the tuner", end: () => Promise.reject(new Error("its thread never started")) },
      { name: "the batch", end: () => new Promise(() => { ended.push("batch asked"); }) },
      { name: "the devices", end: async () => { ended.push("devices"); } },
    ];
    const ending = endAll(held, clock, (line) => said.push(line));
    await clock.advance(LONGEST_END_MS);
    await expect(ending).resolves.toBe(false);
    expect(ended).toEqual(["microscope", "batch asked", "devices"]);
    expect(said).toHaveLength(2);
    expect(said[0]).toContain("Ending the tuner failed (its thread never started)");
    expect(said[1]).toContain("Ending the batch failed (it did not end within 15 s)");
    expect(clock.pendingCount()).toBe(0);
  });

  it("says nothing where all ends well, and leaves no timer behind", async () => {
    const clock = createManualClock();
    const said: string[] = [];
    await expect(endAll([{ name: "the devices", end: async () => undefined }], clock, (line) => said.push(line))).resolves.toBe(true);
    expect(said).toEqual([]);
    expect(clock.pendingCount()).toBe(0);
  });
});
