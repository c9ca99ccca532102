import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BatchStatus } from "../../shared/domain/batch.ts";
import { nodeInferenceHost } from "../analysis/inference/inference-host.ts";
import { systemClock } from "../runtime/system-clock.ts";
import { type BatchDesk, createBatchDesk } from "./batch-desk.ts";

const RECIPE = `
format: ocular-recipe
formatVersion: 1
id: spots
version: 1
name: Spots
assumedPixelSizeUm: 1
steps:
  - {kind: channel, source: value}
  - {kind: threshold, method: otsu}
classes:
  - {id: spot, name: Spot, plural: Spots, letter: S, colorIndex: 0, gates: [{feature: areaUm2, min: 20, max: 200}]}
`;
const SIDE = 48;

/** A black picture with a bright square. */
function png(x: number): Uint8Array {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let row = 10; row < 20; row++) data.fill(200, (row * SIDE + x) * 3, (row * SIDE + x + 10) * 3);
  return encode({ width: SIDE, height: SIDE, data, channels: 3, depth: 8 });
}

describe("the batch desk", { timeout: 90_000 }, () => {
  let folder = "";
  let inputs = "";
  let desk: BatchDesk;
  const ref = { kind: "rules", id: "spots" } as const;
  /** Resolves with the first status that the question is true of. */
  const until = (is: (status: BatchStatus) => boolean): Promise<BatchStatus> => new Promise((resolve) => {
    const stop = desk.onDidChange((status) => {
      if (!is(status)) return;
      stop();
      resolve(status);
    });
  });
  const isOver = ({ state }: BatchStatus): boolean => ["done", "canceled", "failed"].includes(state);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-desk-"));
    inputs = join(folder, "pictures");
    await mkdir(inputs);
    await writeFile(join(folder, "spots.yaml"), RECIPE);
    desk = createBatchDesk({ modelsFolder: folder, recipes: { shipped: folder }, host: nodeInferenceHost(), clock: systemClock, version: "1", workers: 2 });
  });
  afterEach(async () => {
    await desk.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it("runs a folder, tells how far it is, and shows the cells it found", async () => {
    for (const x of [4, 20, 30]) await writeFile(join(inputs, `x${x}.png`), png(x));
    await writeFile(join(inputs, "broken.png"), "no picture");
    const over = until(isOver);
    expect(desk.start({ inputs: [inputs], ref })).toMatchObject({ state: "running", order: { inputs: [inputs], ref, out: `${inputs} - spots` } });
    expect(() => desk.start({ inputs: [inputs], ref })).toThrow("another one runs");
    expect(await over).toMatchObject({ state: "done", progress: { files: 4, filesDone: 4, failed: 1 }, withoutScale: { assumed: 3, assumedUm: 1, estimated: 0 }, counts: [{ classId: "spot", n: 3 }], failures: [{ input: join(inputs, "broken.png") }], classes: [{ plural: "Spots" }] });
    expect(await readdir(`${inputs} - spots`)).toContain("objects.parquet");
    const { total, cells, crops } = await desk.cells({ classId: "spot", offset: 1, count: 2, sidePx: 16 });
    expect(total).toBe(3);
    expect(cells.map(({ picture, number }) => [picture, number])).toEqual([["x20.png", 1], ["x30.png", 1]]);
    // The cell is in the middle of its crop, dark ground at the corner.
    const middle = 3 * (8 * 16 + 8);
    expect([crops.rgb[middle], crops.rgb[0], crops.rgb[16 * 16 * 3 + middle]]).toEqual([200, 0, 200]);
    await unlink(join(inputs, "x4.png"));
    await expect(desk.cells({ classId: "spot", offset: 0, count: 1, sidePx: 16 })).rejects.toThrow("does not exist");
  });

  it("stops when told, and the same start goes on from there", async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => writeFile(join(inputs, `${n}.png`), png(n % 30))));
    const under = until(({ progress }) => (progress?.filesDone ?? 0) >= 3);
    const over = until(isOver);
    desk.start({ inputs: [inputs], ref });
    await under;
    desk.cancel();
    expect(desk.status().state).toBe("canceling");
    const first = await over;
    expect(first.state).toBe("canceled");
    const done = first.counts[0]?.n ?? 0;
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThan(120);
    // What the form forgot over a restart of the app: never one result of two settings.
    for (const [other, words] of [[{ pixelSizeUm: 0.5 }, "no pixel size was told"], [{ border: "two-edges" }, "every object counted at the border"]] as const) {
      const refused = until(isOver);
      desk.start({ inputs: [inputs], ref, ...other });
      expect(await refused).toMatchObject({ state: "failed", problem: expect.stringContaining(words) });
    }
    const again = until(isOver);
    desk.start({ inputs: [inputs], ref });
    expect(await again).toMatchObject({ state: "done", progress: { files: 120, filesDone: 120, filesResumed: done }, counts: [{ n: 120 }] });
  });

  it("says why when the analyzer cannot be used", async () => {
    const over = until(isOver);
    desk.start({ inputs: [inputs], ref: { kind: "model", id: "nothing" } });
    const { state, problem } = await over;
    expect(state).toBe("failed");
    expect(problem).toContain('There is no model "nothing"');
  });
});
