/**
 * `node scripts/score-detections.mjs DETECTIONS.coco.json TRUTH.json [--iou 0.5] [--pairs found=true,...] [--only key=value]`:
 * matches what `ocular analyze` found with annotations, one to one, best overlap first, and prints recall, precision and
 * F1 per class. Overlap is of masks where both sides have them, else of boxes. Only pictures that were analysed count.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { script } from "./lib/script.mjs";

/**
 * @typedef {{ image_id: number, category_id: number, bbox: number[], segmentation?: unknown }} Annotation
 * @typedef {{ images: Array<Record<string, unknown> & { id: number, file_name: string, width: number, height: number }>, annotations: Annotation[], categories: Array<{ id: number, name: string }> }} Coco
 */

await script(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { iou: { type: "string", default: "0.5" }, pairs: { type: "string" }, only: { type: "string" } } });
  const [foundFile, truthFile] = positionals;
  if (foundFile === undefined || truthFile === undefined) {
    console.error("Two files are needed: what was found, and the truth.");
    return 2;
  }
  const found = read(foundFile);
  const truth = read(truthFile);
  const least = Number(values.iou);
  const [key, wanted] = (values.only ?? "").split("=", 2);
  const truthOf = new Map(truth.images.filter((image) => key === undefined || key === "" || String(image[key]) === wanted).map((image) => [image.file_name, image]));
  for (const [foundClass, trueClass] of pairsOf(values.pairs, found, truth)) {
    const foundId = found.categories.find(({ name }) => name === foundClass)?.id;
    const trueId = truth.categories.find(({ name }) => name === trueClass)?.id;
    if (foundId === undefined || trueId === undefined) throw new Error(`there is no class ${foundId === undefined ? foundClass : trueClass}`);
    const ours = byImage(found.annotations, foundId);
    const theirs = byImage(truth.annotations, trueId);
    const sum = { matched: 0, found: 0, true: 0 };
    for (const image of found.images) {
      const match = truthOf.get(image.file_name);
      if (match === undefined) continue;
      const a = ours.get(image.id) ?? [];
      const b = theirs.get(match.id) ?? [];
      sum.found += a.length;
      sum.true += b.length;
      sum.matched += countMatches(a, b, match.width, match.height, least);
    }
    const share = (/** @type {number} */ n, /** @type {number} */ of) => (of === 0 ? "-" : (n / of).toFixed(3));
    console.log(`${foundClass}: recall ${share(sum.matched, sum.true)}, precision ${share(sum.matched, sum.found)}, F1 ${share(2 * sum.matched, sum.found + sum.true)} at IoU ${least} (${sum.found} found, ${sum.true} true)`);
  }
  return 0;
});

/** @param {string} file @returns {Coco} */
function read(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @param {string | undefined} text @param {Coco} found @param {Coco} truth @returns {Array<[string, string]>} */
function pairsOf(text, found, truth) {
  if (text !== undefined) return text.split(",").map((pair) => /** @type {[string, string]} */ (pair.split("=", 2)));
  return found.categories.filter(({ name }) => truth.categories.some((other) => other.name === name)).map(({ name }) => [name, name]);
}

/** @param {Annotation[]} annotations @param {number} category */
function byImage(annotations, category) {
  /** @type {Map<number, Annotation[]>} */
  const lists = new Map();
  for (const annotation of annotations) {
    if (annotation.category_id !== category) continue;
    const list = lists.get(annotation.image_id);
    if (list === undefined) lists.set(annotation.image_id, [annotation]);
    else list.push(annotation);
  }
  return lists;
}

/** @param {Annotation[]} ours @param {Annotation[]} theirs @param {number} width @param {number} height @param {number} least */
function countMatches(ours, theirs, width, height, least) {
  const a = ours.map((one) => ({ box: one.bbox, mask: maskOf(one, width, height) }));
  const b = theirs.map((one) => ({ box: one.bbox, mask: maskOf(one, width, height) }));
  const pairs = [];
  for (const [i, one] of a.entries()) {
    for (const [j, other] of b.entries()) {
      if (overlapOfBoxes(one.box, other.box) === 0) continue;
      const iou = one.mask !== undefined && other.mask !== undefined ? overlapOfMasks(one.mask, other.mask) : overlapOfBoxes(one.box, other.box);
      if (iou >= least) pairs.push({ i, j, iou });
    }
  }
  pairs.sort((x, y) => y.iou - x.iou);
  const usedA = new Set();
  const usedB = new Set();
  for (const { i, j } of pairs) {
    if (usedA.has(i) || usedB.has(j)) continue;
    usedA.add(i);
    usedB.add(j);
  }
  return usedA.size;
}

/** @param {number[]} a @param {number[]} b */
function overlapOfBoxes([ax = 0, ay = 0, aw = 0, ah = 0], [bx = 0, by = 0, bw = 0, bh = 0]) {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  return width <= 0 || height <= 0 ? 0 : (width * height) / (aw * ah + bw * bh - width * height);
}

/** @param {Set<number>} a @param {Set<number>} b */
function overlapOfMasks(a, b) {
  let shared = 0;
  for (const pixel of a) if (b.has(pixel)) shared++;
  return shared / (a.size + b.size - shared);
}

/**
 * Pixels of an annotation, column by column as COCO counts them; undefined where it has a box only.
 * @param {Annotation} annotation @param {number} width @param {number} height @returns {Set<number> | undefined}
 */
function maskOf({ segmentation }, width, height) {
  // Some data sets keep the run lengths as the text of a Python dictionary.
  const shape = typeof segmentation === "string" ? JSON.parse(segmentation.replaceAll("'", '"')) : segmentation;
  if (Array.isArray(shape)) return shape.length === 0 ? undefined : maskOfPolygons(shape, width, height);
  if (typeof shape !== "object" || shape === null || !Array.isArray(shape.counts)) return undefined;
  /** @type {Set<number>} */
  const pixels = new Set();
  let at = 0;
  for (const [run, length] of shape.counts.entries()) {
    if (run % 2 === 1) for (let i = 0; i < length; i++) pixels.add(at + i);
    at += length;
  }
  return pixels;
}

/** Pixels whose centre lies within, even-odd. @param {number[][]} polygons @param {number} width @param {number} height */
function maskOfPolygons(polygons, width, height) {
  /** @type {Set<number>} */
  const pixels = new Set();
  const ys = polygons.flatMap((polygon) => polygon.filter((_, i) => i % 2 === 1));
  for (let y = Math.max(Math.floor(Math.min(...ys)), 0); y < Math.min(Math.ceil(Math.max(...ys)), height); y++) {
    /** @type {number[]} */
    const crossings = [];
    for (const polygon of polygons) {
      for (let i = 0; i < polygon.length; i += 2) {
        const [x0 = 0, y0 = 0] = [polygon[i], polygon[i + 1]];
        const [x1 = 0, y1 = 0] = [polygon[(i + 2) % polygon.length], polygon[(i + 3) % polygon.length]];
        if (y0 > y + 0.5 !== y1 > y + 0.5) crossings.push(x0 + ((y + 0.5 - y0) / (y1 - y0)) * (x1 - x0));
      }
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      for (let x = Math.max(Math.ceil((crossings[i] ?? 0) - 0.5), 0); x < Math.min((crossings[i + 1] ?? 0) - 0.5, width); x++) pixels.add(x * height + y);
    }
  }
  return pixels;
}
