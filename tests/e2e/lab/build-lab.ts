import { join, resolve } from "node:path";
import { build } from "esbuild";

const project = resolve(import.meta.dirname, "../../..");

/** Native packages stay outside; bundled CommonJS packages still call `require`. */
const EXTERNAL = ["electron", "serialport", "@serialport/*", "usb", "onnxruntime-node"];
const BANNER = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * Bundles the app's main process with the lab, beside the app's own bundles, whose pages and threads it uses.
 * @returns what Electron starts
 */
export async function buildLabApp(): Promise<string> {
  const outfile = join(project, "out", "lab-app", "main.js");
  await build({
    absWorkingDir: project, entryPoints: ["tests/e2e/lab/main.ts"], outfile, bundle: true, platform: "node", format: "esm", target: "node20.18",
    external: EXTERNAL, banner: { js: BANNER }, sourcemap: true, logLevel: "silent",
  });
  return outfile;
}
