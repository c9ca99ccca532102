/**
 * Fuzzes the serial families: every codec with so many replies, and stages on lines that fail again and again.
 *
 *   node scripts/fuzz-serial.mjs [--cases 100000] [--lines 200]
 *
 * `--cases` per codec, `--lines` journeys per family. Exit 0 when every case ended as it must.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { script } from "./lib/script.mjs";
import { wholeNumber } from "./lib/whole-number.mjs";

await script(async () => {
  const { values } = parseArgs({ options: { cases: { type: "string", default: "100000" }, lines: { type: "string", default: "200" } } });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const env = { ...process.env, OCULAR_FUZZ_RUNS: String(wholeNumber("--cases", values.cases)), OCULAR_FUZZ_LINE_RUNS: String(wholeNumber("--lines", values.lines)) };
  const { code } = await run(process.execPath, [vitest, "run", "tests/contract/serial/fuzz.test.ts", "--testTimeout=1800000"], { env, limitMs: 3_600_000, show: true });
  return code;
});
