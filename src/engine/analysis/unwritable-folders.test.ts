import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import { writeProviderChoice } from "./inference/provider-choice.ts";
import { installPackage } from "./inference/form/install-package.ts";
import { nodeInferenceHost } from "./inference/inference-host.ts";
import { findRecipe, saveRecipe } from "./rules/recipe-store.ts";

const shipped = resolve(import.meta.dirname, "../../../recipes");

// The kernel says ENOENT there for a folder in one that exists, as some network disks do: Node's recursive mkdir never ends.
describe.skipIf(!existsSync("/proc/self"))("a folder in which none can be made", () => {
  it("is refused for recipes", async () => {
    const { recipe } = await findRecipe("nuclei", { shipped });
    await expect(saveRecipe(recipe, { shipped, own: "/proc/ocular/recipes" })).rejects.toMatchObject({ data: { tag: "DiskUnwritable" } });
  });

  it("is refused for models", async () => {
    const place = { modelsFolder: "/proc/ocular/models", host: nodeInferenceHost(), clock: createManualClock(), threads: 1 };
    await expect(installPackage("spots", place, () => Promise.reject(new Error("written all the same")))).rejects.toMatchObject({ data: { tag: "DiskUnwritable" } });
  });
});

describe("a file in the way of the folder", () => {
  it("is named to who chooses what computes", async () => {
    await expect(writeProviderChoice(join(import.meta.filename, "deeper", "choice.json"), "cpu")).rejects.toThrow("cannot be written (a file is in the way of the folder)");
  });
});

describe("a disk that is full", () => {
  it("is not said to be a model package that is wrong", async () => {
    const place = { modelsFolder: await mkdtemp(join(tmpdir(), "ocular-models-")), host: nodeInferenceHost(), clock: createManualClock(), threads: 1 };
    await expect(installPackage("spots", place, () => Promise.reject(Object.assign(new Error("made by a test"), { code: "ENOSPC" })))).rejects.toMatchObject({ data: { tag: "DiskFull", path: place.modelsFolder } });
    expect(await readdir(place.modelsFolder)).toEqual([]);
    await rm(place.modelsFolder, { recursive: true });
  });
});
