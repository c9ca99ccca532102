import { clipTo } from "../box.ts";
import type { Corners } from "../box.ts";
import type { Candidate } from "../candidate.ts";
import { requireNumbers, sigmoid } from "./decoded-object.ts";
import type { HeadTensor } from "./decoded-object.ts";

/** The four numbers of a box: corners, corner and size, or centre and size. `yxyx` is TensorFlow's order of corners. */
export type BoxFormat = "xyxy" | "yxyx" | "xywh" | "cxcywh";

/**
 * The outputs of a detector that answers with boxes. Leading axes of length 1 (the batch) may be there or not.
 * `table` and `separate` usually come out of a graph with its own overlap suppression, the others without.
 */
export type BoxOutputs =
  /** [N, 6]: box, score, label. Rows of score 0 or label -1 are filling. */
  | { readonly layout: "table"; readonly table: HeadTensor }
  /** boxes [N, 4], scores [N], labels [N] (torchvision's detectors). `count` [1] says how many rows are meant, where the graph fills up to N. */
  | { readonly layout: "separate"; readonly boxes: HeadTensor; readonly scores: HeadTensor; readonly labels: HeadTensor; readonly count?: HeadTensor }
  /** boxes [N, 4], scores [N, classes] (SSD, RetinaNet with decoded boxes). */
  | { readonly layout: "class-scores"; readonly boxes: HeadTensor; readonly scores: HeadTensor }
  /** [N, 4 + objectness + classes] where `axis` is "rows" (YOLOv5), [4 + objectness + classes, N] where it is "columns" (YOLOv8). */
  | { readonly layout: "predictions"; readonly predictions: HeadTensor; readonly axis: "rows" | "columns"; readonly hasObjectness: boolean };

export interface BoxSettings {
  readonly format: BoxFormat;
  /** "normalised": shares of the input's width and height. */
  readonly unit: "pixels" | "normalised";
  /** Size of the input, pixels. */
  readonly input: { readonly width: number; readonly height: number };
  /** Boxes are clipped to it; input pixels. */
  readonly picture: Corners;
  /** What stands in scores (and objectness): probabilities, or logits of independent classes, or logits of exclusive ones. */
  readonly scores: "probabilities" | "sigmoid" | "softmax";
  /**
   * Lowest score that counts, per class in the model's order.
   */
  readonly scoreThresholds: readonly number[];
  /** Which number (or place in the scores) is the first class: 1 where 0 is the background, as in torchvision and SSD. */
  readonly firstClass: 0 | 1;
}

const LEAST_SIDE_PX = 1;
const LEAST_SCORE = 1e-6;

/**
 * Boxes in input pixels, in the order of the output; overlaps are not settled (suppressOverlaps does that, also for
 * graphs with their own suppression where a picture is cut into tiles). With scores per class a box gives one candidate:
 * its best class. A box of a class the settings do not know is left out.
 *
 * @throws RangeError when shapes do not fit each other or values are no numbers.
 */
export function decodeBoxes(outputs: BoxOutputs, settings: BoxSettings): Candidate[] {
  const rows = rowsOf(outputs, settings);
  const found: Candidate[] = [];
  for (let row = 0; row < rows.count; row++) {
    const { label, score } = rows.best(row);
    const threshold = settings.scoreThresholds[label];
    if (threshold === undefined || score < Math.max(threshold, LEAST_SCORE)) continue;
    const box = clipTo(cornersOf((k) => rows.box(row, k), settings), settings.picture);
    if (box.x1 - box.x0 <= LEAST_SIDE_PX || box.y1 - box.y0 <= LEAST_SIDE_PX) continue;
    found.push({ ...box, label, score: Math.min(score, 1) });
  }
  return found;
}

/** The layouts seen alike: a box and a best class per row. */
interface Rows {
  readonly count: number;
  box(row: number, k: number): number;
  best(row: number): { readonly label: number; readonly score: number };
}

function rowsOf(outputs: BoxOutputs, settings: BoxSettings): Rows {
  switch (outputs.layout) {
    case "table":
      return tableRows(matrixOf(outputs.table, "table of boxes"), settings);
    case "separate":
      return separateRows(outputs, settings);
    case "class-scores": {
      const boxes = matrixOf(outputs.boxes, "boxes");
      const scores = matrixOf(outputs.scores, "scores");
      requireWidth(boxes, 4, "boxes");
      requireSameCount(boxes.rows, scores.rows);
      return { count: boxes.rows, box: boxes.at, best: (row) => bestClass((k) => scores.at(row, k), scores.columns, 1, settings) };
    }
    case "predictions":
      return predictionRows(outputs, settings);
  }
}

function tableRows(table: Matrix, settings: BoxSettings): Rows {
  requireWidth(table, 6, "table of boxes");
  return {
    count: table.rows,
    box: table.at,
    best: (row) => ({ score: probability(table.at(row, 4), settings), label: Math.round(table.at(row, 5)) - settings.firstClass }),
  };
}

