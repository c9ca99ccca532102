import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OcularError } from "../shared/errors.ts";
import { methods, type MethodName } from "../shared/ipc/contract.ts";
import { answerCall, type Implementations } from "./answer-call.ts";

/** Implementations that only say that they were reached. */
function recording(): { table: Implementations; reached: [MethodName, unknown][] } {
  const reached: [MethodName, unknown][] = [];
  const names = Object.keys(methods) as MethodName[];
  const table = Object.fromEntries(names.map((name) => [name, (input: unknown) => { reached.push([name, input]); return {}; }])) as unknown as Implementations;
  return { table, reached };
}

describe("calls from the screen", () => {
  it("parses the input and runs the method it names", async () => {
    const { table, reached } = recording();
    await expect(answerCall(table, { method: "stage.moveBy", input: { xUm: 1, yUm: 2, extra: 3 } })).resolves.toEqual({ ok: true, value: {} });
    expect(reached).toEqual([["stage.moveBy", { xUm: 1, yUm: 2 }]]);
  });

  it.each([
    undefined, null, 7, "app.snapshot", {}, { method: "constructor", input: {} }, { method: "__proto__", input: {} },
    { method: "stage.moveBy", input: { xUm: "1", yUm: 2 } }, { method: "stage.moveBy", input: { xUm: NaN, yUm: 2 } },
    { method: "library.open", input: { name: "../../etc/passwd" } }, { method: "library.open", input: { name: "a/b.ocular" } },
    { method: "library.open", input: { name: "..ocular" } },
  ])("refuses %j without reaching anything", async (message) => {
    const { table, reached } = recording();
    await expect(answerCall(table, message)).resolves.toMatchObject({ ok: false, error: { tag: "InvalidInput" } });
    expect(reached).toEqual([]);
  });

  it("survives anything a compromised page may send", async () => {
    const { table } = recording();
    await fc.assert(fc.asyncProperty(fc.anything(), async (message) => {
      expect(typeof (await answerCall(table, message)).ok).toBe("boolean");
    }));
  });

  it("answers a failure with its tag, and a bug with its words", async () => {
    const { table } = recording();
    const failing = { ...table, "field.keep": () => { throw new OcularError({ tag: "Canceled", what: "x" }); }, "live.start": () => Promise.reject(new Error("boom")) } as Implementations;
    await expect(answerCall(failing, { method: "field.keep", input: {} })).resolves.toMatchObject({ error: { tag: "Canceled" } });
    await expect(answerCall(failing, { method: "live.start", input: {} })).resolves.toMatchObject({ error: { tag: "Internal", reason: "boom" } });
  });
});
