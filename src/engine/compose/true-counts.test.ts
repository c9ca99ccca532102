import { expect, it } from "vitest";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { um } from "../../shared/units.ts";
import type { StageRectUm } from "../../shared/units.ts";
import { header } from "../session/testing/session-builder.ts";
import { trueCountsOf } from "./true-counts.ts";

const rect = (x: number, width: number): StageRectUm => ({ x: um(x), y: um(0), width: um(width), height: um(width) });

it("counts a cell of two overlapping fields as the session does: once, or in each", () => {
  const views = new Map([[1, rect(0, 100)], [2, rect(50, 100)]]);
  const cells = [rect(20, 8), rect(70, 8), rect(120, 8)].map((boundsUm, n) => ({ id: `cell-${n}`, class: "red-cell" as const, boundsUm, visibleBoundsUm: boundsUm, visibleFraction: 1, centreUm: { x: um(boundsUm.x + 4), y: um(4) }, outlineUm: [] }));
  const truth = trueCountsOf({
    viewRectOfFrame: (sequence) => views.get(sequence),
    groundTruth: (view) => cells.filter(({ boundsUm: { x } }) => x >= view.x && x < view.x + view.width),
  });
  const fields = [1, 2].map((sequence): FieldView => ({ fieldId: `f${sequence}`, annotations: [], header: header(sequence, { deviceSequence: sequence }) }));
  expect(truth(fields, { insetUm: 0, overlaps: "once" })).toEqual({ "red-cell": 3 });
  expect(truth(fields, { insetUm: 0 })).toEqual({ "red-cell": 4 });
});