function separateRows(outputs: Extract<BoxOutputs, { layout: "separate" }>, settings: BoxSettings): Rows {
  const boxes = matrixOf(outputs.boxes, "boxes");
  const { data: scores } = outputs.scores;
  const { data: labels } = outputs.labels;
  requireWidth(boxes, 4, "boxes");
  requireSameCount(boxes.rows, scores.length);
  requireSameCount(boxes.rows, labels.length);
  requireNumbers(scores, "list of scores");
  requireNumbers(labels, "list of labels");
  const meant = outputs.count?.data[0] ?? boxes.rows;
  return {
    count: Math.min(Math.max(Math.round(meant), 0), boxes.rows),
    box: boxes.at,
    best: (row) => ({ score: probability(scores[row] ?? 0, settings), label: Math.round(labels[row] ?? -1) - settings.firstClass }),
  };
}

function predictionRows({ predictions, axis, hasObjectness }: Extract<BoxOutputs, { layout: "predictions" }>, settings: BoxSettings): Rows {
  const table = axis === "rows" ? matrixOf(predictions, "predictions") : transposed(matrixOf(predictions, "predictions"));
  const before = hasObjectness ? 5 : 4;
  requireWidth(table, before + settings.firstClass + settings.scoreThresholds.length, "predictions");
  return {
    count: table.rows,
    box: table.at,
    best: (row) => {
      const objectness = hasObjectness ? (settings.scores === "probabilities" ? table.at(row, 4) : sigmoid(table.at(row, 4))) : 1;
      return bestClass((k) => table.at(row, before + k), table.columns - before, objectness, settings);
    },
  };
}

/** The class of the highest score; the first of equal ones. The background does not compete: a threshold answers that. */
function bestClass(valueOf: (k: number) => number, values: number, factor: number, settings: BoxSettings): { label: number; score: number } {
  let best: number = settings.firstClass;
  let value = -Infinity;
  for (let k = settings.firstClass; k < values; k++) {
    const candidate = valueOf(k);
    if (candidate > value) {
      best = k;
      value = candidate;
    }
  }
  let score = probability(value, settings);
  if (settings.scores === "softmax") {
    let largest = -Infinity;
    for (let k = 0; k < values; k++) largest = Math.max(largest, valueOf(k));
    let sum = 0;
    for (let k = 0; k < values; k++) sum += Math.exp(valueOf(k) - largest);
    score = Math.exp(value - largest) / sum;
  }
  return { label: best - settings.firstClass, score: score * factor };
}

function probability(value: number, { scores }: BoxSettings): number {
  return scores === "sigmoid" ? sigmoid(value) : value;
}

function cornersOf(at: (k: number) => number, { format, unit, input }: BoxSettings): Corners {
  const [a, b, c, d] = [at(0), at(1), at(2), at(3)];
  const toX = unit === "normalised" ? input.width : 1;
  const toY = unit === "normalised" ? input.height : 1;
  switch (format) {
    case "xyxy":
      return { x0: a * toX, y0: b * toY, x1: c * toX, y1: d * toY };
    case "yxyx":
      return { x0: b * toX, y0: a * toY, x1: d * toX, y1: c * toY };
    case "xywh":
      return { x0: a * toX, y0: b * toY, x1: (a + c) * toX, y1: (b + d) * toY };
    case "cxcywh":
      return { x0: (a - c / 2) * toX, y0: (b - d / 2) * toY, x1: (a + c / 2) * toX, y1: (b + d / 2) * toY };
  }
}

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
}

/** A tensor whose axes but the last two have length 1. */
function matrixOf({ shape, data }: HeadTensor, what: string): Matrix {
  const [columns = 0, rows = 1, ...others] = [...shape].reverse();
  if (others.some((length) => length !== 1)) throw new RangeError(`the ${what} of shape ${shape.join(" x ")} is for more than one picture`);
  if (shape.length < 2 || data.length !== rows * columns) throw new RangeError(`the ${what} of shape ${shape.join(" x ")} holds ${data.length} values`);
  requireNumbers(data, what);
  return { rows, columns, at: (row, column) => data[row * columns + column] ?? 0 };
}

function transposed({ rows, columns, at }: Matrix): Matrix {
  return { rows: columns, columns: rows, at: (row, column) => at(column, row) };
}

function requireWidth(matrix: Matrix, columns: number, what: string): void {
  if (matrix.columns !== columns) throw new RangeError(`the ${what} has ${matrix.columns} values per object instead of ${columns}`);
}

function requireSameCount(boxes: number, others: number): void {
  if (boxes !== others) throw new RangeError(`there are ${boxes} boxes but ${others} scores or labels`);
}
