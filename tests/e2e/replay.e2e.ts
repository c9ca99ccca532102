import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { exportSmear } from "../../src/engine/devices/virtual/export/export-smear.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { correctUndoReject } from "./support/corrections.ts";
import { ask, keepField, pageFromImage, snapshotOf, startSession, waitForOverlays } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

test("with a camera alone a kept field stays on the screen: it is corrected, undone, and let go", async ({ launch }) => {
  test.slow();
  const folder = await mkdtemp(path.join(tmpdir(), "ocular-e2e-replay-"));
  try {
    await exportSmear({ outDir: folder, fields: 3, seed: 5, pixelSizesUm: [0.08625], sensorWidth: 1280, sensorHeight: 960 });
    const { page, dataDir } = await launch({ args: [`--camera=replay:${path.join(folder, "images")}`, "--frame-rate=2"] });
    await waitForOverlays(page);
    await startSession(page, "replayed");
    const field = await keepField(page);
    await expect(page.getByTestId("held-field")).toBeVisible();
    await expect(page.getByTestId("let-go")).toBeVisible();
    const redBefore = (await snapshotOf(page)).session?.counts.classes.find((c) => c.classId === "red-cell")?.n ?? -1;
    expect(redBefore).toBeGreaterThan(5);

    const cells = field.detections ?? [];
    const centre = (c: (typeof cells)[number]): { x: number; y: number } => ({ x: c.box.x + c.box.width / 2, y: c.box.y + c.box.height / 2 });
    const insetPx = 8 / (field.header.pixelSizeUm ?? 1);
    const inside = (c: (typeof cells)[number]): boolean => Math.min(centre(c).x, centre(c).y, field.header.width - centre(c).x, field.header.height - centre(c).y) > insetPx;
    // The one that stands furthest from all others: the pointer must mean it and nothing else.
    const room = (c: (typeof cells)[number]): number => Math.min(...cells.filter((o) => o !== c).map((o) => Math.hypot(centre(o).x - centre(c).x, centre(o).y - centre(c).y)));
    // Not under the map of the slide at the lower right, nor under the line that says what is held.
    const free = (c: (typeof cells)[number]): boolean => centre(c).x < 0.6 * field.header.width && centre(c).y > 0.25 * field.header.height;
    const [target] = cells.filter((c) => c.classId === "red-cell" && inside(c) && free(c)).toSorted((a, b) => room(b) - room(a));
    if (target === undefined) throw new Error("no red cell stands alone in this field");
    const at = await pageFromImage(page, field.header, centre(target));
    await correctUndoReject(page, at, redBefore);

    // Pictures went on meanwhile; with Space they are seen again, and the next field can be kept.
    const shown = (await snapshotOf(page)).ledger.shown;
    await page.keyboard.press("Space");
    await expect(page.getByTestId("held-field")).toBeHidden();
    await expect(page.getByTestId("keep-field")).toBeVisible();
    await expect.poll(async () => (await snapshotOf(page)).ledger.shown, { timeout: 30_000 }).toBeGreaterThan(shown);
    const { name } = await ask(page, "session.finish", {});
    expect(await verifySession(path.join(dataDir, name))).toMatchObject({ ok: true, sealed: true, files: 1 });
    expect((await ask(page, "library.open", { name })).fields[0]?.annotations.map(({ kind }) => kind)).toEqual(["reject"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
