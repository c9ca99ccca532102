/** Command line of the exporter; started by scripts/export-virtual-smear.mjs. */
import { parseArgs } from "node:util";
import { exportChamber } from "./export-chamber.ts";
import { exportNuclei } from "./export-nuclei.ts";
import { exportSmear } from "./export-smear.ts";

const EXPORTERS = { smear: exportSmear, nuclei: exportNuclei, chamber: exportChamber };

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    specimen: { type: "string", default: "smear" },
    fields: { type: "string", default: "300" },
    seed: { type: "string", default: "7" },
    "pixel-size": { type: "string", default: "0.08625" },
    size: { type: "string", default: "1280x960" },
  },
});
const [sensorWidth = 1280, sensorHeight = 960] = values.size.split("x").map(Number);
const fields = Number(values.fields);
const exporter = Object.entries(EXPORTERS).find(([name]) => name === values.specimen)?.[1];
if (values.out === undefined || exporter === undefined || !Number.isInteger(fields) || fields < 1) {
  process.stderr.write("Usage: export-virtual-smear --out DIR [--specimen smear|nuclei|chamber] [--fields N] [--seed N] [--pixel-size UM,UM...] [--size 1280x960]\n");
  process.exit(2);
}
await exporter({
  outDir: values.out,
  fields,
  seed: Number(values.seed),
  pixelSizesUm: values["pixel-size"].split(",").map(Number),
  sensorWidth,
  sensorHeight,
  onField: (done) => {
    if (done % 25 === 0 || done === fields) process.stdout.write(`${done} of ${fields} fields\n`);
  },
});
