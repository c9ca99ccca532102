/**
 * `npm run bench [-- NAME ...] [--json]`: runs the benchmarks of tests/bench, each in a process of its own, and prints
 * a table, or JSON with the machine's description. Exit code 1 when one could not be measured; a missed target is only
 * told.
 */
import { fork } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { basename, join } from "node:path";
import { buildAll } from "./build.mjs";
import { ensureElectron } from "./electron-runtime.mjs";
import { root } from "./lib/paths.mjs";
import { script } from "./lib/script.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { withDisplay } from "./xvfb.mjs";

/**
 * @typedef {{ label: string, value: number, unit: string, target?: { atLeast?: number, atMost?: number } }} Figure
 * @typedef {{ name: string, seconds: number, figures: Figure[], error?: string }} Result
 */

const sources = join(root, "tests/bench");
const bundles = join(root, "out/bench");
const limitMs = 600_000;
/** Those that need longer: the batch goes through 7,600 pictures, a quarter of an hour on two quiet cores. */
const longerMs = /** @type {Record<string, number>} */ ({ batch: 3_600_000 });

await script(async () => {
  const words = process.argv.slice(2);
  const json = words.includes("--json");
  const available = existsSync(sources)
    ? readdirSync(sources).filter((file) => file.endsWith(".ts")).map((file) => basename(file, ".ts"))
    : [];
  const wanted = words.filter((word) => word !== "--json");
  const unknown = wanted.find((name) => !available.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${available.join(", ") || "none"}.`);
    return 2;
  }
  const names = wanted.length > 0 ? wanted : available;
  await ensureSystemPackages({ headless: true });
  const electron = await ensureElectron();
  await buildAll();
  await bundle(names);
  const results = await withDisplay((env) => measureAll(names, { electron, env }), { always: true });
  const machine = describeMachine(electron.version);
  if (json) console.log(JSON.stringify({ date: new Date().toISOString(), machine, results }, undefined, 2));
  else printTable(machine, results);
  return results.some((result) => result.error !== undefined) ? 1 : 0;
});

/** @param {string[]} names */
async function bundle(names) {
  const esbuild = await import("esbuild");
  await rm(bundles, { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: names.map((name) => join(sources, `${name}.ts`)),
    outdir: bundles,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.18",
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/**
 * @param {string[]} names
 * @param {object} given
 * @returns {Promise<Result[]>}
 */
async function measureAll(names, given) {
  const results = [];
  await mkdir(join(root, "test-results"), { recursive: true });
  for (const name of names) {
    console.error(`${name}: measuring`);
    const workFolder = await mkdtemp(join(root, "test-results", "bench-"));
    const started = performance.now();
    const answer = await measure(join(bundles, `${name}.mjs`), { ...given, root, workFolder }, longerMs[name] ?? limitMs);
    await rm(workFolder, { recursive: true, force: true, maxRetries: 3 });
    results.push({ name, seconds: Math.round((performance.now() - started) / 100) / 10, ...answer });
  }
  return results;
}

/**
 * @param {string} module
 * @param {object} context
 * @param {number} withinMs
 * @returns {Promise<{ figures: Figure[], error?: string }>}
 */
function measure(module, context, withinMs) {
  return new Promise((resolve) => {
    const child = fork(join(root, "scripts/lib/bench-child.mjs"), [module], {
      execArgv: ["--enable-source-maps", "--expose-gc"],
      // What a benchmark prints must not mix with the JSON on stdout.
      stdio: ["ignore", 2, 2, "ipc"],
    });
    /** @type {{ figures: Figure[], error?: string }} */
    let answer = { figures: [], error: "it ended without an answer" };
    const timer = setTimeout(() => {
      answer = { figures: [], error: `it did not end within ${withinMs / 1000} s` };
      child.kill("SIGKILL");
    }, withinMs);
    child.on("message", (message) => (answer = /** @type {typeof answer} */ (message)));
    child.once("error", (error) => (answer = { figures: [], error: error.message }));
    child.once("close", () => {
      clearTimeout(timer);
      resolve(answer);
    });
    child.send(context);
  });
}

/** @param {string} electronVersion */
function describeMachine(electronVersion) {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    electron: electronVersion,
  };
}

/**
 * @param {ReturnType<typeof describeMachine>} machine
 * @param {Result[]} results
 */
function printTable(machine, results) {
  console.log(Object.entries(machine).map(([key, value]) => `${key}: ${value}`).join(", "));
  for (const { name, seconds, figures, error } of results) {
    console.log(`\n${name} (${seconds} s)`);
    if (error !== undefined) console.log(`  could not be measured: ${error}`);
    const width = Math.max(0, ...figures.map((figure) => figure.label.length));
    for (const figure of figures) {
      const value = `${figure.value.toPrecision(4)} ${figure.unit}`.trim();
      console.log(`  ${figure.label.padEnd(width)}  ${value.padEnd(16)}  ${verdict(figure)}`.trimEnd());
    }
  }
}

/** @param {Figure} figure */
function verdict({ value, target }) {
  if (target?.atLeast !== undefined) return `at least ${target.atLeast}: ${value >= target.atLeast ? "met" : "MISSED"}`;
  if (target?.atMost !== undefined) return `at most ${target.atMost}: ${value <= target.atMost ? "met" : "MISSED"}`;
  return "";
}
