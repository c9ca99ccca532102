/** The desktop app as the process to kill: its demo scan, told to print every acknowledgement. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/lib/paths.mjs";

/**
 * Main prints acknowledgements on standard output when OCULAR_PRINT_ACKS=1.
 *
 * @returns {Promise<(library: string, name: string) => import("./campaign.mjs").Recorder>}
 */
export async function appRecorder() {
  const demo = join(root, "scripts", "demo.mjs");
  if (!existsSync(demo)) throw new Error("scripts/demo.mjs is missing: run the campaign without --app.");
  return (library) => ({ command: process.execPath, args: [demo, "--out", library], env: { OCULAR_PRINT_ACKS: "1" } });
}
