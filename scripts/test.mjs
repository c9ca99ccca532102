/**
 * `npm test [-- --only STEP[,STEP]] [--hardware]`: prepares what the tests need, runs every kind of test, and ends with a
 * line `N passed, N failed`. Types, lint and layer rules count as one test each. `--hardware` adds the hardware test
 * (scripts/test-hardware.mjs), which is left out otherwise.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { buildAll } from "./build.mjs";
import { ensureElectron } from "./electron-runtime.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { hasDisplay } from "./xvfb.mjs";

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 * @property {string[]} [failures] what failed, a line each, for the end of the output
 */

const reports = join(root, "test-results");

/** @param {string} name @param {string} file */
const packageFile = (name, file) => join(root, "node_modules", name, file);
const eslint = packageFile("eslint", "bin/eslint.js");
const depcruise = packageFile("dependency-cruiser", "bin/dependency-cruise.mjs");
const vitest = packageFile("vitest", "vitest.mjs");
const playwright = packageFile("@playwright/test", "cli.js");

/**
 * Every step in its order; those of one group run side by side.
 *
 * @type {{ name: string, group: string, work: () => Promise<Tally>, isExtra?: boolean }[]}
 */
const steps = [
  { name: "types", group: "static", work: () => check([packageFile("typescript", "bin/tsc"), "-b"]) },
  { name: "lint", group: "static", work: () => check([eslint, "."]) },
  {
    name: "layers",
    group: "static",
    work: () => check([depcruise, "src", "tests", "scripts", "--config", ".dependency-cruiser.cjs"]),
  },
  { name: "unit", group: "unit", work: () => runVitest("unit", ["src/", "tests/layers.test.ts", "tests/repository/"]) },
  { name: "contract", group: "contract", work: () => runVitest("contract", ["tests/contract/", "tests/lab/"]) },
  { name: "integration", group: "integration", work: () => runVitest("integration", ["tests/integration/"]) },
  { name: "e2e", group: "e2e", work: runEndToEnd },
  { name: "hardware", group: "hardware", work: runHardware, isExtra: true },
];

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  const chosen = choose(args);
  if (chosen === undefined) return 2;
  const started = performance.now();
  await mkdir(reports, { recursive: true });
  const preparation = await prepare(chosen.some((step) => step.name === "e2e"));
  const total = { passed: 0, failed: preparation.failed };
  const failures = [...(preparation.failures ?? [])];
  for (const group of new Set(chosen.map((step) => step.group))) {
    if (group === "e2e" && preparation.failed > 0) {
      console.log("e2e: not run, for the preparation failed");
      continue;
    }
    const members = chosen.filter((step) => step.group === group);
    for (const tally of await Promise.all(members.map(runStep))) {
      total.passed += tally.passed;
      total.failed += tally.failed;
      failures.push(...(tally.failures ?? []));
    }
  }
  // Said again at the end: whoever sees only the last lines of a long run learns what failed.
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(`All steps took ${seconds(performance.now() - started)}.`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

/**
 * @param {string[]} args
 * @returns {typeof steps | undefined} undefined after saying what was wrong
 */
function choose(args) {
  const known = steps.map((step) => step.name).join("|");
  /** @type {string[]} */
  const names = [];
  const withExtra = args.includes("--hardware");
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === "--hardware") continue;
    const value = args[at] === "--only" ? args[(at += 1)] : /^--only=(.*)$/.exec(args[at] ?? "")?.[1];
    if (value === undefined) {
      console.error(`Usage: npm test -- [--only ${known}] [--hardware]`);
      return undefined;
    }
    names.push(...value.split(","));
  }
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    console.error(`There is no step "${unknown}": --only takes ${known}.`);
    return undefined;
  }
  return steps.filter((step) => (names.length === 0 ? step.isExtra !== true : names.includes(step.name)) || (withExtra && step.isExtra === true));
}

/**
 * System packages, Electron and the build. A failure is told here once and counted; the other tests still run.
 *
 * @param {boolean} withWindow
 * @returns {Promise<Tally>}
 */
async function prepare(withWindow) {
  const started = performance.now();
  try {
    if (withWindow) {
      await ensureSystemPackages({ headless: !hasDisplay(), lab: true });
      await ensureElectron();
    }
    await buildAll();
    console.log(`prepare: done in ${seconds(performance.now() - started)}`);
    return { passed: 0, failed: 0 };
  } catch (error) {
    console.log(`prepare: FAILED in ${seconds(performance.now() - started)}`);
    console.log(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, failures: ["prepare"] };
  }
}

