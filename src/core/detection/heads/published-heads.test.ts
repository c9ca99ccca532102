import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { rasteriseContour } from "../../contours/rasterise.ts";
import type { LabelMap } from "../../image/plane.ts";
import { referenceKernels } from "../../kernels/reference-kernels.ts";
import { decodeFlowField, labelFlowField } from "./decode-flow-field.ts";
import { decodeStarDistances } from "./decode-star-distances.ts";
import { wholeInput } from "./decoded-object.ts";
import { flowErrors } from "./flow-error.ts";

const Numbers = z.array(z.number()).transform((values) => new Float32Array(values));
/** One digit a cell, from rows. */
const Labels = z.array(z.string()).transform((rows) => Int32Array.from(rows.join(""), Number));
const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
const { width, height, flow } = z.object({ width: z.number(), height: z.number(), flow: z.object({ logit: Numbers }) }).parse(read("heads.fixture.json"));
const { cellpose, stardist } = z.object({
  cellpose: z.object({ flowY: Numbers, flowX: Numbers, labels: Labels, errors: z.array(z.number()), kept: Labels }),
  stardist: z.object({
    rays: z.number(), grid: z.number(), probability: Numbers, distances: Numbers,
    cases: z.array(z.object({ threshold: z.number(), overlap: z.number(), points: z.array(z.tuple([z.number(), z.number()])), scores: z.array(z.number()), labels: z.array(z.string()).optional() })),
  }),
}).parse(read("published-heads.fixture.json"));
const picture = wholeInput(width, height);
/** The object whose flows were turned. */
const TURNED = 5;

/** The share of cells that are in the same object in both maps, once each object of one is matched with one of the other. */
function agreement(own: Int32Array, other: Int32Array): { readonly share: number; readonly pairs: ReadonlySet<string> } {
  const together = new Map<string, number>();
  for (const [i, label] of own.entries()) together.set(`${label}/${other[i] ?? -1}`, (together.get(`${label}/${other[i] ?? -1}`) ?? 0) + 1);
  const best = new Map<string, [string, number]>();
  for (const [pair, cells] of together) {
    const [mine = ""] = pair.split("/");
    if (cells > (best.get(mine)?.[1] ?? 0)) best.set(mine, [pair, cells]);
  }
  const agreed = [...best.values()].reduce((sum, [, cells]) => sum + cells, 0);
  return { share: agreed / own.length, pairs: new Set([...best.values()].map(([pair]) => pair)) };
}

describe("the flow field, beside cellpose.dynamics", () => {
  const field = { columns: width, rows: height, flowY: cellpose.flowY, flowX: cellpose.flowX, cellLogit: flow.logit };
  const settings = { stride: 1, picture, label: 0, logitThreshold: 0, flowScale: 5, steps: 200, scoreThreshold: 0, leastAreaPx: 0, flowErrorLimit: Infinity };

  it("labels cells as compute_masks does", () => {
    const own = labelFlowField(field, settings).labels;
    const { share, pairs } = agreement(own, cellpose.labels);
    expect(share).toBeGreaterThan(0.999);
    expect(pairs.size).toBe(1 + cellpose.errors.length);
    // Only in the object whose walkers go round in spirals: where those are after 200 steps hangs on the last digits.
    const others = own.filter((label, i) => !pairs.has(`${label}/${cellpose.labels[i] ?? -1}`));
    expect([...others].every((label) => label === 0 || label === TURNED)).toBe(true);
  });

  it("comes to the errors of flow_error", () => {
    const map: LabelMap = { width, height, labels: cellpose.labels, count: cellpose.errors.length };
    for (const [index, error] of flowErrors(map, field, 5).entries()) expect(error).toBeCloseTo(cellpose.errors[index] ?? NaN, 6);
  });

  it("leaves out what flow_threshold leaves out", () => {
    const { labels, count } = labelFlowField(field, { ...settings, flowErrorLimit: 0.4 });
    expect(agreement(labels, cellpose.kept).share).toBeGreaterThan(0.999);
    expect(count).toBe(cellpose.errors.filter((error) => error <= 0.4).length);
    expect(decodeFlowField(field, { ...settings, flowErrorLimit: 0.4 }, referenceKernels)).toHaveLength(count);
  });
});

describe("star distances, beside stardist.nms", () => {
  const map = { columns: width / stardist.grid, rows: height / stardist.grid, probability: stardist.probability, distances: stardist.distances };

  it.each(stardist.cases.map((one) => [one.threshold, one.overlap, one] as const))("keeps the same polygons in the same order: probability %s, overlap %s", (scoreThreshold, nmsOverlap, { points, scores, labels }) => {
    const objects = decodeStarDistances(map, { stride: stardist.grid, picture, label: 0, rays: stardist.rays, scoreThreshold, nmsOverlap, overlapOver: "smaller", leastAreaPx: 0 });
    expect(objects.map(({ score }) => Number(score.toFixed(5)))).toEqual(scores.map((score) => Number(score.toFixed(5))));
    // The first ray goes straight to the right: its height is that of the start.
    expect(objects.map(({ contour = [] }) => contour[1])).toEqual(points.map(([y]) => y + 0.5));
    if (labels === undefined) return;
    // polygons_to_label paints the best last; its polygons hold their border, ours end at pixel edges.
    const painted = new Int32Array(width * height);
    for (const [index, { contour = [] }] of [...objects.entries()].toReversed()) {
      for (const [i, inside] of rasteriseContour(contour, { x: 0, y: 0, width, height }).data.entries()) if (inside === 1) painted[i] = index + 1;
    }
    expect(agreement(painted, Int32Array.from(labels.join(""), Number)).share).toBeGreaterThan(0.97);
  });
});
