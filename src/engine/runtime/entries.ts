import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Folder of the project (or of the packaged app): the nearest folder above this code whose package.json is named
 * "ocular". The code may run from its source, from a bundle in out/, or from a packaged app; all lie below it.
 *
 * @throws Error when no such folder lies above.
 */
export function appRoot(): string {
  cachedRoot ??= findRoot(dirname(fileURLToPath(import.meta.url)));
  return cachedRoot;
}

/**
 * Absolute path of the bundle of `src/engine/entries/<name>.ts`, ready to be run as a worker thread or a process.
 * `OCULAR_ENTRIES` names another folder of bundles.
 *
 * @throws Error when the bundle has not been built.
 */
export function entryPath(name: string): string {
  const folder = process.env["OCULAR_ENTRIES"] ?? join(appRoot(), "out", "node");
  const path = join(folder, `${name}.mjs`);
  if (!existsSync(path)) {
    throw new Error(`The part "${name}" is not built (${path} is missing): run "node scripts/build-node.mjs".`);
  }
  return path;
}

let cachedRoot: string | undefined;

function findRoot(start: string): string {
  let folder = start;
  while (!isOcular(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No folder above ${start} holds Ocular's package.json.`);
    folder = parent;
  }
  return folder;
}

function isOcular(packageJson: string): boolean {
  if (!existsSync(packageJson)) return false;
  const parsed: unknown = JSON.parse(readFileSync(packageJson, "utf8"));
  return typeof parsed === "object" && parsed !== null && "name" in parsed && parsed.name === "ocular";
}