/** @param {(typeof steps)[number]} step */
async function runStep(step) {
  const started = performance.now();
  const tally = await step.work();
  const skipped = tally.skipped ? `, ${tally.skipped} skipped` : "";
  const verdict = tally.failed === 0 ? "ok" : "FAILED";
  const took = seconds(performance.now() - started);
  console.log(`${step.name}: ${verdict}, ${tally.passed} passed and ${tally.failed} failed${skipped} in ${took}`);
  return tally;
}

/**
 * One program that passes or fails as a whole; its words are shown when it fails.
 *
 * @param {string[]} command a script of Node's and its arguments
 * @returns {Promise<Tally>}
 */
async function check(command) {
  const { code, stdout, stderr } = await run(process.execPath, command, { limitMs: 600_000 });
  if (code === 0) return { passed: 1, failed: 0 };
  const said = `${stdout}${stderr}`.trim();
  console.log(said);
  const how = code === 124 ? "did not end within its time" : `ended with ${code}`;
  return { passed: 0, failed: 1, failures: [`${command.map((part) => basename(part)).join(" ")} ${how}: ${firstLines(said)}`] };
}

/**
 * @param {string} name
 * @param {string[]} filters
 * @returns {Promise<Tally>}
 */
async function runVitest(name, filters) {
  const report = join(reports, `${name}.json`);
  await rm(report, { force: true });
  const args = ["run", ...filters, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run(process.execPath, [vitest, ...args], { limitMs: 1_200_000, show: true });
  const result = await readReport(report);
  const passed = Number(result?.numPassedTests ?? 0);
  const failed = Number(result?.numFailedTests ?? 0);
  const skipped = Number(result?.numPendingTests ?? 0);
  /** @type {VitestFile[]} */
  const files = (result?.testResults ?? []).filter((/** @type {VitestFile} */ file) => file.status === "failed");
  // A file that does not load has no test that could fail; it fails all the same.
  const broken = files.filter((file) => !file.assertionResults.some((test) => test.status === "failed"));
  const failures = files.flatMap((file) => file.assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${test.fullName} (${relative(root, file.name)}): ${firstLines(test.failureMessages?.join("\n") ?? "")}`));
  failures.push(...broken.map((file) => `${relative(root, file.name)}: ${firstLines(file.message ?? "it did not load")}`));
  const counted = atLeastOne(failed + broken.length, code);
  if (counted > failures.length) failures.push(`${name}: the runner ended with ${code}; errors outside of tests are told above`);
  return { passed, skipped, failed: counted, failures };
}

/** @returns {Promise<Tally>} */
async function runEndToEnd() {
  const report = join(reports, "e2e.json");
  await rm(report, { force: true });
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = ["test", "--reporter=list,json", "--pass-with-no-tests"];
  const { code } = await run(process.execPath, [playwright, ...args], { env, limitMs: 1_800_000, show: true });
  const told = await readReport(report);
  const stats = told?.stats ?? {};
  const failed = Number(stats.unexpected ?? 0) + Number(stats.flaky ?? 0);
  return {
    passed: Number(stats.expected ?? 0),
    skipped: Number(stats.skipped ?? 0),
    failed: atLeastOne(failed, code),
    failures: code === 0 ? [] : failedSpecs(told?.suites ?? []),
  };
}

/**
 * @typedef {{ title: string, file: string, specs?: { title: string, file: string, line: number, ok: boolean }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{ name: string, status: string, message?: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }} VitestFile
 */

/**
 * @param {PlaywrightSuite[]} suites
 * @returns {string[]}
 */
function failedSpecs(suites) {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? []).filter((spec) => !spec.ok).map((spec) => `${spec.title} (tests/e2e/${spec.file}:${spec.line})`),
    ...failedSpecs(suite.suites ?? []),
  ]);
}

/** @param {string} text */
function firstLines(text) {
  return text.split("\n").slice(0, 3).join(" | ").slice(0, 400);
}

/** @returns {Promise<Tally>} */
async function runHardware() {
  const report = join(reports, "hardware.json");
  await rm(report, { force: true });
  // It has time limits of its own; this one is for the case that they fail.
  const { code } = await run(process.execPath, [join(root, "scripts", "test-hardware.mjs")], { limitMs: 900_000, show: true });
  /** @type {Partial<Tally>} */
  const { passed = 0, failed = 0, skipped = 0, failures = [] } = (await readReport(report)) ?? {};
  return { passed, skipped, failed: atLeastOne(failed, code), failures: failures.map((name) => `hardware: ${name}`) };
}

/**
 * A runner that ended badly without naming a failed test (it crashed, it ran out of time) counts as one failure.
 *
 * @param {number} failed
 * @param {number} code
 */
function atLeastOne(failed, code) {
  return code === 0 ? failed : Math.max(1, failed);
}

/** @param {string} file */
async function readReport(file) {
  return existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : undefined;
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
