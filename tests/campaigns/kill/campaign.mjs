/** Kills a recording process again and again at random moments and examines what it left. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../../../scripts/lib/paths.mjs";

/**
 * @typedef {import("./survivor.ts").SurvivorReport & { killedAfterMs: number }} KillReport
 * @typedef {{ command: string, args: string[], env?: Record<string, string> }} Recorder a command that prints `process PID`, `session FOLDER` and `ack SEQUENCE SHA256` lines
 */

const bundles = join(root, "out", "campaigns");

/** Bundles recorder and examiner for plain Node. */
export async function buildCampaign() {
  await mkdir(bundles, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["tests/campaigns/kill/recorder.ts", "tests/campaigns/kill/survivor.ts"],
    outdir: bundles,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.18",
    logLevel: "warning",
  });
}

/** The headless recorder: the real writer at full speed. */
export function headlessRecorder() {
  /** @param {string} library @param {string} name @returns {Recorder} */
  return (library, name) => ({ command: process.execPath, args: [join(bundles, "recorder.mjs"), library, name] });
}

/**
 * @param {{ runs: number, longestMs: number, random: () => number, recorder: (library: string, name: string) => Recorder, onRun?: (report: KillReport, run: number) => void }} plan
 * @returns {Promise<KillReport[]>}
 */
export async function runCampaign({ runs, longestMs, random, recorder, onRun }) {
  await buildCampaign();
  /** @type {typeof import("./survivor.ts")} */
  const { examineSurvivor } = await import(pathToFileURL(join(bundles, "survivor.mjs")).href);
  const library = await mkdtemp(join(tmpdir(), "ocular-kill-"));
  /** @type {KillReport[]} */
  const reports = [];
  try {
    for (let run = 0; run < runs; run++) {
      const killedAfterMs = Math.round(random() * longestMs);
      const { folder, acknowledgements } = await recordAndKill(recorder(library, `run-${run}.ocular`), killedAfterMs);
      const report = { killedAfterMs, ...(await examineSurvivor(folder, acknowledgements)) };
      reports.push(report);
      onRun?.(report, run);
      await rm(folder, { recursive: true, force: true });
    }
  } finally {
    await rm(library, { recursive: true, force: true });
  }
  return reports;
}

/**
 * Starts a recorder, waits for its first acknowledgement, kills it `afterMs` later.
 *
 * @param {Recorder} recorder
 * @param {number} afterMs
 */
async function recordAndKill({ command, args, env = {} }, afterMs) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env }, detached: process.platform !== "win32" });
  const exited = once(child, "close");
  let folder = "";
  let writerPid = 0;
  /** @type {Map<number, string>} */
  const acknowledgements = new Map();
  let rest = "";
  let errors = "";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  child.stdout.on("data", (chunk) => {
    const lines = (rest + String(chunk)).split("\n");
    // A line without its end says nothing: the kill may have cut it.
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [word, value = "", sha256 = ""] = line.split(" ");
      if (word === "process") writerPid = Number(value);
      if (word === "session") folder = line.slice("session ".length);
      if (word === "ack") acknowledgements.set(Number(value), sha256);
    }
    if (acknowledgements.size > 0) timer ??= setTimeout(() => killTree(child, writerPid), afterMs);
  });
  const [code, signal] = await exited;
  clearTimeout(timer);
  if (signal !== "SIGKILL") throw new Error(`The recorder ended by itself (code ${String(code)}, signal ${String(signal)}): ${errors}`);
  return { folder, acknowledgements };
}

/**
 * The writing process first and alone, so that nobody tells it to end in good order; then the rest of its group.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} writerPid
 */
function killTree(child, writerPid) {
  process.kill(writerPid, "SIGKILL");
  if (child.pid === undefined || process.platform === "win32") child.kill("SIGKILL");
  else process.kill(-child.pid, "SIGKILL");
}
