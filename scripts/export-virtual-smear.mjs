// Writes annotated pictures of the virtual blood smear, for training: see models/training/README.md.
// node scripts/export-virtual-smear.mjs --out DIR --fields 300 --seed 7 --pixel-size 0.08625
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = `${root}out/tools/export-virtual-smear.mjs`;
await build({
  entryPoints: [`${root}src/engine/devices/virtual/export/main.ts`],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
});
const { status } = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
