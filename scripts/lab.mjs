/** `npm run lab -- FAMILY`: a virtual device of tests/lab on a pseudo-terminal, for people and for other programs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./lib/paths.mjs";
import { script } from "./lib/script.mjs";

await script(async () => {
  const folder = join(root, "out", "lab");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, "lab.mjs");
  await build({
    absWorkingDir: root, entryPoints: ["tests/lab/lab.ts"], outfile,
    bundle: true, platform: "node", format: "esm", target: "node20.18", packages: "external", logLevel: "error",
  });
  await import(pathToFileURL(outfile).href);
  return Number(process.exitCode ?? 0);
});
