/**
 * Builds everything: the native kernels (see build-native.mjs), the Node bundles (see build-node.mjs) and the desktop
 * app (electron.vite.config.ts) into out/.
 * Does nothing when nothing changed. `npm run build`, or `buildAll()`.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildNative } from "./build-native.mjs";
import { buildNode } from "./build-node.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { script } from "./lib/script.mjs";

const stampFile = join(root, "out", ".desktop-built");
const built = ["out/main/index.js", "out/preload/index.cjs", "out/renderer/index.html"];

/**
 * @param {{ force?: boolean, log?: (line: string) => void }} [options]
 * @throws Error with the bundler's words when the build fails
 */
export async function buildAll({ force = false, log = () => {} } = {}) {
  await buildNative({ force, log });
  await buildNode({ force, log });
  await buildDesktop({ force, log });
}

/** @param {{ force: boolean, log: (line: string) => void }} options */
async function buildDesktop({ force, log }) {
  const state = sourceState();
  const complete = built.every((file) => existsSync(join(root, file)));
  if (!force && complete && existsSync(stampFile) && readFileSync(stampFile, "utf8") === state) return;
  const started = performance.now();
  const packageJson = createRequire(import.meta.url).resolve("electron-vite/package.json");
  const bin = join(dirname(packageJson), "bin", "electron-vite.js");
  const { code, stdout, stderr } = await run(process.execPath, [bin, "build", "--logLevel", "warn"]);
  if (code !== 0) throw new Error(`The desktop app did not build:\n${stdout}${stderr}`);
  mkdirSync(join(root, "out"), { recursive: true });
  writeFileSync(stampFile, state);
  log(`Built the desktop app in ${Math.round(performance.now() - started)} ms.`);
}

/** A digest of every source's path, size and time: changes when a file is changed, added, moved or removed. */
function sourceState() {
  const hash = createHash("sha256");
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => join("src", file));
  for (const file of ["electron.vite.config.ts", "package-lock.json", ...files.sort()]) {
    const stat = statSync(join(root, file));
    if (stat.isFile()) hash.update(`${file} ${stat.size} ${stat.mtimeMs}\n`);
  }
  return hash.digest("hex");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await script(async () => {
    await buildAll({ force: process.argv.includes("--force"), log: (line) => console.log(line) });
    console.log("Everything is built in out/.");
    return 0;
  });
}
