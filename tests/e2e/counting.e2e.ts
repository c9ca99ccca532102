import path from "node:path";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, keepField, snapshotOf, startSession, waitForOverlays } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

test("a stop rule chosen at the start shows what is still needed; the same place counts once, also when the session is looked at again", async ({ launch }) => {
  test.slow();
  const { page, dataDir } = await launch();
  await waitForOverlays(page);
  await page.getByTestId("counting-form").locator("summary").click();
  await page.getByTestId("counting-rule-two-edges").click();
  await page.getByTestId("stop-kind").selectOption("fields");
  await page.getByTestId("operator").fill("Ada");
  await page.getByTestId("specimen").fill("not yet");
  await page.getByTestId("stop-number").fill("2");
  await page.getByTestId("stop-number").press("Enter");
  // Enter applied the number; a session starts by its own button, or from the fields of its form.
  await expect(page.getByTestId("counting-form")).toContainText("until 2 fields");
  expect((await snapshotOf(page)).session).toBeUndefined();
  await startSession(page, "stop rule");
  await expect(page.getByTestId("still-needed")).toHaveText("2 more fields");

  await keepField(page);
  await expect(page.getByTestId("still-needed")).toHaveText("1 more field");
  const once = (await snapshotOf(page)).session?.counts;
  expect(once?.total).toBeGreaterThan(10);

  // The stage did not move: the second field shows the same cells.
  await keepField(page);
  await expect(page.getByTestId("stop-bar")).toHaveAttribute("data-reached", "true");
  await expect(page.getByTestId("still-needed")).toContainText("Reached");
  const twice = (await snapshotOf(page)).session;
  expect(twice?.countingFrame).toMatchObject({ rule: "two-edges", overlaps: "once" });
  expect(twice?.counts.fields).toBe(2);
  expect(twice?.counts.seenAgain).toBeGreaterThan(0.8 * (once?.total ?? 0));
  expect(twice?.counts.total).toBeLessThan(1.2 * (once?.total ?? 0));

  // The running view has its own count, which a press begins anew.
  await expect(page.getByTestId("running-counts")).toContainText("R");
  await ask(page, "live.restartTracks", {});
  await expect.poll(async () => (await snapshotOf(page)).running.frames).toBeLessThan(5);

  // A batch counts the session by the session's own rule: with the same model it is the same count.
  const { name } = await ask(page, "session.finish", {});
  await page.getByTestId("rail-library").click();
  await page.getByTestId("library-row").first().click();
  await page.getByTestId("analyse-again").click({ timeout: 60_000 });
  await expect(page.getByTestId("batch-inputs")).toHaveText(path.join(dataDir, name));
  await page.getByTestId("batch-analyzer").selectOption("model:blood-cells");
  await page.getByTestId("batch-start").click();
  await expect(page.getByTestId("batch-state")).toHaveText("Done", { timeout: 120_000 });
  const session = page.getByTestId("batch-session");
  await expect(session.getByTestId("fields-anew")).toHaveText("2 fields");
  const recorded = await session.getByTestId("count-recorded-red-cell").innerText();
  expect(Number(recorded)).toBeGreaterThan(10);
  await expect(session.getByTestId("count-anew-red-cell")).toHaveText(recorded);
  await expect(page.getByTestId("batch-counts")).toContainText("found");
  expect(await seriousBarriers(page)).toEqual([]);
  const shot = process.env["OCULAR_DOC_SHOTS"];
  if (shot !== undefined) await page.screenshot({ path: path.join(shot, "batch-session.png"), mask: [page.locator(".oc-batch__what"), page.locator(".oc-batch__out")], maskColor: "#202020" });
});
