import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { correctByKeysAlone, correctUndoReject } from "./support/corrections.ts";
import { ask, keepField, numberIn, pageFromImage, snapshotOf, startSession, waitForOverlays } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

test("live overlays appear on the cells of the virtual smear", async ({ launch }) => {
  const { page } = await launch();
  await waitForOverlays(page);
  await expect(page.getByTestId("cell-row").first()).toBeVisible();
  const snapshot = await snapshotOf(page);
  expect(snapshot.acquisition).toBe("running");
  expect(snapshot.microscope.isVirtual).toBe(true);
  expect(snapshot.analyzer.identity?.sha256).toMatch(/^[0-9a-f]{64}$/u);
  expect(await numberIn(page, "count-field-red-cell")).toBeGreaterThan(20);

  // The lines are really on the picture: hiding them changes it.
  const canvas = page.getByTestId("picture-canvas");
  await ask(page, "live.stop", {});
  const withOverlays = await canvas.screenshot();
  await page.getByTestId("overlays-toggle").click();
  await expect.poll(async () => (await canvas.screenshot()).equals(withOverlays)).toBe(false);
});

test("a field is kept, corrected, undone; the session is finished and opened again", async ({ launch }) => {
  const { page, dataDir } = await launch();
  await waitForOverlays(page);
  await startSession(page, "smear e2e");
  const field = await keepField(page);
  const before = (await snapshotOf(page)).session?.counts;
  const redBefore = before?.classes.find((c) => c.classId === "red-cell")?.n ?? -1;
  expect(before?.fields).toBe(1);
  expect(redBefore).toBeGreaterThan(20);
  await expect.poll(() => numberIn(page, "count-red-cell")).toBe(redBefore);

  // A red cell near the middle that no other box touches: the pointer must mean it and nothing else.
  const cells = field.detections ?? [];
  const centre = (c: (typeof cells)[number]): { x: number; y: number } => ({ x: c.box.x + c.box.width / 2, y: c.box.y + c.box.height / 2 });
  const insetPx = 8 / (field.header.pixelSizeUm ?? 1);
  const counts = (c: (typeof cells)[number]): boolean => Math.min(centre(c).x, centre(c).y, field.header.width - centre(c).x, field.header.height - centre(c).y) > insetPx;
  const alone = cells.filter((c) => c.classId === "red-cell" && counts(c) && cells.every((o) => o === c || Math.hypot(centre(o).x - centre(c).x, centre(o).y - centre(c).y) > 95));
  const target = alone.toSorted((a, b) => Math.hypot(centre(a).x - 480, centre(a).y - 400) - Math.hypot(centre(b).x - 480, centre(b).y - 400))[0];
  if (target === undefined) throw new Error("no red cell stands alone in this field");
  const at = await pageFromImage(page, field.header, centre(target));
  await correctUndoReject(page, at, redBefore);
  await correctByKeysAlone(page);

  const name = (await snapshotOf(page)).session?.name ?? "";
  // A dialog gives the keyboard back to where it was.
  await page.getByTestId("finish-session").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("finish-dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("finish-dialog")).toBeHidden();
  await expect(page.getByTestId("finish-session")).toBeFocused();
  await page.getByTestId("finish-session").click();
  await page.getByTestId("finish-confirm").click();
  await expect.poll(async () => (await snapshotOf(page)).session).toBeUndefined();

  const check = await verifySession(path.join(dataDir, name));
  expect(check).toMatchObject({ ok: true, sealed: true, files: 1 });
  const view = await ask(page, "library.open", { name });
  expect(view.counts.classes.find((c) => c.classId === "red-cell")?.n).toBe(redBefore - 1);
  // The machine's word stands beside the person's.
  expect(view.fields[0]?.detections).toHaveLength(cells.length);
  expect(view.fields[0]?.annotations.map((a) => a.kind)).toEqual(["reject"]);

  await page.getByTestId("rail-library").click();
  await page.getByTestId("library-search").fill("nobody");
  await expect(page.getByTestId("library-shown")).toHaveText("0 of 1 session");
  await page.getByTestId("library-search").fill("ada smear");
  await page.getByTestId("library-row").first().click();
  await expect(page.getByTestId("verify-result")).toContainText(/intact|verified|sealed/iu);
  await expect(page.getByTestId("field-row").first()).toBeVisible();
});

test("inference is killed and comes back; devices and session go on", async ({ launch }) => {
  const { page } = await launch();
  await waitForOverlays(page);
  await startSession(page, "killed inference");
  const { analyzer, ledger } = await snapshotOf(page);
  if (analyzer.pid === undefined) throw new Error("no inference process");
  process.kill(analyzer.pid, "SIGKILL");
  await expect.poll(async () => (await snapshotOf(page)).analyzer.pid, { timeout: 30_000 }).not.toBe(analyzer.pid);
  await expect.poll(async () => (await snapshotOf(page)).analyzer.state, { timeout: 60_000 }).toBe("ready");
  await expect.poll(async () => (await snapshotOf(page)).ledger.analysed, { timeout: 60_000 }).toBeGreaterThan(ledger.analysed + 1);
  const field = await keepField(page);
  expect(field.detections?.length).toBeGreaterThan(20);
  const after = await snapshotOf(page);
  expect(after.acquisition).toBe("running");
  expect(after.session?.state).toBe("open");
});

test("the camera disconnects and comes back by itself; the screen says both", async ({ launch }) => {
  const { page } = await launch();
  await waitForOverlays(page);
  await ask(page, "virtual.injectFault", { device: "camera", fault: "disconnect" });
  await expect.poll(async () => (await snapshotOf(page)).devices.find((d) => d.identity.kind === "camera")?.state).not.toBe("ready");
  await expect(page.getByTestId("picture-message")).toContainText(/disconnected|reconnect/iu);
  await expect(page.getByTestId("field-kind")).toHaveText("last picture, not kept");
  await expect(page.getByTestId("toast").first()).toBeVisible();
  await ask(page, "virtual.injectFault", { device: "camera", fault: "reconnect" });
  await expect.poll(async () => (await snapshotOf(page)).devices.find((d) => d.identity.kind === "camera")?.state, { timeout: 30_000 }).toMatch(/ready|busy/u);
  const { produced } = (await snapshotOf(page)).ledger;
  await expect.poll(async () => (await snapshotOf(page)).ledger.produced, { timeout: 30_000 }).toBeGreaterThan(produced + 10);
  await expect(page.getByTestId("log-line").filter({ hasText: /back/u }).first()).toBeVisible();
  // What is cured does not stand there red for the rest of its time.
  await expect(page.getByTestId("toast")).toHaveCount(0, { timeout: 5000 });
});

test("a changed line of a saved log is found and named", async ({ launch }) => {
  const { page, dataDir } = await launch();
  await waitForOverlays(page);
  await startSession(page, "tampered");
  await keepField(page);
  const name = (await snapshotOf(page)).session?.name ?? "";
  await ask(page, "session.finish", {});
  const log = path.join(dataDir, name, "log.jsonl");
  const lines = (await readFile(log, "utf8")).split("\n");
  const line = lines.findIndex((text) => text.includes("field-kept"));
  expect(line).toBeGreaterThan(0);
  lines[line] = (lines[line] ?? "").replace("Ada", "Eve");
  await writeFile(log, lines.join("\n"));

  const view = await ask(page, "library.open", { name });
  expect(view.verify.ok).toBe(false);
  expect(view.verify.firstProblem?.line).toBe(line + 1);
  await page.getByTestId("rail-library").click();
  await page.getByTestId("library-row").first().click();
  await expect(page.getByTestId("verify-result")).toContainText(new RegExp(`line ${line + 1}`, "u"));
});

test("a killed app's session goes on where its last safe record ended, and a second app is told to wait", async ({ launch }) => {
  test.slow();
  const first = await launch();
  await waitForOverlays(first.page);
  await startSession(first.page, "power cut");
  await keepField(first.page);
  const session = (await snapshotOf(first.page)).session;
  if (session === undefined) throw new Error("no session");

  const second = await launch({ dataDir: first.dataDir });
  await expect.poll(async () => (await snapshotOf(second.page)).acquisition, { timeout: 60_000 }).toBe("running");
  await expect(ask(second.page, "session.resumeInterrupted", { name: session.name })).rejects.toThrow(/SessionInUse/u);

  await first.kill();
  await ask(second.page, "session.resumeInterrupted", { name: session.name });
  const recovered = (await snapshotOf(second.page)).session;
  expect(recovered?.state).toBe("recovered");
  expect(recovered?.fields.map((f) => f.fieldId)).toEqual(session.fields.map((f) => f.fieldId));
  expect(recovered?.acknowledged).toBeGreaterThanOrEqual(session.acknowledged);
  await keepField(second.page);
  await ask(second.page, "session.finish", {});
  expect(await verifySession(path.join(first.dataDir, session.name))).toMatchObject({ ok: true, sealed: true, files: 2 });
  expect((await readdir(first.dataDir)).filter((name) => name.endsWith(".ocular"))).toHaveLength(1);
});
