/**
 * Kills a recording process at random moments and shows that nothing acknowledged was lost.
 *
 *   node scripts/kill-campaign.mjs [--runs 50] [--longest-ms 1500] [--seed 1] [--json] [--app]
 *
 * Each run: start a process that records with the real writer at full speed, SIGKILL it at a random moment, hold the log
 * against every acknowledgement it had printed, recover, finish, verify. Exit 0 when every run is clean.
 * `--app` kills the desktop app during its demo instead of the headless recorder.
 */
import { parseArgs } from "node:util";
import { script } from "./lib/script.mjs";
import { wholeNumber } from "./lib/whole-number.mjs";
import { headlessRecorder, runCampaign } from "../tests/campaigns/kill/campaign.mjs";
import { appRecorder } from "../tests/campaigns/kill/app-recorder.mjs";

await script(async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "50" },
      "longest-ms": { type: "string" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      app: { type: "boolean", default: false },
    },
  });

  const runs = wholeNumber("--runs", values.runs);
  const longestMs = wholeNumber("--longest-ms", values["longest-ms"] ?? (values.app ? "20000" : "1500"));
  const recorder = values.app ? await appRecorder() : headlessRecorder();
  const reports = await runCampaign({
    runs,
    longestMs,
    random: seeded(wholeNumber("--seed", values.seed, 0)),
    recorder,
    onRun: (report, run) => {
      if (!values.json) console.log(`${String(run + 1).padStart(3)}/${runs}  killed after ${String(report.killedAfterMs).padStart(5)} ms: ${report.acknowledged} acknowledged, ${report.missing} missing, ${report.found} found, ${report.fields} fields, ${report.droppedBytes} bytes and ${report.setAsideFiles} files set aside, recovered in ${report.recoverMs.toFixed(0)} ms${report.problem === undefined ? "" : `, VERIFY FAILED: ${report.problem}`}`);
    },
  });

  /** @param {(report: (typeof reports)[number]) => number} figure */
  const sum = (figure) => reports.reduce((total, report) => total + figure(report), 0);
  const summary = {
    runs: reports.length,
    acknowledged: sum((report) => report.acknowledged),
    missing: sum((report) => report.missing),
    fields: sum((report) => report.fields),
    unacknowledgedButWhole: sum((report) => report.found - report.acknowledged),
    runsWithTornLine: reports.filter((report) => report.droppedBytes > 0).length,
    runsWithFilesSetAside: reports.filter((report) => report.setAsideFiles > 0).length,
    verifyFailed: reports.filter((report) => report.problem !== undefined).length,
  };
  console.log(values.json ? JSON.stringify({ summary, reports }) : `\n${summary.runs} kills: ${summary.acknowledged} records acknowledged, ${summary.missing} missing; ${summary.verifyFailed} of ${summary.runs} failed verify after recovery; ${summary.fields} fields, ${summary.runsWithTornLine} runs with a torn line, ${summary.runsWithFilesSetAside} with files set aside.`);
  return summary.missing > 0 || summary.verifyFailed > 0 ? 1 : 0;
});

/** Mulberry32: a campaign can be repeated. @param {number} seed */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
