import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { BrowserWindow } from "electron";
import { describeLedger } from "../core/acquisition/ledger-words.ts";
import { countTable } from "../core/counting/count-table.ts";
import type { TruthOf } from "../engine/compose/true-counts.ts";
import type { Instrument } from "../engine/instrument/instrument.ts";
import { scanFields } from "../engine/instrument/scan.ts";
import { verifySession } from "../engine/session/session-reader.ts";

/** The counts come to the screen ten times a second, apart from the pictures. */
const FRAMES_FOR_THE_COUNTS = 10;

/**
 * The demonstration: the app scans by itself, keeps every field, saves, takes a picture of its own window and prints
 * what it counted beside what is really there. Resolves with the exit code: 0 only for a sealed session that verifies
 * and a ledger that sums.
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
  const fields = await scanFields(instrument, {
    fields: options.fields,
    onRemark: print,
    onField: (kept, { header: { stagePositionUm: at } }) => {
      print(`Field ${kept} of ${options.fields} kept${at === undefined ? "" : ` at x ${at.x.toFixed(1)}, y ${at.y.toFixed(1)} um`}`);
    },
  });

  // The picture of the window is taken once the last field's overlay and counts are on the glass.
  const newest = await instrument.nextFrame();
  await options.shownAfter(newest.frameId + FRAMES_FOR_THE_COUNTS);
  const screenshot = path.join(options.outDir, "screenshot.png");
  await writeFile(screenshot, (await options.window.webContents.capturePage()).toPNG());

  const session = instrument.snapshot().session;
  const { folder, ledger } = await instrument.finishSession();
  const check = await verifySession(folder);

  print("");
  if (session !== undefined) {
    const { truth } = options;
    const trueCounts = truth === undefined ? undefined : truth(fields, session.countingFrame);
    for (const line of countTable(session.counts, trueCounts)) print(line);
  }
  print("");
  print(describeLedger(ledger));
  print(`Session: ${folder}`);
  print(`Verify: ${check.ok ? `${check.records} records and ${check.files} files intact, ${check.sealed ? "sealed" : "NOT SEALED"}` : check.firstProblem?.message ?? "failed"}`);
  print(`Screenshot: ${screenshot}`);
  return check.ok && check.sealed && ledger.balanced ? 0 : 1;
}
