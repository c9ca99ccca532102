// Writes annotated pictures of the virtual specimens, for training: see models/training/README.md.
// node scripts/export-virtual-smear.mjs --out DIR --fields 300 --seed 7 --pixel-size 0.08625
// node scripts/export-virtual-smear.mjs --specimen nuclei --out DIR --fields 120 --pixel-size 0.1725,0.345 --size 960x720
// node scripts/export-virtual-smear.mjs --specimen chamber --out DIR --fields 200 --pixel-size 0.5,0.69,0.9,1.1 --size 360x300
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
