/**
 * `npm run demo [-- --out DIR]`: the desktop app itself scans 20 fields of the virtual slide and saves the session.
 * Needs no display and no hands. Its exit code is the app's.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildAll } from "./build.mjs";
import { ensureElectron } from "./electron-runtime.mjs";
import { runDesktop } from "./lib/desktop.mjs";
import { root } from "./lib/paths.mjs";
import { script } from "./lib/script.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { withDisplay } from "./xvfb.mjs";

const limitMs = 180_000;

/**
 * @param {string[]} args `--out DIR` (default demo-output/); the rest goes to the app
 * @returns {Promise<number>} exit code
 */
export async function demo(args) {
  const { out, rest } = readOut(args);
  await ensureSystemPackages({ headless: true });
  const runtime = await ensureElectron();
  await buildAll({ log: (line) => console.error(line) });
  await mkdir(out, { recursive: true });
  // What the app remembers of former starts (window, last objective) is no part of a demo: it starts afresh.
  const profile = await mkdtemp(join(tmpdir(), "ocular-demo-"));
  try {
    const appArgs = ["--demo", `--demo-out=${out}`, `--data-dir=${out}`, `--profile-dir=${profile}`, ...rest];
    const code = await withDisplay((env) => runDesktop(runtime, appArgs, { env, limitMs }), { always: true });
    if (code === 124) console.error(`The demo did not end within ${limitMs / 1000} s and was stopped.`);
    return code;
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @param {string[]} args */
function readOut(args) {
  const rest = [...args];
  const at = rest.findIndex((word) => word === "--out" || word.startsWith("--out="));
  if (at === -1) return { out: join(root, "demo-output"), rest };
  const word = rest[at] ?? "";
  const given = word === "--out" ? rest[at + 1] : word.slice("--out=".length);
  if (given === undefined || given === "") throw new Error("--out needs a folder: npm run demo -- --out DIR");
  rest.splice(at, word === "--out" ? 2 : 1);
  return { out: resolve(given), rest };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await script(() => demo(process.argv.slice(2)));
}
