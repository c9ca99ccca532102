import type { Corners } from "../../../../core/detection/box.ts";
import { decodeCentreHeatMap } from "../../../../core/detection/centre-heat-map.ts";
import { decodeBoxes } from "../../../../core/detection/heads/decode-boxes.ts";
import type { BoxOutputs } from "../../../../core/detection/heads/decode-boxes.ts";
import { decodeDistanceMap } from "../../../../core/detection/heads/decode-distance-map.ts";
import { decodeFlowField } from "../../../../core/detection/heads/decode-flow-field.ts";
import { decodeSemanticMap } from "../../../../core/detection/heads/decode-semantic-map.ts";
import { decodeStarDistances } from "../../../../core/detection/heads/decode-star-distances.ts";
import type { DecodedObject, HeadTensor } from "../../../../core/detection/heads/decoded-object.ts";
import type { PixelKernels } from "../../../../core/kernels/pixel-kernels.ts";
import type { ConfigOf } from "../package/head-config.ts";
import type { AnalysisPlan, PlannedOutput } from "./analysis-plan.ts";
import { OutputUnreadable, readMaps, readTensor } from "./output-reader.ts";
import type { OutputMaps, TileRun } from "./output-reader.ts";

/** What a head's decoder needs beside the outputs. */
export interface DecodeContext {
  readonly plan: AnalysisPlan;
  readonly run: TileRun;
  /** The whole picture, in pixels of the tile: (0, 0) is its first pixel within the border. */
  readonly picture: Corners;
  /** Lowest score per class, in the model's order. */
  readonly scoreThresholds: readonly number[];
  readonly kernels: PixelKernels;
}

/**
 * Objects of one tile, in its pixels; what other tiles answer for is still among them.
 *
 * @throws OutputUnreadable when the outputs do not have the shapes they should, or hold what is no number.
 */
export function decodeHead(context: DecodeContext): DecodedObject[] {
  try {
    return decode(context);
  } catch (error) {
    if (error instanceof OutputUnreadable) throw error;
    throw new OutputUnreadable(error instanceof Error ? error.message : String(error));
  }
}

function decode(context: DecodeContext): DecodedObject[] {
  const { head } = context.plan;
  switch (head.head) {
    case "centre-heat-map":
      return centreHeatMap(head, context);
    case "boxes":
      return boxes(head, context);
    case "semantic-map":
      return semanticMap(head, context);
    case "distance-map":
      return distanceMap(head, context);
    case "star-distances":
      return starDistances(head, context);
    case "flow-field":
      return flowField(head, context);
  }
}

function centreHeatMap(head: ConfigOf<"centre-heat-map">, { plan, run, picture, scoreThresholds }: DecodeContext): DecodedObject[] {
  const { stride, outputs } = head;
  const heat = readMaps(output(plan, outputs.heatmap), run, scoreThresholds.length, stride);
  const size = readMaps(output(plan, outputs.size), run, 2, stride);
  const offset = readMaps(output(plan, outputs.offset), run, 2, stride);
  return decodeCentreHeatMap({ columns: heat.columns, rows: heat.rows, heat: heat.data, size: size.data, offset: offset.data }, { stride, scoreThresholds, picture });
}

function boxes(head: ConfigOf<"boxes">, { plan, run, picture, scoreThresholds }: DecodeContext): DecodedObject[] {
  const { border, input } = run;
  const within = { x0: picture.x0 + border, y0: picture.y0 + border, x1: picture.x1 + border, y1: picture.y1 + border };
  const { format, unit, scores, firstClass } = head;
  const found = decodeBoxes(boxOutputs(head, plan, run), { format, unit, scores, firstClass, input, picture: within, scoreThresholds });
  return found.map((box) => ({ ...box, x0: box.x0 - border, y0: box.y0 - border, x1: box.x1 - border, y1: box.y1 - border }));
}

function boxOutputs({ layout, outputs, axis, hasObjectness }: ConfigOf<"boxes">, plan: AnalysisPlan, run: TileRun): BoxOutputs {
  const tensor = (role: keyof typeof outputs): HeadTensor => {
    const id = outputs[role];
    if (id === undefined) throw new OutputUnreadable(`config.ocular.outputs does not say which output holds the ${role}`);
    return readTensor(output(plan, id), run);
  };
  switch (layout) {
    case "table":
      return { layout, table: tensor("table") };
    case "separate":
      return { layout, boxes: tensor("boxes"), scores: tensor("scores"), labels: tensor("labels"), ...(outputs.count === undefined ? {} : { count: tensor("count") }) };
    case "class-scores":
      return { layout, boxes: tensor("boxes"), scores: tensor("scores") };
    case "predictions":
      return { layout, predictions: tensor("predictions"), axis, hasObjectness };
  }
}

