import { cp, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./support/launch.ts";

const SESSIONS = 120;
const sealed = join(import.meta.dirname, "../fixtures/sessions/v1-sealed.ocular");

let dataDir: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ocular-e2e-library-"));
  for (let n = 0; n < SESSIONS; n += 1) await cp(sealed, join(dataDir, `s${String(n).padStart(3, "0")}.ocular`), { recursive: true });
});
test.afterAll(() => rm(dataDir, { recursive: true, force: true }));

test("among many sessions only those in view exist, the keys go along, Enter opens, and a long check is told and can be ended", async ({ launch }) => {
  // A field that takes longer to check than any test waits: mostly a hole, so that it takes no room.
  const field = await open(join(dataDir, "s000.ocular", "fields", "field-0001.ome.tif"), "r+");
  await field.truncate(200e9);
  await field.close();
  const { page } = await launch({ dataDir });
  await page.getByTestId("rail-library").click();
  await expect(page.getByTestId("library-shown")).toHaveText(`${SESSIONS} sessions`);
  expect(await page.getByTestId("library-row").count()).toBeLessThan(40);

  const list = page.getByRole("listbox", { name: "Sessions" });
  await list.focus();
  await page.keyboard.press("End");
  await expect(list.getByRole("option", { selected: true })).toContainText("sealed");
  await expect(page.locator(`[data-session="s${SESSIONS - 1}.ocular"]`)).toBeInViewport();
  await expect(page.getByTestId("verify-result")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("verify-result")).toContainText("Intact");

  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("opening-words")).toHaveText(/ of 200 GB, .* left/u);
  await page.getByTestId("opening-cancel").click();
  await expect(page.getByTestId("library-canceled")).toBeVisible();
  await page.getByTestId("library-open-again").click();
  await expect(page.getByTestId("library-opening")).toBeVisible();
  // Another one is opened at once: the check that nobody waits for any more has ended.
  await page.locator('[data-session="s001.ocular"]').click();
  await expect(page.getByTestId("verify-result")).toContainText("Intact");
});
