import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../src/core/clock.ts";
import { createSession } from "../../src/engine/session/session-writer.ts";
import { header, OPERATOR, pixelsFor, SETTINGS, SYSTEM } from "../../src/engine/session/testing/session-builder.ts";
import { countingIds } from "../../src/shared/ids.ts";
import type { Figure, RunBench } from "./support/bench.ts";

/**
 * Kept fields to disk (OME-TIFF, hashed, named, logged) against a plain sequential write of the same bytes with the same
 * fsyncs. Both take turns field by field, so that a disk that slows down slows both.
 */
export const run: RunBench = async (context) => {
  const log = (line: string): void => context.log(line);
  const rgb = await measure(context.workFolder, "RGB8", log);
  const bayer = await measure(context.workFolder, "BayerRG8", log);
  return [...rgb, ...bayer];
};

const SIZE = { width: 1280, height: 960 };
const FIELDS = 60;
const WARM_UP = 5;

async function measure(workFolder: string, pixelFormat: "RGB8" | "BayerRG8", log: (line: string) => void): Promise<Figure[]> {
  log(`${FIELDS} fields of ${SIZE.width} x ${SIZE.height} ${pixelFormat}`);
  const clock: Clock = { nowMs: () => performance.now(), wallTime: () => new Date().toISOString(), delay: () => Promise.reject(new Error("nothing waits here")) };
  const writer = await createSession({
    libraryFolder: workFolder, name: `${pixelFormat}.ocular`, clock, ids: countingIds(), devices: [], countingFrame: { insetUm: 8 },
    details: { operator: "bench", specimenId: "bench", note: "" }, software: { name: "bench", version: "1" },
  });
  await writer.append(SETTINGS, SYSTEM);
  const pixels = pixelsFor(SIZE.width, SIZE.height, pixelFormat);
  const plain = await plainWriter(workFolder, pixelFormat);
  let [keptMs, plainMs, bytes] = [0, 0, 0];
  for (let n = 0; n < FIELDS + WARM_UP; n++) {
    const t0 = performance.now();
    const file = await writer.keepField({ fieldId: `field-${n}`, header: header(n, { ...SIZE, pixelFormat }), pixels, actor: OPERATOR });
    const t1 = performance.now();
    await plain.write(n, file.bytes);
    const t2 = performance.now();
    if (n < WARM_UP) continue;
    keptMs += t1 - t0;
    plainMs += t2 - t1;
    bytes += file.bytes;
  }
  await writer.close();
  await plain.close();
  const mbPerSecond = (ms: number): number => bytes / 1e6 / (ms / 1000);
  return [
    { label: `${pixelFormat} kept fields`, value: mbPerSecond(keptMs), unit: "MB/s" },
    { label: `${pixelFormat} plain write, same fsyncs`, value: mbPerSecond(plainMs), unit: "MB/s" },
    { label: `${pixelFormat} ratio`, value: plainMs / keptMs, unit: "", target: { atLeast: 0.8 } },
  ];
}

/** The least anyone could do: the bytes in one write, file and folder synced, a line of a log synced. */
async function plainWriter(workFolder: string, name: string): Promise<{ write(n: number, bytes: number): Promise<void>; close(): Promise<void> }> {
  const line = Buffer.alloc(700, "x");
  const logFile = await open(join(workFolder, `${name}-plain.log`), "w");
  return {
    write: async (n, byteLength) => {
      const bytes = content(byteLength);
      const file = await open(join(workFolder, `${name}-plain-${n}.bin`), "wx");
      await file.write(bytes, 0, byteLength, 0);
      await file.datasync();
      await file.close();
      const folder = await open(workFolder, "r");
      await folder.sync();
      await folder.close();
      await logFile.write(line);
      await logFile.datasync();
    },
    close: () => logFile.close(),
  };
}

let cached = Buffer.alloc(0);
function content(byteLength: number): Buffer {
  if (cached.byteLength !== byteLength) cached = Buffer.alloc(byteLength, 0x5a);
  return cached;
}
