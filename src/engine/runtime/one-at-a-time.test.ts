import { describe, expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

describe("one at a time", () => {
  it("runs in the order asked, the next when the one before has ended, also where that failed", async () => {
    const inTurn = oneAtATime();
    const heard: string[] = [];
    let endFirst = (): void => undefined;
    const first = inTurn(() => new Promise<void>((_, reject) => {
      heard.push("first");
      endFirst = () => reject(new Error("first failed"));
    }));
    const second = inTurn(async () => {
      heard.push("second");
      return 2;
    });
    await Promise.resolve();
    expect(heard).toEqual(["first"]);
    endFirst();
    await expect(first).rejects.toThrow("first failed");
    expect(await second).toBe(2);
    expect(heard).toEqual(["first", "second"]);
  });
});
