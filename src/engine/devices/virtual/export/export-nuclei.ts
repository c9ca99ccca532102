/**
 * Writes pictures of the virtual fluorescent nuclei with COCO-style outlines, for training a segmenter.
 * Each picture varies what a laboratory varies: exposure, offset, colour, noise and a little defocus.
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
import type { RectUm, VisibleObject } from "../specimen/types.ts";
import type { ExportOptions } from "./export-smear.ts";

const FIELDS_PER_SLIDE = 4;
const MIN_VISIBLE_FRACTION = 0.02;

/**
 * Writes `fields` PNG files and `annotations.json` into `outDir`. One sensor pixel is one picture pixel.
 * `segmentation` is one polygon in picture pixels (pixel edges are whole numbers); it may reach out of the picture.
 */
export async function exportNuclei(options: ExportOptions): Promise<void> {
  await mkdir(join(options.outDir, "images"), { recursive: true });
  const images = [];
  const annotations = [];
  const { sensorWidth: width, sensorHeight: height } = options;
  for (let field = 0; field < options.fields; field += 1) {
    const pixelUm = options.pixelSizesUm[field % options.pixelSizesUm.length] ?? 0.1725;
    const slide = Math.floor(field / FIELDS_PER_SLIDE);
    const specimen = createSpecimen("nuclei", hashInts(options.seed, slide));
    const random = new Random(hashInts(options.seed, slide, field));
    const viewUm = { x: random.between(-20000, 20000), y: random.between(-20000, 20000), width: width * pixelUm, height: height * pixelUm };
    const fileName = `nuclei_${String(field).padStart(5, "0")}.png`;
    const data = expose(specimen, viewUm, pixelUm, width, height, random);
    await writeFile(join(options.outDir, "images", fileName), encode({ width, height, data, channels: 3, depth: 8 }));
    images.push({ id: field + 1, file_name: fileName, width, height, group: `slide-${slide}`, pixel_size_um: pixelUm });
    for (const object of specimen.objectsIn(viewUm)) {
      if (object.visibleFraction < MIN_VISIBLE_FRACTION) continue;
      annotations.push({ id: annotations.length + 1, image_id: field + 1, category_id: 1, iscrowd: 0 as const, ...outlined(object, viewUm, pixelUm) });
    }
    options.onField?.(field + 1);
  }
  const info = { source: "virtual nuclei", seed: options.seed };
  const categories = [{ id: 1, name: "nucleus", supercategory: "" }];
  await writeFile(join(options.outDir, "annotations.json"), JSON.stringify({ info, licenses: [], images, annotations, categories }));
}

function outlined(object: VisibleObject, view: RectUm, pixelUm: number): { segmentation: number[][]; bbox: number[]; area: number; visible_fraction: number } {
  const tenths = (um: number): number => Math.round((um / pixelUm) * 10) / 10;
  const { x, y, width, height } = object.visibleBoundsUm;
  return {
    segmentation: [object.outlineUm.flatMap((p) => [tenths(p.x - view.x), tenths(p.y - view.y)])],
    bbox: [tenths(x - view.x), tenths(y - view.y), tenths(width), tenths(height)],
    area: Math.round((width * height) / (pixelUm * pixelUm)),
    visible_fraction: Math.round(object.visibleFraction * 1000) / 1000,
  };
}

/** One exposure, RGB 8 bit: grey, or with the colour that the specimen glows in. */
function expose(specimen: Specimen, view: RectUm, umPerPx: number, width: number, height: number, random: Random): Uint8Array {
  const kernel = gaussianKernel(Math.hypot(0.2, Math.abs(random.normal(0, 0.35))) / umPerPx);
  const margin = kernel.length - 1;
  const raster = makeRaster(view.x - margin * umPerPx, view.y - margin * umPerPx, umPerPx, width + 2 * margin, height + 2 * margin);
  paintLight(specimen, raster);
  const planes = raster.planes.map((plane) => blurInside(plane, raster.width, raster.height, margin, kernel));
  const gain = random.between(40, 200);
  const offset = random.between(1, 12);
  const electronsPerDn = random.between(4, 40);
  const isGrey = random.chance(0.5);
  const out = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      if (isGrey && channel > 0) {
        out[3 * i + channel] = out[3 * i] ?? 0;
        continue;
      }
      const mean = gain * (planes[isGrey ? 2 : channel]?.[i] ?? 0) + offset;
      out[3 * i + channel] = Math.max(0, Math.min(255, Math.round(mean + random.normal(0, Math.sqrt(mean / electronsPerDn + 0.3)))));
    }
  }
  return out;
}
