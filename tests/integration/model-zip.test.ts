import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeInferenceHost } from "../../src/engine/analysis/inference/inference-host.ts";
import { packageFromZip } from "../../src/engine/analysis/inference/form/package-from-zip.ts";
import { unpackModelZip } from "../../src/engine/analysis/inference/package/unpack-zip.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { OnnxForm } from "../../src/shared/domain/model-package.ts";
import { zipOf } from "../builders/zip.ts";
import type { ZippedFile } from "../builders/zip.ts";

const MODELS = resolve(import.meta.dirname, "../fixtures/models");

async function filesOf(model: string, prefix = ""): Promise<ZippedFile[]> {
  const names = await readdir(join(MODELS, model));
  return Promise.all(names.map(async (name) => ({ name: prefix + name, content: await readFile(join(MODELS, model, name)) })));
}

describe("a zip of the model zoo", { timeout: 120_000 }, () => {
  let root = "";
  let modelsFolder = "";
  let file = "";
  const install = (more: { form?: OnnxForm } = {}): ReturnType<typeof packageFromZip> => packageFromZip({ file, modelsFolder, host: nodeInferenceHost(), clock: systemClock, threads: 1, ...more });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "ocular-test-"));
    modelsFolder = join(root, "models");
    file = join(root, "Zoo map.zip");
    await mkdir(modelsFolder);
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it.each(["", "zoo-map-1.0/"])("becomes a package, its files at the top or in a folder (%s), under the name of the zip", async (prefix) => {
    await writeFile(file, zipOf([...(await filesOf("zoo-map", prefix)), { name: "__MACOSX/._rdf.yaml", content: Buffer.from("x") }]));
    expect(await install()).toMatchObject({ id: "zoo-map", config: { head: "semantic-map" } });
    expect((await readdir(modelsFolder)).sort()).toEqual(["zoo-map"]);
    await expect(install()).rejects.toMatchObject({ data: { tag: "InvalidInput", reason: expect.stringContaining("there is a model zoo-map already") as string } });
  });

  it("takes the head of a person's form where its description leaves it open", async () => {
    const files = (await filesOf("zoo-map")).map(({ name, content }) => ({ name, content: name === "rdf.yaml" ? Buffer.from(content.toString().replace("- id: sigmoid", "- {id: scale_linear, kwargs: {gain: 1}}")) : content }));
    await writeFile(file, zipOf(files));
    await expect(install()).rejects.toThrow("does not say how objects are read from its output mask");
    expect(await readdir(modelsFolder)).toEqual([]);
    await writeFile(file, zipOf(await filesOf("zoo-map")));
    const form = OnnxForm.parse({ id: "zoo-map", head: "semantic-map", classes: ["nucleus"], scoreThreshold: 0.6, settings: { splitHeightCells: 1 } });
    expect(await install({ form })).toMatchObject({ classes: [{ id: "nucleus" }], config: { scoreThresholds: { nucleus: 0.6 }, splitHeightCells: 1, outputs: { map: "mask" } } });
  });

  it("is refused when it does not reproduce, and nothing of it stays", async () => {
    const files = (await filesOf("zoo-map")).map(({ name, content }) => ({ name, content: name === "rdf.yaml" ? Buffer.from(content.toString().replace("axes:\n      - y\n      - x\n", "max_percentile: 50\n")) : content }));
    await writeFile(file, zipOf(files));
    await expect(install()).rejects.toMatchObject({ data: { tag: "ModelNotReproduced", modelId: "zoo-map" } });
    expect(await readdir(modelsFolder)).toEqual([]);
  });

  it.each([
    ["no zip", () => Buffer.from("PNG"), "it cannot be unpacked: end of central directory"],
    ["one that is cut short", async () => zipOf(await filesOf("zoo-map")).subarray(0, 900), "it cannot be unpacked"],
    ["one without a package", () => zipOf([{ name: "readme.txt", content: Buffer.from("x") }]), "there is no rdf.yaml or bioimageio.yaml in it"],
    ["a name that leads out of its folder", async () => zipOf([...(await filesOf("zoo-map")), { name: "../evil.txt", content: Buffer.from("x") }]), "invalid relative path"],
    ["a name from the root", async () => zipOf([...(await filesOf("zoo-map")), { name: "/etc/evil.txt", content: Buffer.from("x") }]), "absolute path"],
    ["a file that is there twice", async () => zipOf([...(await filesOf("zoo-map")), { name: "RDF.yaml", content: Buffer.from("x") }]), "twice"],
    ["sizes that are not true", async () => zipOf([...(await filesOf("zoo-map")), { name: "big.bin", content: Buffer.alloc(5000), statedBytes: 10 }]), "too many bytes"],
    ["more files than it may hold", async () => zipOf([...(await filesOf("zoo-map")), ...Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, content: Buffer.from("x") }))]), "more than 20 files"],
    ["more bytes than it may come to", async () => zipOf([...(await filesOf("zoo-map")), { name: "zeros", content: Buffer.alloc(3 * 2 ** 20) }]), "come to more than 2 MiB"],
  ])("is refused in one sentence: %s", async (_, make, words) => {
    await writeFile(file, await make());
    const folder = join(root, "unpacked");
    await mkdir(folder);
    const refusal: unknown = await unpackModelZip(file, folder, { files: 20, bytes: 2 * 2 ** 20 }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ data: { tag: "InvalidInput", what: "The model package Zoo map.zip" } });
    expect(String(refusal).toLowerCase()).toContain(words.toLowerCase());
    expect(String(refusal)).not.toContain("\n");
    expect(existsSync(join(root, "evil.txt"))).toBe(false);
  });
});
