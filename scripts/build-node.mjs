/**
 * Bundles what runs on plain Node: every `src/engine/entries/<name>.ts` to `out/node/<name>.mjs` (worker threads and
 * child processes), and `src/cli/main.ts` to `out/node/cli.mjs`. Does nothing when no source is newer than its bundle.
 *
 * Run it by hand (`node scripts/build-node.mjs [--force] [--quiet]`) or call `buildNode()`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./lib/paths.mjs";
import { script } from "./lib/script.mjs";

const outFolder = join(root, "out", "node");
const stampFile = join(outFolder, ".built.json");

/** Binary packages stay outside a bundle; `electron` exists only where Electron itself runs the bundle. */
export const external = ["onnxruntime-node", "serialport", "@serialport/*", "usb", "electron"];

/** Bundled CommonJS packages still call `require`; an ES module has none of its own. */
export const banner = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
].join("\n");

/**
 * @param {{ force?: boolean, log?: (line: string) => void, onBroken?: (error: Error) => void }} [options] `onBroken`
 *   is told of sources that do not build, the rest is built; without it they throw
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildNode({ force = false, log = () => {}, onBroken } = {}) {
  const entryPoints = findEntryPoints();
  if (!force && isFresh(entryPoints)) return false;
  const started = performance.now();
  mkdirSync(outFolder, { recursive: true });
  const outcomes = await Promise.allSettled(Object.entries(entryPoints).map(([name, source]) => bundle(name, source)));
  removeStale(entryPoints);
  const broken = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (broken.length > 0) {
    rmSync(stampFile, { force: true });
    const error = new Error(broken.map((reason) => reason.message).join("\n"));
    if (onBroken === undefined) throw error;
    onBroken(error);
    return true;
  }
  const inputs = new Set(recipe);
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") for (const file of outcome.value) inputs.add(file);
  }
  writeFileSync(stampFile, JSON.stringify({ entryPoints, builtAtMs: started + performance.timeOrigin, inputs: [...inputs] }));
  log(`Built ${outcomes.length} Node bundles in ${Math.round(performance.now() - started)} ms.`);
  return true;
}

/**
 * @param {string} name
 * @param {string} source
 * @returns {Promise<string[]>} the project's files it was made from
 */
async function bundle(name, source) {
  const esbuild = await import("esbuild");
  const target = join(outFolder, `${name}.mjs`);
  const building = esbuild.build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: target,
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.18",
    external,
    banner: { js: banner },
    sourcemap: true,
    metafile: true,
    logLevel: "silent",
  });
  const result = await building.catch((error) => {
    // A bundle of older sources would be tested and run in its place.
    rmSync(target, { force: true });
    throw new Error(`${source} does not build: ${error.message}`);
  });
  // Renamed into place whole: another process may be starting the bundle right now.
  for (const { path, contents } of result.outputFiles) {
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
  return Object.keys(result.metafile.inputs).filter((file) => !file.includes("node_modules/"));
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
  await script(async () => {
    const built = await buildNode({ force: process.argv.includes("--force"), log });
    if (!built) log("Node bundles are up to date.");
    return 0;
  });
}
