import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { exportSmear } from "../../src/engine/devices/virtual/export/export-smear.ts";
import { analyzeBench, type Coco, MODELS, ocular, png, readCoco, spots } from "../support/analyze-bench.ts";

const DATA = process.env["OCULAR_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");

describe("ocular analyze, of pictures that state no scale", { timeout: 90_000 }, () => {
  const bench = analyzeBench();

  /** The fixture model, whose boxes are 12 um wide whatever it sees, told that such a thing is 6 um wide. */
  const doubled = async (): Promise<string> => {
    await cp(join(MODELS, "blobs"), join(bench.folder, "models", "blobs"), { recursive: true });
    const rdf = join(bench.folder, "models", "blobs", "rdf.yaml");
    await writeFile(rdf, (await readFile(rdf, "utf8")).replace("    nominalPixelSizeUm: 0.5\n", "    nominalPixelSizeUm: 0.5\n    scaleReference: {classes: [red-spot, green-spot], sizeUm: 6, median: count, leastObjects: 2, untouched: [0.8, 1.25]}\n"));
    const size = { width: 480, height: 320 };
    await writeFile(join(bench.folder, "in", "a, first.png"), png(spots([{ x: 160, y: 160, channel: 0 }, { x: 320, y: 160, channel: 1 }], size), size));
    return join(bench.folder, "models");
  };

  it("estimates the scale of pictures that state none, where the model knows the size of its objects, and says so wherever it is told", async () => {
    const models = await doubled();
    const ended = await bench.analyze([join(bench.folder, "in")], "--models", models);
    expect(ended.code).toBe(0);
    // Twice as large as stated, twice: but no more than two and a half times from the assumed 0.25 um.
    expect(ended.stderr.trim().split("\n")).toEqual([
      "1 picture states no pixel size: 0.25 um per pixel was assumed (--pixel-size sets it).",
      "1 picture states no pixel size: 0.100 um per pixel was estimated from the size of their red-spot and green-spot objects (--pixel-size sets it, --scale as-is takes what the model assumes).",
    ]);
    const { images, annotations } = await readCoco(bench.out);
    expect(images).toMatchObject([{ file_name: "a, first.png", pixel_size_from: "objects", scale_estimate: { um_per_px: 0.1, objects: 2, classes: ["red-spot", "green-spot"] } }, { file_name: "b.png", pixel_size_from: "model" }]);
    expect(images.map((image) => Object.keys(image).filter((key) => key === "pixel_size_um" || key === "scale_estimate"))).toEqual([["scale_estimate"], []]);
    expect(annotations.map(({ bbox }) => bbox[2])).toEqual([120, 120]);
    // Lengths and areas are not made of an estimate.
    const objects = await parquetReadObjects({ file: await asyncBufferFromFile(join(bench.out, "objects.parquet")) });
    expect(objects).toMatchObject([{ width_px: 120, width_um: null, area_um2: null }, { width_um: null, area_um2: null }]);
    const counts = await parquetReadObjects({ file: await asyncBufferFromFile(join(bench.out, "counts.parquet")) });
    expect([counts[0], counts[3]]).toMatchObject([
      { area_um2: null, pixel_size_from: "objects", estimated_um_per_px: 0.1, estimated_from_objects: 2 },
      { area_um2: null, pixel_size_from: "model", estimated_um_per_px: null, estimated_from_objects: null },
    ]);
    expect(JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"))).toMatchObject({ settings: { scale: "estimated", assumed_pixel_size_um: 0.25, scale_reference: { sizeUm: 6 } } });
  });

  it("leaves the scale alone where it is told to, or a pixel size is known, and hashes which", async () => {
    const models = await doubled();
    const run = z.object({ model: z.object({ settingsHash: z.string() }), settings: z.looseObject({ scale: z.string() }) });
    const runOf = async (...more: string[]): Promise<{ stderr: string; hash: string; scale: string; froms: unknown[]; widths: unknown[] }> => {
      const { stderr } = await bench.analyze([join(bench.folder, "in")], "--models", models, ...more);
      const { model, settings } = run.parse(JSON.parse(await readFile(join(bench.out, "run.json"), "utf8")));
      const { images, annotations } = await readCoco(bench.out);
      return { stderr, hash: model.settingsHash, scale: settings.scale, froms: images.map((image) => image["pixel_size_from"]), widths: annotations.map(({ bbox }) => bbox[2]) };
    };
    const asIs = await runOf("--scale", "as-is");
    expect(asIs).toMatchObject({ scale: "as-is", froms: ["model", "model"], widths: [48, 48] });
    expect(asIs.stderr).toContain("2 pictures state no pixel size: 0.25 um per pixel was assumed");
    const told = await runOf("--pixel-size", "0.25");
    expect(told).toMatchObject({ stderr: "", scale: "estimated", froms: ["option", "option"], widths: [48, 48] });
    expect(told.hash).not.toBe(asIs.hash);
    const wrong = await bench.analyze([join(bench.folder, "in")], "--models", models, "--scale", "guess");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("as-is");
  });

  it("finds a scale by the model's own thresholds, whatever thresholds it is asked with", async () => {
    const models = await doubled();
    expect((await bench.analyze([join(bench.folder, "in")], "--models", models, "--threshold", "red-spot=0.99")).code).toBe(0);
    const { images, annotations } = await readCoco(bench.out);
    expect(images[0]).toMatchObject({ pixel_size_from: "objects", scale_estimate: { objects: 2 } });
    expect(annotations.map(({ bbox }) => bbox[2])).toEqual([120]);
  });

  it("comes near the true scale of smears that state none, with the shipped model, and finds what it finds when it is told", { timeout: 240_000 }, async () => {
    // Two sensor pixels become one of the picture.
    const truthUm = [0.1, 0.1725];
    await exportSmear({ outDir: bench.folder, fields: 4, seed: 3, pixelSizesUm: truthUm.map((um) => um / 2), sensorWidth: 1280, sensorHeight: 960 });
    const foundIn = async (...more: string[]): Promise<{ images: z.infer<typeof Coco>["images"]; counts: number[] }> => {
      expect((await ocular("analyze", join(bench.folder, "images"), "--model", "blood-cells", "--out", bench.out, "--threads", "1", ...more)).code).toBe(0);
      const { images, annotations } = await readCoco(bench.out);
      return { images, counts: images.map(({ id }) => annotations.filter((one) => one.image_id === id).length) };
    };
    const estimated = await foundIn();
    const estimate = z.object({ um_per_px: z.number(), objects: z.number().min(5), classes: z.tuple([z.literal("red-cell")]) });
    // Cells of the virtual slide are 7.2 um wide, the model takes a red cell for 7.7: an estimate, no measure.
    for (const [i, image] of estimated.images.entries()) expect(Math.abs(estimate.parse(image["scale_estimate"]).um_per_px / (truthUm[i % 2] ?? 0) - 1)).toBeLessThan(0.2);
    // Left as they are, the four hold 9 % less than when each is told its own scale.
    const [finer, coarser] = [await foundIn("--pixel-size", "0.1"), await foundIn("--pixel-size", "0.1725")];
    const told = finer.counts.map((count, i) => (i % 2 === 0 ? count : coarser.counts[i] ?? 0)).reduce((sum, count) => sum + count, 0);
    expect(Math.abs(estimated.counts.reduce((sum, count) => sum + count, 0) / told - 1)).toBeLessThan(0.05);
  });

  it.skipIf(!existsSync(join(DATA, "bccd")))("finds white cells in real smears with the shipped model (skipped without ../shared/data)", async () => {
    const files = ["BloodImage_00000.jpg", "BloodImage_00004.jpg", "BloodImage_00012.jpg"].map((name) => join(DATA, "bccd/images", name));
    const ended = await ocular("analyze", ...files, "--model", "blood-cells", "--out", bench.out);
    expect(ended.code).toBe(0);
    const coco = await readCoco(bench.out);
    const white = coco.categories.find(({ name }) => name === "white-cell")?.id;
    expect(new Set(coco.annotations.filter((one) => one.category_id === white).map((one) => one.image_id)).size).toBe(3);
  });
});
