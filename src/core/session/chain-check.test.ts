import { describe, expect, it } from "vitest";
import { ChainCheck, type ReadLine } from "./chain-check.ts";
import { NO_PREVIOUS } from "./codec.ts";

/** A chain of `length` notes; hashes are stand-ins. */
function chain(length: number): ReadLine[] {
  return Array.from({ length }, (_, sequence) => ({
    record: { format: "ocular-session", version: 1, sequence, time: "t", actor: { kind: "system", name: "n" }, previous: sequence === 0 ? NO_PREVIOUS : `hash-${sequence - 1}`, event: { type: "note", text: "" } },
    fault: undefined, sha256: `hash-${sequence}`,
  }));
}

function firstProblem(lines: readonly ReadLine[], sealed?: string): { line: number; message: string } | undefined {
  const check = new ChainCheck();
  for (const line of lines) check.next(line);
  return check.end(sealed);
}

describe("ChainCheck", () => {
  it("finds nothing in a sound chain", () => {
    expect(firstProblem(chain(5), "hash-4")).toBeUndefined();
    expect(firstProblem(chain(5))).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 5])("blames line %i when its content was changed", (line) => {
    const lines = chain(5).map((entry, index) => (index === line - 1 ? { ...entry, sha256: "other" } : entry));
    expect(firstProblem(lines, "hash-4")?.line).toBe(line);
  });

  it.each([1, 2, 3, 4, 5])("blames line %i when its link was changed", (line) => {
    const lines = chain(5).map((entry, index) => (index === line - 1 && entry.record !== undefined ? { ...entry, record: { ...entry.record, previous: "x" }, sha256: "other" } : entry));
    expect(firstProblem(lines, "hash-4")?.line).toBe(line);
  });

  it.each([1, 2, 3, 4])("blames the place of line %i when it was deleted", (line) => {
    expect(firstProblem(chain(5).filter((_, index) => index !== line - 1), "hash-4")?.line).toBe(line);
  });

  it("finds two lines that changed places, at the first", () => {
    const [a, b, c, d] = chain(4);
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("four lines");
    expect(firstProblem([a, c, b, d])?.line).toBe(2);
  });

  it("tells the fault of a line that is no record", () => {
    const lines = chain(3).map((entry, index) => (index === 1 ? { record: undefined, fault: "is not JSON", sha256: "x" } : entry));
    expect(firstProblem(lines)).toEqual({ line: 2, message: "is not JSON" });
  });

  it("finds a last line that is not the sealed one", () => {
    expect(firstProblem(chain(3), "hash-9")?.line).toBe(3);
  });
});
