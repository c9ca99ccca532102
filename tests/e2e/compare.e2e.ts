import path from "node:path";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import type { FieldView } from "../../src/shared/domain/snapshot.ts";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, keepField, snapshotOf, startSession, waitForOverlays } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

test("model and rules look at the same frames; disagreements are listed, settled by key and recorded", async ({ launch }) => {
  test.slow();
  const { page, dataDir } = await launch();
  await waitForOverlays(page);

  await page.getByTestId("rail-compare").click();
  await expect(page.getByTestId("compare-empty")).toContainText("Choose a second analyzer");
  await page.getByTestId("second-analyzer").selectOption("rules:red-cells");
  await expect(page.getByTestId("second-state")).toHaveText("Both analyzers are ready", { timeout: 60_000 });
  // Live: numbers of one frame that both answered on.
  await expect(page.getByTestId("live-agreement-table").getByTestId("agreed-red-cell")).toHaveText(/\d/u, { timeout: 60_000 });

  await page.getByTestId("rail-live").click();
  await startSession(page, "two analyzers");
  const kept = await keepField(page);
  const field = async (): Promise<FieldView> => {
    const found = (await ask(page, "session.fields", {})).find((one) => one.fieldId === kept.fieldId);
    if (found === undefined) throw new Error("the kept field is gone");
    return found;
  };
  await expect.poll(async () => (await field()).second?.detections.length ?? 0, { timeout: 60_000 }).toBeGreaterThan(5);

  await page.getByTestId("rail-compare").click();
  await expect(page.getByTestId("field-agreement-table")).toBeVisible();
  await expect(page.getByTestId("field-agreement-table").getByTestId("agreement-red-cell")).toHaveText(/% \(.+–.+%\)/u);
  const unsettled = async (): Promise<number> => Number(/\d+/u.exec(await page.getByTestId("unsettled").innerText())?.[0]);
  const before = await unsettled();
  expect(before).toBeGreaterThan(0);
  await expect(page.getByTestId("disagreement").first()).toBeVisible();
  await expect(page.getByTestId("picture-canvas")).toHaveCount(2);
  // Both pictures are there, not only their frames: an empty canvas makes a PNG of a few kB.
  for (const side of [0, 1]) await expect.poll(async () => (await page.getByTestId("picture-canvas").nth(side).screenshot()).length, { timeout: 30_000 }).toBeGreaterThan(40_000);
  const shot = process.env["OCULAR_DOC_SHOTS"];
  if (shot !== undefined) await page.screenshot({ path: path.join(shot, "compare.png") });

  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => { document.documentElement.dataset["theme"] = name; }, theme);
    expect(await seriousBarriers(page), theme).toEqual([]);
  }

  // A key that opens another workspace is no verdict, whatever its digit means here.
  await page.keyboard.press("Control+2");
  await expect(page.getByTestId("rail-library")).toHaveAttribute("aria-current", "page");
  await page.keyboard.press("Control+5");
  await expect.poll(unsettled).toBe(before);
  await page.keyboard.press("Enter");
  await expect.poll(unsettled).toBe(before - 1);
  if (before > 1) {
    await page.keyboard.press("Backspace");
    await expect.poll(unsettled).toBe(before - 2);
    await page.getByTestId("verdict-undo").click();
    await expect.poll(unsettled).toBe(before - 1);
  }
  expect((await field()).annotations.map(({ kind }) => kind)).toEqual(["confirm"]);

  const { name } = await ask(page, "session.finish", {});
  expect(await verifySession(path.join(dataDir, name))).toMatchObject({ ok: true, sealed: true });
  const view = await ask(page, "library.open", { name });
  expect(view.fields[0]?.second?.analyzer.id).toBe("red-cells");
  expect(view.log.some(({ text }) => text.includes("second opinion of red-cells"))).toBe(true);

  await page.getByTestId("rail-library").click();
  await page.getByTestId("library-row").first().click();
  await expect(page.getByTestId("saved-disagreements")).toContainText("red-cells", { timeout: 60_000 });
  await expect(page.getByTestId("saved-disagreements").getByTestId("disagreement").first()).toBeVisible();

  // Without a session another analyzer may take the first seat, and the second may leave.
  await ask(page, "analyzer.setSecond", {});
  expect((await snapshotOf(page)).second).toBeUndefined();
  await ask(page, "analyzer.choose", { ref: { kind: "rules", id: "white-cells" } });
  await expect.poll(async () => (await snapshotOf(page)).analyzer.identity?.id, { timeout: 60_000 }).toBe("white-cells");
});

test("two analyzers without a class in common are not said to agree", async ({ launch }) => {
  test.slow();
  const { page } = await launch();
  await waitForOverlays(page);
  await ask(page, "analyzer.setSecond", { ref: { kind: "rules", id: "nuclei" } });
  await startSession(page, "strangers");
  const { fieldId } = await keepField(page);
  await expect.poll(async () => (await ask(page, "session.fields", {})).find((one) => one.fieldId === fieldId)?.second?.analyzer.id, { timeout: 60_000 }).toBe("nuclei");
  await page.getByTestId("rail-compare").click();
  await expect(page.getByText("These two analyzers have no class in common").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId("disagreement").or(page.getByTestId("nothing-to-settle")).first()).toBeVisible();
  await expect(page.getByTestId("both-agree")).toHaveCount(0);
});
