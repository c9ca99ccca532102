import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { saveFile } from "../../runtime/save-file.ts";
import { checkPackage } from "./check-model.ts";
import type { CheckModelOptions } from "./check-model.ts";
import { installedRuntime } from "./installed-runtime.ts";
import { sha256OfSettings } from "./package/file-hash.ts";
import type { ModelPackage } from "./package/model-package.ts";

export interface ReproductionOptions extends Omit<CheckModelOptions, "keepIn" | "timedRuns"> {
  /** Where it is remembered that a package passed, and where tensors that differ are kept; see {@link defaultChecksFolder}. */
  readonly checksFolder: string;
}

/**
 * Make sure that a package does on this machine what its makers saw, before anybody relies on it. Done once for each
 * package (by the hash of all its files), runtime and provider: after that the answer is remembered and costs nothing.
 *
 * @throws OcularError ModelNotReproduced with the folder that holds both tensors, and what else checkPackage throws.
 */
export async function ensureReproduced(model: ModelPackage, options: ReproductionOptions): Promise<void> {
  const { provider = "cpu", checksFolder } = options;
  const passed = { package: model.sha256, runtime: installedRuntime(), provider, platform: `${process.platform} ${process.arch}` };
  const note = join(checksFolder, "passed", `${sha256OfSettings(passed)}.json`);
  if (existsSync(note)) return;
  const { outputs, notice } = await checkPackage(model, { ...options, keepIn: join(checksFolder, "differ", model.id) });
  // Another provider served: that says nothing about this one.
  if (notice !== undefined) return;
  const remembered = saveFile(note, `${JSON.stringify({ format: "ocular-model-check", version: 1, model: model.id, ...passed, outputs }, undefined, 2)}\n`);
  // What cannot be remembered is checked again next time: a full or read-only cache keeps nobody from working.
  await Promise.allSettled([remembered]);
}

/** The user's cache folder; `OCULAR_CACHE` sets another. */
export function defaultChecksFolder(): string {
  const told = process.env["OCULAR_CACHE"];
  return join(told === undefined || told === "" ? cacheFolder() : told, "model-checks");
}

function cacheFolder(): string {
  if (process.platform === "win32") return join(process.env["LOCALAPPDATA"] ?? homedir(), "Ocular", "Cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "Ocular");
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "ocular");
}
