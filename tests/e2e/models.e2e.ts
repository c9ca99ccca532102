import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { formatNpy, parseNpy } from "../../src/engine/analysis/inference/package/npy.ts";
import { zipOf } from "../builders/zip.ts";
import { ask, keepField, snapshotOf, startSession } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

const FIXTURES = path.resolve(import.meta.dirname, "../fixtures/models");

/** Packages of the tests in a folder of their own: adding one must not touch those of the project. */
async function modelsFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "ocular-e2e-models-"));
  for (const id of ["blobs", "cones", "wrong-axes"]) await cp(path.join(FIXTURES, id), path.join(folder, id), { recursive: true });
  return folder;
}

/** A package as the model zoo hands it out. */
async function zipped(folder: string): Promise<Buffer> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  return zipOf(await Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(folder, name)) }))));
}

/** Makes the package promise what its model does not give, with all its hashes in order. */
async function promiseOtherwise(folder: string): Promise<void> {
  const file = path.join(folder, "test_output_size.npy");
  const tensor = parseNpy(await readFile(file), "size");
  if (tensor.data instanceof Float32Array) tensor.data.fill(25, 0, 100);
  await writeFile(file, formatNpy(tensor));
  const rdf = path.join(folder, "rdf.yaml");
  await writeFile(rdf, (await readFile(rdf, "utf8")).replace(/(test_output_size\.npy\n)\s+sha256: [0-9a-f]{64}\n/, "$1"));
}

test.describe.configure({ timeout: 300_000 });

test("model packages are listed and measured; a bare ONNX file becomes one by the short form, and can be chosen", async ({ launch }) => {
  const models = await modelsFolder();
  try {
    const { app, page } = await launch({ args: [`--models=${models}`, "--model=blobs"] });
    await expect(page.getByTestId("rail-settings")).toBeVisible({ timeout: 60_000 });
    await page.getByTestId("rail-settings").click();
    await expect(page.getByTestId("model-blobs")).toContainText("centre-heat-map");
    await expect(page.getByTestId("model-cones")).toContainText("distance-map");
    await page.getByTestId("measure-blobs").click();
    await expect(page.getByTestId("model-blobs")).toContainText(/reproduced, \d+\.\d ms per run with onnxruntime-node/u, { timeout: 60_000 });

    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, path.join(FIXTURES, "cones", "model.onnx"));
    await page.getByTestId("add-model").click();
    await expect(page.getByTestId("add-model-dialog")).toContainText(/Takes image .* Gives maps/u, { timeout: 60_000 });
    await page.getByTestId("add-model-id").fill("my cones");
    await page.getByTestId("add-model-classes").fill("cone");
    await page.getByTestId("add-model-confirm").click();
    await expect(page.getByTestId("add-model-dialog")).toContainText("must be of small letters, digits and hyphens");
    // What the person said does not fit the graph: one sentence, and the form stays.
    await page.getByTestId("add-model-id").fill("my-cones");
    await page.getByTestId("add-model-head").selectOption("centre-heat-map");
    await page.getByTestId("add-model-confirm").click();
    await expect(page.getByTestId("add-model-dialog")).toContainText("which output is the heatmap", { timeout: 60_000 });
    await page.getByTestId("add-model-head").selectOption("distance-map");
    await page.getByTestId("add-model-confirm").click();
    await expect(page.getByTestId("add-model-dialog")).toBeHidden({ timeout: 120_000 });
    await expect(page.getByTestId("model-my-cones")).toContainText("distance-map, Cone");
    expect((await readdir(models)).sort()).toEqual(["blobs", "cones", "my-cones", "wrong-axes"]);

    // A zipped package describes itself: one press.
    const zip = path.join(models, "Zipped blobs.zip");
    await writeFile(zip, await zipped(path.join(FIXTURES, "blobs")));
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, zip);
    await page.getByTestId("add-model").click();
    await expect(page.getByTestId("add-model-dialog")).toContainText("A package describes itself");
    await page.getByTestId("add-model-confirm").click();
    await expect(page.getByTestId("add-model-dialog")).toBeHidden({ timeout: 120_000 });
    await expect(page.getByTestId("model-zipped-blobs")).toContainText("centre-heat-map");

    await ask(page, "analyzer.choose", { ref: { kind: "model", id: "my-cones" } });
    await expect.poll(async () => (await snapshotOf(page)).analyzer.state, { timeout: 60_000 }).toBe("ready");
    expect((await snapshotOf(page)).analyzer.classes.map(({ id }) => id)).toEqual(["cone"]);
  } finally {
    await rm(models, { recursive: true, force: true });
  }
});