function semanticMap(head: ConfigOf<"semantic-map">, { plan, run, picture, scoreThresholds, kernels }: DecodeContext): DecodedObject[] {
  const channels = head.channels ?? plan.classIds;
  const map = readMaps(output(plan, head.outputs.map), run, channels.length);
  if (head.boundaryChannel !== undefined) takeBoundaryAway(map, head.boundaryChannel);
  const channelLabels = channels.map((id) => {
    const label = id === null ? -1 : plan.classIds.indexOf(id);
    return label < 0 ? undefined : label;
  });
  const { values, assign, minimumAreaPx: leastAreaPx, splitHeightCells } = head;
  return decodeSemanticMap({ columns: map.columns, rows: map.rows, values: map.data },
    { values, assign, channelLabels, scoreThresholds, leastAreaPx, splitHeightCells, stride: map.stride, picture }, kernels);
}

function takeBoundaryAway({ data, planes, rows, columns }: OutputMaps, boundary: number): void {
  const cells = rows * columns;
  for (let plane = 0; plane < planes; plane++) {
    if (plane === boundary) continue;
    for (let cell = 0; cell < cells; cell++) data[plane * cells + cell] = Math.max((data[plane * cells + cell] ?? 0) - (data[boundary * cells + cell] ?? 0), 0);
  }
}

function distanceMap(head: ConfigOf<"distance-map">, { plan, run, picture, scoreThresholds, kernels }: DecodeContext): DecodedObject[] {
  const [foreground, distance] = twoMaps(plan, run, head.outputs.maps, head.outputs.foreground, head.outputs.distance, 1);
  return decodeDistanceMap({ columns: foreground.columns, rows: foreground.rows, foreground: foreground.data, distance: distance.data }, {
    label: 0,
    foregroundThreshold: head.foregroundThreshold,
    seeds: head.hMaxima === undefined ? { kind: "depth", least: head.seedThreshold } : { kind: "maxima", height: head.hMaxima },
    leastSeedCells: head.minimumSeedCells,
    unseeded: head.keepUnseeded ? "keep" : "drop",
    leastAreaPx: head.minimumAreaPx,
    scoreThreshold: scoreThresholds[0] ?? 0,
    stride: foreground.stride,
    picture,
  }, kernels);
}

function starDistances(head: ConfigOf<"star-distances">, { plan, run, picture, scoreThresholds }: DecodeContext): DecodedObject[] {
  const { rays, nmsOverlap, overlapOver, minimumAreaPx: leastAreaPx } = head;
  const [probability, distances] = twoMaps(plan, run, head.outputs.maps, head.outputs.probability, head.outputs.distances, rays);
  return decodeStarDistances({ columns: probability.columns, rows: probability.rows, probability: probability.data, distances: distances.data },
    { label: 0, rays, scoreThreshold: scoreThresholds[0] ?? 0, nmsOverlap, overlapOver, leastAreaPx, stride: probability.stride, picture });
}

function flowField(head: ConfigOf<"flow-field">, { plan, run, picture, scoreThresholds, kernels }: DecodeContext): DecodedObject[] {
  const { columns, rows, stride, data } = readMaps(output(plan, head.outputs.maps), run, 3);
  const plane = (index: number): Float32Array => data.subarray(index * rows * columns, (index + 1) * rows * columns);
  return decodeFlowField({ columns, rows, flowY: plane(0), flowX: plane(1), cellLogit: plane(2) }, {
    label: 0,
    logitThreshold: head.cellProbabilityThreshold,
    flowScale: head.flowScale,
    flowErrorLimit: head.flowThreshold === 0 ? Infinity : head.flowThreshold,
    steps: head.steps,
    scoreThreshold: scoreThresholds[0] ?? 0,
    leastAreaPx: head.minimumAreaPx,
    stride,
    picture,
  }, kernels);
}

/** One plane, then `more` others: in one output, or each in one of its own. */
function twoMaps(plan: AnalysisPlan, run: TileRun, together: string | undefined, one: string | undefined, other: string | undefined, more: number): [OutputMaps, OutputMaps] {
  if (together !== undefined) {
    const maps = readMaps(output(plan, together), run, 1 + more);
    const cells = maps.rows * maps.columns;
    return [{ ...maps, planes: 1, data: maps.data.subarray(0, cells) }, { ...maps, planes: more, data: maps.data.subarray(cells) }];
  }
  if (one === undefined || other === undefined) throw new OutputUnreadable("config.ocular.outputs does not say which outputs hold the maps");
  return [readMaps(output(plan, one), run, 1), readMaps(output(plan, other), run, more)];
}

function output(plan: AnalysisPlan, id: string): PlannedOutput {
  const found = plan.outputs.find((one) => one.id === id);
  if (found === undefined) throw new OutputUnreadable(`there is no output ${id}`);
  return found;
}
