/** What the fuzz scripts have in common: a campaign of tests/campaigns, run and told. */
import { parseArgs } from "node:util";
import { loadCampaign } from "./campaign.mjs";
import { script } from "./script.mjs";
import { wholeNumber } from "./whole-number.mjs";

/**
 * Takes `--cases` of each part (100000), `--seed` (1) and `--part` (all) from the command line; ends the process with 0 when every case ended
 * as it must.
 *
 * @param {string} name folder of tests/campaigns with a fuzz.ts
 */
export async function runFuzz(name) {
  await script(async () => {
    const { values } = parseArgs({ options: { cases: { type: "string", default: "100000" }, seed: { type: "string", default: "1" }, part: { type: "string" } } });
    const { fuzz } = /** @type {{ fuzz: (order: { cases: number, seed: number, only?: string }) => Promise<readonly { name: string, cases: number, seconds: number, slowestMs: number }[]> }} */ (await loadCampaign(`${name}/fuzz`));
    const reports = await fuzz({ cases: wholeNumber("--cases", values.cases), seed: wholeNumber("--seed", values.seed, 0), ...(values.part === undefined ? {} : { only: values.part }) });
    if (reports.length === 0) throw new Error(`There is no part "${values.part}".`);
    let cases = 0;
    for (const report of reports) {
      cases += report.cases;
      console.log(`${report.name.padEnd(22)} ${String(report.cases).padStart(8)} cases  ${report.seconds.toFixed(1).padStart(7)} s  slowest ${report.slowestMs.toFixed(1)} ms`);
    }
    console.log(`${cases} cases, every one ended as it must.`);
    return 0;
  });
}
