import { expect, it } from "vitest";
import type { StageUmFromPx } from "../../shared/domain/frame.ts";
import { header } from "../session/testing/session-builder.ts";
import type { InputFile } from "./inputs.ts";
import { SessionCounts } from "./session-counts.ts";

const session: NonNullable<InputFile["field"]>["session"] = { folder: "a.ocular", countingFrame: { insetUm: 0, overlaps: "once" }, fieldsKept: 2, recorded: { fields: 2, classes: [], total: 0, outsideFrame: 0 } };

/** Two fields of 100 x 100 px at 0.5 um of a camera turned by a quarter; the second lies 20 um further at +y, which is right in the picture. */
function counted(pixelSizeUm: number | undefined, secondAtUm: number): { total: number; seenAgain: number | undefined } {
  const stageUmFromPx: StageUmFromPx = [0, -0.5, 0.5, 0];
  const counts = new SessionCounts(["cell"]);
  for (const [fieldId, y, x] of [["f1", 0, 80], ["f2", secondAtUm, 40]] as const) {
    const file: InputFile = { path: fieldId, field: { fieldId, session, header: header(1, { width: 100, height: 100, pixelSizeUm: 0.5, stageUmFromPx, stagePositionUm: { x: 0, y } }) } };
    const size = pixelSizeUm ?? 0.5;
    counts.add(file, { path: fieldId, bytes: 1, mtime_ms: 1, failures: [], pages: [{ page: 0, width: 100, height: 100, pixel_size_um: size, pixel_size_from: pixelSizeUm === undefined ? "file" : "option", objects: [{ class: "cell", score: 1, box: [x - 5, 45, 10, 10] }] }] });
  }
  const [only] = counts.counts();
  if (only === undefined) throw new Error("There is one session.");
  return { total: only.counts.total, seenAgain: only.counts.seenAgain };
}

it("counts a session of a turned camera anew, each cell once", () => {
  expect(counted(undefined, 20)).toEqual({ total: 1, seenAgain: 1 });
});

it("goes the longer way on the stage where the pixels are told to be larger, and turned as recorded", () => {
  expect(counted(1, 40)).toEqual({ total: 1, seenAgain: 1 });
  expect(counted(1, 20)).toEqual({ total: 2, seenAgain: 0 });
});
