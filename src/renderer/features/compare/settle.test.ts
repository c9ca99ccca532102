import { describe, expect, it } from "vitest";
import type { Disagreement } from "../../../core/comparison/disagreements.ts";
import type { Detection } from "../../../shared/domain/detection.ts";
import { settlementOf } from "./settle.ts";

const box = { x: 0, y: 0, width: 5, height: 5 };
const one: Detection = { id: "a", classId: "red-cell", score: 0.9, box };
const two: Detection = { id: "B", classId: "white-cell", score: 0.8, box };

function about(kind: Disagreement["kind"], first: Detection | undefined, second: Detection | undefined): Disagreement {
  return { id: (first ?? second)?.id ?? "", kind, first, second, box, settled: false };
}

describe("settlementOf", () => {
  it("of two classes keeps the first's, takes the second's, or neither", () => {
    const both = about("class", one, two);
    expect(settlementOf("f", both, "first")).toEqual({ method: "annotation.confirm", input: { fieldId: "f", detectionId: "a" } });
    expect(settlementOf("f", both, "second")).toEqual({ method: "annotation.reclassify", input: { fieldId: "f", detectionId: "a", toClassId: "white-cell" } });
    expect(settlementOf("f", both, "reject")).toEqual({ method: "annotation.reject", input: { fieldId: "f", detectionId: "a" } });
  });

  it("of what one found says that it is one, or none", () => {
    expect(settlementOf("f", about("only-second", undefined, two), "second")).toEqual({ method: "annotation.confirm", input: { fieldId: "f", detectionId: "B" } });
    expect(settlementOf("f", about("only-first", one, undefined), "first")).toMatchObject({ method: "annotation.confirm", input: { detectionId: "a" } });
    expect(settlementOf("f", about("only-second", undefined, two), "reject")).toMatchObject({ method: "annotation.reject", input: { detectionId: "B" } });
  });
});
