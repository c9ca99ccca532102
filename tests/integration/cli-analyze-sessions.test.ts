import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { createSession } from "../../src/engine/session/session-writer.ts";
import { header, OPERATOR, SETTINGS, SYSTEM } from "../../src/engine/session/testing/session-builder.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { analyzeBench, readCoco, SIZE, spots } from "../support/analyze-bench.ts";

describe("ocular analyze, of sessions", { timeout: 90_000 }, () => {
  const bench = analyzeBench();

  it("reads the kept fields of a session, with their scale", async () => {
    const writer = await createSession({
      libraryFolder: bench.folder, name: "s.ocular", clock: systemClock, ids: countingIds(), devices: [], countingFrame: { insetUm: 8 },
      details: { operator: "test", specimenId: "test", note: "" }, software: { name: "test", version: "1" },
    });
    await writer.append(SETTINGS, SYSTEM);
    const pixels = spots([{ x: 32, y: 32, channel: 2 }]);
    await writer.keepField({ fieldId: "field-1", header: header(1, { ...SIZE, pixelFormat: "RGB8", pixelSizeUm: 0.25 }), pixels, actor: OPERATOR });
    await writer.close();
    const ended = await bench.analyze([join(bench.folder, "s.ocular")]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect((await readCoco(bench.out)).images).toMatchObject([{ file_name: "field-1.ome.tif", field_id: "field-1", pixel_size_um: 0.25, pixel_size_from: "file" }]);
  });

  it("counts the fields of a session by its own rule, each cell once, beside what stands in it", async () => {
    const writer = await createSession({
      libraryFolder: bench.folder, name: "s.ocular", clock: systemClock, ids: countingIds(), devices: [], countingFrame: { insetUm: 0, rule: "two-edges", overlaps: "once" },
      details: { operator: "test", specimenId: "test", note: "" }, software: { name: "test", version: "1" },
    });
    await writer.append(SETTINGS, SYSTEM);
    // The second field lies 10 um (40 px) to the right; its left cell is the first one's middle cell.
    const fields = [{ x: 0, cells: [8, 60, 100] }, { x: 10, cells: [20, 60] }];
    for (const [index, { x, cells }] of fields.entries()) {
      const placed = header(index + 1, { ...SIZE, pixelFormat: "RGB8", pixelSizeUm: 0.25, stagePositionUm: { x, y: 0 } });
      await writer.keepField({ fieldId: `field-${index + 1}`, header: placed, pixels: spots(cells.map((at) => ({ x: at, y: 32, channel: 0 }))), actor: OPERATOR });
    }
    await writer.close();
    const ended = await bench.analyze([join(bench.folder, "s.ocular")]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    // Five outlines: one touches the right border of the first field, and one cell is in both.
    expect(ended.stdout).toMatch(/red-spot +3 +95 % 0 to 9 +of 5 found/);
    expect(ended.stdout).toContain("s.ocular: 2 of 2 fields, red-spot 3 (in the session none)");
    expect(ended.stdout).toContain("1 outside the counting frame, 1 seen again not counted twice");
    const run: unknown = JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"));
    expect(run).toMatchObject({ counts: [{ class: "red-spot", n: 3, found: 5 }, { n: 0 }, { n: 0 }] });
    // 30 x 24 um twice, 20 x 24 of it shared.
    expect(run).toMatchObject({ sessions: [{ fields_kept: 2, counting_frame: { rule: "two-edges", overlaps: "once" }, counted: { fields: 2, seen_again: 1, outside_frame: 1, area_um2: 960 }, stands_in_session: { fields: 0, counts: [] } }] });
    // Each field for itself: two in the first, two in the second.
    const rows = (await readFile(join(bench.out, "counts.csv"), "utf8")).trim().split("\r\n").filter((row) => row.includes("red-spot"));
    expect(rows.map((row) => row.split(",")[3])).toEqual(["2", "2"]);
  });
});
