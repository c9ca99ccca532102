/**
 * Fuzzes what USB3 Vision cameras can send: packets, formulas, node maps, descriptions.
 *
 *   node scripts/fuzz-usb3vision.mjs [--cases 100000] [--seed 1]
 *
 * Exit 0 when every case ended as it must.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./lib/paths.mjs";
import { script } from "./lib/script.mjs";

await script(async () => {
  const { values } = parseArgs({ options: { cases: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } } });
  const esbuild = await import("esbuild");
  const outfile = join(root, "out/campaigns/fuzz-usb3vision.mjs");
  await mkdir(join(root, "out/campaigns"), { recursive: true });
  await esbuild.build({
    absWorkingDir: root, entryPoints: ["tests/campaigns/usb3vision/fuzz.ts"], outfile,
    bundle: true, platform: "node", target: "node20", format: "esm", packages: "external", logLevel: "warning",
  });
  /** @type {{ fuzz: (cases: number, seed: number) => Promise<readonly { name: string, cases: number, seconds: number, slowestMs: number }[]> }} */
  const { fuzz } = await import(pathToFileURL(outfile).href);
  let cases = 0;
  for (const report of await fuzz(Number(values.cases), Number(values.seed))) {
    cases += report.cases;
    console.log(`${report.name.padEnd(22)} ${String(report.cases).padStart(8)} cases  ${report.seconds.toFixed(1).padStart(7)} s  slowest ${report.slowestMs.toFixed(1)} ms`);
  }
  console.log(`${cases} cases, every one ended as it must.`);
  return 0;
});
