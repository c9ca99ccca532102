import { describe, expect, it } from "vitest";
import { OcularError } from "../../shared/errors.ts";
import { systemClock } from "../runtime/system-clock.ts";
import { inTime, unlessAborted } from "./settle-work.ts";

const never = new Promise<never>(() => undefined);

describe("work that must settle", () => {
  it("gives its outcome when it is in time, and nobody is told otherwise", async () => {
    const reasons: string[] = [];
    const deadline = { clock: systemClock, timeoutMs: 60_000, id: "blobs", giveUp: (reason: string) => { reasons.push(reason); } };
    await expect(inTime(Promise.resolve(7), deadline)).resolves.toBe(7);
    await expect(inTime(Promise.reject(new Error("broken")), deadline)).rejects.toThrow("broken");
    expect(reasons).toEqual([]);
  });

  it("is given up when it is late", async () => {
    const reasons: string[] = [];
    const late = inTime(never, { clock: systemClock, timeoutMs: 1, id: "blobs", giveUp: (reason) => { reasons.push(reason); } });
    await expect(late).rejects.toMatchObject({ data: { tag: "InferenceTimeout", modelId: "blobs", timeoutMs: 1 } });
    expect(reasons).toEqual(["no answer within 1 ms"]);
  });

  it("rejects at once when it is canceled", async () => {
    const abort = new AbortController();
    const waiting = unlessAborted(never, abort.signal, () => new OcularError({ tag: "Canceled", what: "Analysis with blobs" }));
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ data: { tag: "Canceled" } });
    await expect(unlessAborted(Promise.resolve(3), new AbortController().signal, () => new OcularError({ tag: "Canceled", what: "x" }))).resolves.toBe(3);
  });
});