test("a package that does not give what it promises is refused, with the largest difference, and the app goes on", async ({ launch }) => {
  const models = await modelsFolder();
  try {
    await promiseOtherwise(path.join(models, "blobs"));
    const { page } = await launch({ args: [`--models=${models}`, "--model=blobs"] });
    // As the analyzer of the live picture: the camera runs, the screen says what is wrong with the model.
    await expect(page.getByTestId("message-analyzer")).toContainText(/Model blobs does not reproduce its test tensor size .*largest difference 1,/u, { timeout: 90_000 });
    expect((await snapshotOf(page)).acquisition).toBe("running");
    // Asked for in the settings: the same.
    await page.getByTestId("rail-settings").click();
    await page.getByTestId("measure-blobs").click();
    await expect(page.getByTestId("toast").first()).toContainText("largest difference 1, allowed", { timeout: 60_000 });
    // Another one takes its place.
    await ask(page, "analyzer.choose", { ref: { kind: "model", id: "cones" } });
    await expect.poll(async () => (await snapshotOf(page)).analyzer.state, { timeout: 60_000 }).toBe("ready");
  } finally {
    await rm(models, { recursive: true, force: true });
  }
});

test("what computes is chosen in the settings, kept for the next start, recorded, and fixed while a session is open", async ({ launch }) => {
  const models = await modelsFolder();
  try {
    const args = [`--models=${models}`, "--model=blobs"];
    const first = await launch({ args });
    await expect.poll(async () => (await snapshotOf(first.page)).analyzer.state, { timeout: 90_000 }).toBe("ready");
    expect((await snapshotOf(first.page)).analyzer.identity?.runtime).toMatch(/^onnxruntime-node \S+ cpu, /u);
    await first.page.getByTestId("rail-settings").click();
    const chooser = first.page.getByTestId("provider");
    await expect(chooser).toHaveValue("cpu");
    const others = (await ask(first.page, "models.providers", {})).providers.map(({ name }) => name).filter((name) => name !== "cpu");
    const wanted = others[0];
    if (wanted === undefined) throw new Error("this build of onnxruntime has the processor only");
    await chooser.selectOption(wanted);
    // It does, or the processor does in its place and the screen says why: never neither.
    const notice = first.page.getByTestId("provider-notice");
    const runtimeNow = async (): Promise<string> => (await snapshotOf(first.page)).analyzer.identity?.runtime ?? "";
    await expect.poll(async () => (await notice.isVisible()) || (await runtimeNow()).includes(` ${wanted}, `), { timeout: 90_000 }).toBe(true);
    await expect.poll(async () => (await snapshotOf(first.page)).analyzer.state, { timeout: 90_000 }).toBe("ready");
    const runtime = await runtimeNow();
    if (runtime.includes(` ${wanted}, `)) await expect(notice).toBeHidden();
    else {
      expect(runtime).toMatch(/ cpu, /u);
      await expect(notice).toHaveText(new RegExp(`^${wanted} cannot run this model here .*: the processor does`, "u"));
    }
    // Choosing again forgets what was said of the choice before.
    await chooser.selectOption("cpu");
    await expect(notice).toBeHidden({ timeout: 60_000 });
    await chooser.selectOption(wanted);
    await expect.poll(async () => (await ask(first.page, "models.providers", {})).chosen, { timeout: 60_000 }).toBe(wanted);
    await expect.poll(async () => (await notice.isVisible()) || (await runtimeNow()).includes(` ${wanted}, `), { timeout: 90_000 }).toBe(true);

    await first.page.getByTestId("rail-live").click();
    await startSession(first.page, "provider");
    await keepField(first.page);
    await first.page.getByTestId("rail-settings").click();
    await expect(chooser).toBeDisabled();
    const { name } = await ask(first.page, "session.finish", {});
    expect(await readFile(path.join(first.dataDir, name, "log.jsonl"), "utf8")).toContain(JSON.stringify(runtime));
    await first.close();

    const second = await launch({ args, dataDir: first.dataDir, profileDir: first.profileDir });
    await expect.poll(async () => (await snapshotOf(second.page)).analyzer.state, { timeout: 90_000 }).toBe("ready");
    expect((await ask(second.page, "models.providers", {})).chosen).toBe(wanted);
    expect((await snapshotOf(second.page)).analyzer.identity?.runtime).toBe(runtime);
  } finally {
    await rm(models, { recursive: true, force: true });
  }
});
