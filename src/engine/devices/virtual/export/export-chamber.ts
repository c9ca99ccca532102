/**
 * Writes pictures of the virtual counting chamber with COCO-style boxes, for training a detector.
 * Each picture varies what a laboratory varies: light, contrast, focus and noise. Grey, one sensor pixel a picture pixel.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { blurInside, gaussianKernel } from "../render/blur.ts";
import { makeRaster } from "../render/density-raster.ts";
import { paintLight } from "../render/paint-specimen.ts";
import { hashInts, Random } from "../specimen/random.ts";
import { createSpecimen } from "../specimen/specimen.ts";
import type { Specimen } from "../specimen/specimen.ts";
import type { RectUm, SpecimenClass } from "../specimen/types.ts";
import type { ExportOptions } from "./export-smear.ts";

const CATEGORY_OF: Partial<Record<SpecimenClass, number>> = { living: 1, dead: 2 };
const FIELDS_PER_SLIDE = 2;
const MIN_VISIBLE_FRACTION = 0.05;

/** Writes `fields` PNG files and `annotations.json` into `outDir`. */
export async function exportChamber(options: ExportOptions): Promise<void> {
  await mkdir(join(options.outDir, "images"), { recursive: true });
  const images = [];
  const annotations = [];
  const { sensorWidth: width, sensorHeight: height } = options;
  for (let field = 0; field < options.fields; field += 1) {
    const pixelUm = options.pixelSizesUm[field % options.pixelSizesUm.length] ?? 0.69;
    const slide = Math.floor(field / FIELDS_PER_SLIDE);
    const specimen = createSpecimen("viability-chamber", hashInts(options.seed, slide));
    const random = new Random(hashInts(options.seed, slide, field));
    const view = { x: random.between(-20000, 20000), y: random.between(-20000, 20000), width: width * pixelUm, height: height * pixelUm };
    const fileName = `chamber_${String(field).padStart(5, "0")}.png`;
    const data = expose(specimen, view, pixelUm, width, height, random);
    await writeFile(join(options.outDir, "images", fileName), encode({ width, height, data, channels: 1, depth: 8 }));
    images.push({ id: field + 1, file_name: fileName, width, height, group: `slide-${slide}`, pixel_size_um: pixelUm });
    for (const object of specimen.objectsIn(view)) {
      const category = CATEGORY_OF[object.class];
      if (category === undefined || object.visibleFraction < MIN_VISIBLE_FRACTION) continue;
      const { x, y, width: w, height: h } = object.visibleBoundsUm;
      annotations.push({
        id: annotations.length + 1,
        image_id: field + 1,
        category_id: category,
        bbox: [x - view.x, y - view.y, w, h].map((um) => Math.round((um / pixelUm) * 10) / 10),
        area: Math.round((w * h) / (pixelUm * pixelUm)),
        iscrowd: 0,
        visible_fraction: Math.round(object.visibleFraction * 1000) / 1000,
      });
    }
    options.onField?.(field + 1);
  }
  const info = { source: "virtual viability chamber", seed: options.seed };
  const categories = ["living", "dead"].map((name, i) => ({ id: i + 1, name, supercategory: "" }));
  await writeFile(join(options.outDir, "annotations.json"), JSON.stringify({ info, licenses: [], images, annotations, categories }));
}

/** One exposure of a monochrome sensor, 8 bit. */
function expose(specimen: Specimen, view: RectUm, umPerPx: number, width: number, height: number, random: Random): Uint8Array {
  const kernel = gaussianKernel(Math.hypot(0.25, Math.abs(random.normal(0, 0.5))) / umPerPx);
  const margin = kernel.length - 1;
  const raster = makeRaster(view.x - margin * umPerPx, view.y - margin * umPerPx, umPerPx, width + 2 * margin, height + 2 * margin);
  paintLight(specimen, raster);
  const light = blurInside(raster.planes[0], raster.width, raster.height, margin, kernel);
  const background = random.between(70, 170);
  const slopeX = random.normal(0, 0.05);
  const slopeY = random.normal(0, 0.05);
  const electronsPerDn = random.between(10, 60);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const lamp = 1 + slopeX * (x / width - 0.5) * 2 + slopeY * (y / height - 0.5) * 2;
      const mean = Math.max(0, background * lamp * (light[y * width + x] ?? 0) + 2);
      out[y * width + x] = Math.max(0, Math.min(255, Math.round(mean + random.normal(0, Math.sqrt(mean / electronsPerDn + 0.2)))));
    }
  }
  return out;
}
