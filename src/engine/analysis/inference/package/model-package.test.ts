import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findModel, listModels, loadModelPackage } from "./model-package.ts";

const BLOBS = resolve(import.meta.dirname, "../../../../../tests/fixtures/models/blobs");

describe("a model package", () => {
  let root = "";
  let folder = "";

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "ocular-test-"));
    folder = join(root, "blobs");
    await cp(BLOBS, folder, { recursive: true });
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  async function changeRdf(from: string | RegExp, to: string): Promise<void> {
    const path = join(folder, "rdf.yaml");
    const text = await readFile(path, "utf8");
    expect(text).toMatch(from);
    await writeFile(path, text.replace(from, to));
  }

  it("is read with everything that running it needs", async () => {
    const model = await loadModelPackage(folder);
    expect(model).toMatchObject({ id: "blobs", version: "1.0.0", input: { id: "image", channels: 3, channelOrder: "rgb", white: 255, y: { min: 32, step: 16 }, x: { min: 32, step: 16 }, isSquare: false } });
    expect(model.input.axes.map((axis) => axis.role)).toEqual(["batch", "channel", "y", "x"]);
    expect(model.classes[0]).toEqual({ id: "red-spot", name: "Red spot", plural: "Red spots", letter: "R", colorIndex: 0 });
    expect(model.config.scoreThresholds).toEqual({ "red-spot": 0.5, "green-spot": 0.5, "blue-spot": 0.5 });
  });

  it.each([
    ["a hash that does not agree", /sha256: [0-9a-f]{64}/, `sha256: ${"f".repeat(64)}`, "ModelHashMismatch", "model|test_input"],
    ["no YAML", /^format_version/, "format_version: [", "ModelInvalid", "no YAML"],
    ["another format", "0.5.4", "0.4.10", "ModelInvalid", "format_version"],
    ["an unknown pre-processing step", "id: scale_linear", "id: magic", "ModelInvalid", "preprocessing"],
    ["a volume", "- type: space\n    id: y", "- type: space\n    id: z", "ModelInvalid", "is a volume"],
    ["an axis of another name", "- type: space\n    id: y", "- type: space\n    id: w", "ModelInvalid", "x, y and z are known"],
    ["a file outside its folder", "source: test_input.npy", "source: ../test_input.npy", "ModelInvalid", "outside"],
    ["a missing file", "source: test_input.npy", "source: other.npy", "ModelInvalid", "other.npy is missing"],
    ["a class without a threshold", "red-spot: 0.5", "rod-spot: 0.5", "ModelInvalid", "none for red-spot"],
    ["a reference of size of a class it does not know", "nmsIou: 0.5", "nmsIou: 0.5\n    scaleReference: {classes: [cell], sizeUm: 7, median: area, leastObjects: 5, untouched: [0.8, 1.2]}", "ModelInvalid", 'scaleReference names the class "cell"'],
    ["a reference of size that leaves no size alone", "nmsIou: 0.5", "nmsIou: 0.5\n    scaleReference: {classes: [red-spot], sizeUm: 7, median: area, leastObjects: 5, untouched: [1.1, 1.2]}", "ModelInvalid", "scaleReference.untouched"],
    ["a class that is there twice", "classes: *id001", "classes: [red-spot, green-spot, red-spot]", "ModelInvalid", 'the class "red-spot" twice'],
    ["a class that a spreadsheet would compute", "classes: *id001", 'classes: ["=HYPERLINK(1)"]', "ModelInvalid", "config.ocular"],
    ["an unknown head", "head: centre-heat-map", "head: crystal-ball", "ModelInvalid", "head"],
  ])("is refused with one clear sentence for %s", async (_, from, to, tag, words) => {
    await changeRdf(from, to);
    await expect(loadModelPackage(folder)).rejects.toMatchObject({ data: { tag }, message: expect.stringMatching(words) as string });
  });

  it("is refused when its weights were changed", async () => {
    await writeFile(join(folder, "model.onnx"), "changed");
    await expect(loadModelPackage(folder)).rejects.toMatchObject({ data: { tag: "ModelHashMismatch", file: "model.onnx" } });
  });

  it("is listed, also when it cannot be used; others are unknown", async () => {
    await cp(BLOBS, join(root, "broken"), { recursive: true });
    await writeFile(join(root, "broken", "model.onnx"), "changed");
    const listed = await listModels(root);
    expect(listed.map((model) => [model.id, "error" in model])).toEqual([["blobs", false], ["broken", true]]);
    await expect(findModel(root, "blub")).rejects.toMatchObject({ data: { tag: "ModelUnknown", known: ["blobs", "broken"] } });
    await expect(loadModelPackage(join(root, "blub"))).rejects.toMatchObject({ data: { tag: "FileMissing" } });
    expect(await listModels(join(root, "nowhere"))).toEqual([]);
  });
});
