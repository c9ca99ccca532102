import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { BrowserWindow } from "electron";
import { serpentine } from "../core/scan/serpentine.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import { verifySession } from "../engine/session/session-reader.ts";
import type { CountReport } from "../shared/domain/counting.ts";
import type { FieldView } from "../shared/domain/snapshot.ts";
import { um } from "../shared/units.ts";

/** True counts of a field's counting frame, by class id. */
export type TruthOf = (field: FieldView, insetUm: number) => Readonly<Record<string, number>>;

/**
 * The demonstration: the app scans by itself, keeps every field, saves, takes a picture of its own window and prints
 * what it counted beside what is really there.
 */
export async function runDemo(options: {
  instrument: Instrument;
  window: BrowserWindow;
  outDir: string;
  fields: number;
  truth: TruthOf | undefined;
  specimen: string;
  /** Resolves when a picture newer than that frame is on the glass. */
  shownAfter: (frameId: number) => Promise<void>;
  print: (line: string) => void;
}): Promise<number> {
  const { instrument, print } = options;
  await mkdir(options.outDir, { recursive: true });
  await instrument.startSession({ operator: "Demonstration", specimenId: options.specimen, note: "Scanned by npm run demo" });
  const focused = await instrument.autofocus({ rangeUm: 4, stepUm: 1 });
  if (focused.kind === "notFound") print(`Focus: ${focused.reason}; going on at the present plane.`);

  const insetUm = instrument.snapshot().session?.countingFrame.insetUm ?? 0;
  const kept: string[] = [];
  for (const place of scanPlaces(instrument, options.fields, insetUm)) {
    await instrument.moveStageTo(place);
    await instrument.autofocus({ rangeUm: 1, stepUm: 0.5 });
    const field = await instrument.keepField();
    kept.push(field.fieldId);
    print(`Field ${kept.length} of ${options.fields} kept at x ${place.x.toFixed(1)}, y ${place.y.toFixed(1)} um`);
  }
  const fields: FieldView[] = [];
  for (const fieldId of kept) fields.push(await instrument.fieldAnalysed(fieldId));

  const last = fields.at(-1);
  if (last !== undefined) await options.shownAfter(last.header.frameId);
  const screenshot = path.join(options.outDir, "screenshot.png");
  await writeFile(screenshot, (await options.window.webContents.capturePage()).toPNG());

  const counts = instrument.snapshot().session?.counts;
  const { folder, ledger } = await instrument.finishSession();
  const check = await verifySession(folder);

  print("");
  if (counts !== undefined) for (const line of countTable(counts, fields, insetUm, options.truth)) print(line);
  print("");
  print(`Frames: ${ledger.produced} produced = ${ledger.stored} stored + ${ledger.recorded} recorded + ${sum(ledger.lost)} lost; ` +
    `${ledger.analysed} analysed, ${ledger.analysisSkipped} not analysed by policy, ${sum(ledger.analysisLost)} lost in analysis; ` +
    `${ledger.shown} shown, ${ledger.displaySkipped} not shown by policy; the sums ${ledger.balanced ? "agree" : "DO NOT AGREE"}.`);
  print(`Session: ${folder}`);
  print(`Verify: ${check.ok ? `${check.records} records and ${check.files} files intact, ${check.sealed ? "sealed" : "NOT SEALED"}` : check.firstProblem?.message ?? "failed"}`);
  print(`Screenshot: ${screenshot}`);
  return check.ok && check.sealed && ledger.balanced ? 0 : 1;
}

function scanPlaces(instrument: Instrument, fields: number, insetUm: number): ReturnType<typeof serpentine> {
  const { camera, pixelSizeUm, stage } = instrument.snapshot();
  if (camera === undefined || pixelSizeUm === undefined || stage === undefined) throw new Error("A scan needs a camera, a stage and a known scale.");
  const { roi, binning } = camera.settings;
  return serpentine({
    centreUm: { x: um(stage.positionUm.x), y: um(stage.positionUm.y) },
    fields,
    columns: Math.max(1, Math.round(Math.sqrt(fields * 1.25))),
    stepXUm: (roi.width / binning) * pixelSizeUm - 2 * insetUm,
    stepYUm: (roi.height / binning) * pixelSizeUm - 2 * insetUm,
  });
}

function countTable(counts: CountReport, fields: readonly FieldView[], insetUm: number, truth: TruthOf | undefined): string[] {
  const trueCounts = truth === undefined ? undefined : fields.map((field) => truth(field, insetUm));
  const lines = [`Counts over ${counts.fields} fields${counts.areaUm2 === undefined ? "" : `, ${(counts.areaUm2 / 1e6).toFixed(3)} mm2`} (95 % interval of a Poisson count; the specimen's true count beside it)`];
  for (const entry of counts.classes) {
    const real = trueCounts?.reduce((total, field) => total + (field[entry.classId] ?? 0), 0);
    const difference = real === undefined || real === 0 ? "" : `  ${(((entry.n - real) / real) * 100).toFixed(1)} %`;
    lines.push(`  ${entry.classId.padEnd(12)} ${String(entry.n).padStart(6)}  (${entry.low.toFixed(0)} to ${entry.high.toFixed(0)})${real === undefined ? "" : `   true ${String(real).padStart(6)}${difference}`}`);
  }
  return lines;
}

function sum(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);
}
