import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
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
