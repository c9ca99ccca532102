import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ResultFiles } from "./result-files.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocular-results-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("leaves no run.json to vouch for results of which a disk took only some, and nothing unfinished", async () => {
  await writeFile(join(folder, "run.json"), "of an earlier batch");
  await mkdir(join(folder, "counts.csv"));
  const results = await ResultFiles.create(folder, [], false);
  await expect(results.finish({})).rejects.toMatchObject({ data: { tag: "DiskUnwritable", path: join(folder, "counts.csv") } });
  await results.discard();
  expect((await readdir(folder)).toSorted()).toEqual(["counts.csv", "detections.coco.json", "objects.csv", "objects.parquet"]);
});
