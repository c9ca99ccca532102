/** The process one benchmark runs in: takes the context, runs the module named as its argument, sends the figures. */
import { pathToFileURL } from "node:url";

process.once("message", async (context) => {
  const answer = await measure(/** @type {object} */ (context)).catch((error) => ({
    figures: [],
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  process.send?.(answer, () => process.exit(0));
});

/** @param {object} context */
async function measure(context) {
  const { run } = await import(pathToFileURL(process.argv[2] ?? "").href);
  /** @param {string} line */
  const log = (line) => console.error(`  ${line}`);
  return { figures: await run({ ...context, log }) };
}
