/**
 * Bundles what runs on plain Node: every `src/engine/entries/<name>.ts` to `out/node/<name>.mjs` (worker threads and
 * child processes), and `src/cli/main.ts` to `out/node/cli.mjs`. Does nothing when no source is newer than its bundle.
 *
 * Run it by hand (`node scripts/build-node.mjs [--force] [--quiet]`) or call `buildNode()`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./lib/paths.mjs";

const outFolder = join(root, "out", "node");
const stampFile = join(outFolder, ".built.json");

/** Binary packages stay outside a bundle; `electron` exists only where Electron itself runs the bundle. */
const external = ["onnxruntime-node", "serialport", "@serialport/*", "usb", "electron"];

/** Bundled CommonJS packages still call `require`; an ES module has none of its own. */
const banner = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
].join("\n");

/**
 * @param {{ force?: boolean, log?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildNode({ force = false, log = () => {} } = {}) {
  const entryPoints = findEntryPoints();
  if (!force && isFresh(entryPoints)) return false;
  const started = performance.now();
  const esbuild = await import("esbuild");
  mkdirSync(outFolder, { recursive: true });
  const newestInput = Date.now();
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outdir: outFolder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.18",
    external,
    banner: { js: banner },
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  });
  removeStale(entryPoints);
  const inputs = Object.keys(result.metafile.inputs).filter((file) => !file.startsWith("node_modules/"));
  writeFileSync(stampFile, JSON.stringify({ entryPoints, builtAtMs: newestInput, inputs: [...inputs, ...recipe] }));
  log(`Built ${Object.keys(entryPoints).length} Node bundles in ${Math.round(performance.now() - started)} ms.`);
  return true;
}

/** Files that change every bundle when they change. */
const recipe = ["scripts/build-node.mjs", "package-lock.json"];

/** @returns {Record<string, string>} bundle name to source, relative to the project */
function findEntryPoints() {
  /** @type {Record<string, string>} */
  const found = {};
  const folder = join(root, "src/engine/entries");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  for (const file of files.sort()) {
    if (file.endsWith(".ts") && !file.endsWith(".test.ts")) found[basename(file, ".ts")] = `src/engine/entries/${file}`;
  }
  if (existsSync(join(root, "src/cli/main.ts"))) found["cli"] = "src/cli/main.ts";
  return found;
}

/** @param {Record<string, string>} entryPoints */
function isFresh(entryPoints) {
  if (!existsSync(stampFile)) return false;
  const stamp = JSON.parse(readFileSync(stampFile, "utf8"));
  if (JSON.stringify(stamp.entryPoints) !== JSON.stringify(entryPoints)) return false;
  if (Object.keys(entryPoints).some((name) => !existsSync(join(outFolder, `${name}.mjs`)))) return false;
  return stamp.inputs.every((/** @type {string} */ file) => {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    return stat !== undefined && stat.mtimeMs < stamp.builtAtMs;
  });
}

/** @param {Record<string, string>} entryPoints */
function removeStale(entryPoints) {
  for (const file of readdirSync(outFolder)) {
    const name = file.replace(/\.mjs(\.map)?$/, "");
    if (name !== file && !(name in entryPoints)) rmSync(join(outFolder, file));
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const quiet = process.argv.includes("--quiet");
  const log = quiet ? () => {} : (/** @type {string} */ line) => console.log(line);
  const built = await buildNode({ force: process.argv.includes("--force"), log });
  if (!built) log("Node bundles are up to date.");
}
