/**
 * Writes pictures of the virtual smear with COCO-style boxes, for training a detector.
 * Each picture varies what a laboratory varies: stain, light, colour cast, exposure, noise and a little defocus.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { blurInside, gaussianKernel } from "../render/blur.ts";
import { makeRaster } from "../render/density-raster.ts";
import { paintLight } from "../render/paint-specimen.ts";
import { hashInts, Random } from "../specimen/random.ts";
import { createSpecimen } from "../specimen/specimen.ts";
import type { SpecimenClass, VisibleObject } from "../specimen/types.ts";

export interface ExportOptions {
  readonly outDir: string;
  readonly fields: number;
  readonly seed: number;
  /** Sensor pixels at the specimen, um; pictures take turns. */
  readonly pixelSizesUm: readonly number[];
  readonly sensorWidth: number;
  readonly sensorHeight: number;
  /** Called after each picture. */
  readonly onField?: (done: number) => void;
}

const CATEGORY_OF: Partial<Record<SpecimenClass, number>> = { "red-cell": 1, "white-cell": 2, platelet: 3 };
const FIELDS_PER_SLIDE = 4;
const MIN_VISIBLE_FRACTION = 0.05;

interface Annotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: readonly number[];
  readonly area: number;
  readonly iscrowd: 0;
  readonly visible_fraction: number;
  readonly subtype?: string;
}

/** Writes `fields` PNG files and `annotations.json` into `outDir`. Two sensor pixels become one picture pixel. */
export async function exportSmear(options: ExportOptions): Promise<void> {
  await mkdir(join(options.outDir, "images"), { recursive: true });
  const images = [];
  const annotations: Annotation[] = [];
  const width = options.sensorWidth >> 1;
  const height = options.sensorHeight >> 1;
  for (let field = 0; field < options.fields; field += 1) {
    const pixelUm = options.pixelSizesUm[field % options.pixelSizesUm.length] ?? 0.08625;
    const slide = Math.floor(field / FIELDS_PER_SLIDE);
    const specimen = createSpecimen("blood-smear", hashInts(options.seed, slide));
    const random = new Random(hashInts(options.seed, slide, field));
    const viewUm = {
      x: random.between(-20000, 20000),
      y: random.between(-20000, 20000),
      width: options.sensorWidth * pixelUm,
      height: options.sensorHeight * pixelUm,
    };
    const fileName = `virtual_${String(field).padStart(5, "0")}.png`;
    const pixels = photograph(specimen, viewUm.x, viewUm.y, pixelUm, options, random);
    await writeFile(join(options.outDir, "images", fileName), encode({ width, height, data: pixels, channels: 3, depth: 8 }));
    const imageId = field + 1;
    images.push({ id: imageId, file_name: fileName, width, height, group: `slide-${slide}`, pixel_size_um: 2 * pixelUm });
    for (const object of specimen.objectsIn(viewUm)) {
      const annotation = annotate(object, viewUm.x, viewUm.y, 2 * pixelUm, imageId, annotations.length + 1);
      if (annotation !== undefined) annotations.push(annotation);
    }
    options.onField?.(field + 1);
  }
  const categories = ["RBC", "WBC", "Platelets"].map((name, i) => ({ id: i + 1, name, supercategory: "" }));
  const info = { source: "virtual blood smear", seed: options.seed };
  await writeFile(join(options.outDir, "annotations.json"), JSON.stringify({ info, licenses: [], images, annotations, categories }));
}

function annotate(object: VisibleObject, left: number, top: number, umPerPx: number, imageId: number, id: number): Annotation | undefined {
  const category = CATEGORY_OF[object.class];
  if (category === undefined || object.visibleFraction < MIN_VISIBLE_FRACTION) return undefined;
  const { x, y, width, height } = object.visibleBoundsUm;
  const bbox = [(x - left) / umPerPx, (y - top) / umPerPx, width / umPerPx, height / umPerPx].map((v) => Math.round(v * 10) / 10);
  const common = {
    id,
    image_id: imageId,
    category_id: category,
    bbox,
    area: Math.round((width * height) / (umPerPx * umPerPx)),
    iscrowd: 0 as const,
    visible_fraction: Math.round(object.visibleFraction * 1000) / 1000,
  };
  return object.subtype === undefined ? common : { ...common, subtype: object.subtype };
}

/** One exposure of the Bayer sensor, then one RGB pixel from each 2x2 block (R, mean of both G, B). */
function photograph(specimen: ReturnType<typeof createSpecimen>, left: number, top: number, umPerPx: number, options: ExportOptions, random: Random): Uint8Array {
  const { sensorWidth, sensorHeight } = options;
  const sigmaUm = Math.hypot(0.154, Math.abs(random.normal(0, 0.16)));
  const kernel = gaussianKernel(sigmaUm / umPerPx);
  const margin = kernel.length - 1;
  const raster = makeRaster(left - margin * umPerPx, top - margin * umPerPx, umPerPx, sensorWidth + 2 * margin, sensorHeight + 2 * margin);
  paintLight(specimen, raster);
  const planes = raster.planes.map((plane) => blurInside(plane, raster.width, raster.height, margin, kernel));
  const white = random.between(192, 232);
  const cast = [random.normal(1, 0.025), random.normal(1, 0.015), random.normal(0.97, 0.03)];
  const vignetting = random.between(0, 0.14);
  const slopeX = random.normal(0, 0.025);
  const slopeY = random.normal(0, 0.025);
  const electronsPerDn = random.between(12, 42);
  const width = sensorWidth >> 1;
  const height = sensorHeight >> 1;
  const out = new Uint8Array(width * height * 3);
  const expose = (channel: number, x: number, y: number): number => {
    const nx = x / sensorWidth - 0.5;
    const ny = y / sensorHeight - 0.5;
    const light = (1 - vignetting * 2 * (nx * nx + ny * ny)) * (1 + slopeX * nx * 2 + slopeY * ny * 2);
    const mean = white * (cast[channel] ?? 1) * light * (planes[channel]?.[y * sensorWidth + x] ?? 0) + 2;
    return Math.max(0, Math.min(255, Math.round(mean + random.normal(0, Math.sqrt(Math.max(0, mean) / electronsPerDn + 0.09)))));
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      out[at] = expose(0, 2 * x, 2 * y);
      out[at + 1] = (expose(1, 2 * x + 1, 2 * y) + expose(1, 2 * x, 2 * y + 1) + 1) >> 1;
      out[at + 2] = expose(2, 2 * x + 1, 2 * y + 1);
    }
  }
  return out;
}
