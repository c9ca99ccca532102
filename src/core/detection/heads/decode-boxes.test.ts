import { describe, expect, it } from "vitest";
import { decodeBoxes } from "./decode-boxes.ts";
import type { BoxOutputs, BoxSettings } from "./decode-boxes.ts";
import type { HeadTensor } from "./decoded-object.ts";

const settings: BoxSettings = {
  format: "xyxy", unit: "pixels", input: { width: 200, height: 100 }, picture: { x0: 0, y0: 0, x1: 180, y1: 100 }, scores: "probabilities", scoreThresholds: [0.5, 0.5], firstClass: 0,
};
const tensor = (shape: readonly number[], ...values: number[]): HeadTensor => ({ shape, data: new Float32Array(values) });
/** What is found, in whole numbers and hundredths. */
const found = (outputs: BoxOutputs, changes: Partial<BoxSettings> = {}): number[][] =>
  decodeBoxes(outputs, { ...settings, ...changes }).map(({ x0, y0, x1, y1, label, score }) => [Math.round(x0), Math.round(y0), Math.round(x1), Math.round(y1), label, Math.round(score * 100)]);

/** One box, 20 to 60 by 10 to 30, of class 1 with a score of 0.75, in every way of writing it. */
const FOUND = [[20, 10, 60, 30, 1, 75]];

describe("decodeBoxes", () => {
  it("reads every format of boxes, in pixels and normalised", () => {
    const table = (...box: number[]): BoxOutputs => ({ layout: "table", table: tensor([1, 1, 6], ...box, 0.75, 1) });
    expect(found(table(20, 10, 60, 30))).toEqual(FOUND);
    expect(found(table(10, 20, 30, 60), { format: "yxyx" })).toEqual(FOUND);
    expect(found(table(20, 10, 40, 20), { format: "xywh" })).toEqual(FOUND);
    expect(found(table(40, 20, 40, 20), { format: "cxcywh" })).toEqual(FOUND);
    expect(found(table(0.2, 0.2, 0.2, 0.2), { format: "cxcywh", unit: "normalised" })).toEqual(FOUND);
    expect(found(table(0.1, 0.1, 0.3, 0.3), { unit: "normalised" })).toEqual(FOUND);
  });

  it("reads boxes, scores and labels apart, counted from 1, and only as many as are meant", () => {
    const outputs: BoxOutputs = {
      layout: "separate", boxes: tensor([2, 4], 20, 10, 60, 30, 0, 0, 50, 50), scores: tensor([2], 0.75, 0.9), labels: tensor([2], 2, 1),
    };
    expect(found(outputs, { firstClass: 1 })).toEqual([...FOUND, [0, 0, 50, 50, 0, 90]]);
    expect(found({ ...outputs, count: tensor([1], 1) }, { firstClass: 1 })).toEqual(FOUND);
  });

  it("reads rows and columns of predictions, with and without objectness", () => {
    const rows: BoxOutputs = { layout: "predictions", predictions: tensor([1, 2, 7], 40, 20, 40, 20, 0.9375, 0.1, 0.8, 9, 9, 4, 4, 0.3, 0.9, 0.1), axis: "rows", hasObjectness: true };
    expect(found(rows, { format: "cxcywh" })).toEqual(FOUND);
    const columns: BoxOutputs = { layout: "predictions", predictions: tensor([1, 6, 2], 40, 9, 20, 9, 40, 4, 20, 4, 0.1, 0.2, 0.75, 0.3), axis: "columns", hasObjectness: false };
    expect(found(columns, { format: "cxcywh" })).toEqual(FOUND);
    const logits: BoxOutputs = { layout: "predictions", predictions: tensor([1, 7], 40, 20, 40, 20, 9, -3, Math.log(3)), axis: "rows", hasObjectness: true };
    expect(found(logits, { format: "cxcywh", scores: "sigmoid" })).toEqual(FOUND);
  });

  it("reads scores per class with a background before them", () => {
    const boxes = tensor([1, 2, 4], 20, 10, 60, 30, 0, 0, 9, 9);
    // Shares of 1 : 1 : 6 and of 8 : 1 : 1.
    const scores = tensor([1, 2, 3], 0, 0, Math.log(6), Math.log(8), 0, 0);
    expect(found({ layout: "class-scores", boxes, scores }, { firstClass: 1, scores: "softmax" })).toEqual(FOUND);
  });

  it("clips to the picture, and leaves out slivers, doubtful ones, filling and classes it does not know", () => {
    const table = tensor([6, 6],
      170, 10, 199, 30, 0.9, 0,
      179.5, 10, 199, 30, 0.9, 0,
      20, 10, 60, 30, 0.4, 0,
      0, 0, 0, 0, 0, -1,
      20, 10, 60, 30, 0.9, 2,
      60, 30, 20, 10, 0.9, 0);
    expect(found({ layout: "table", table })).toEqual([[170, 10, 180, 30, 0, 90]]);
    expect(found({ layout: "table", table: tensor([0, 6]) })).toEqual([]);
  });

  it("names shapes that do not fit and values that are no numbers", () => {
    expect(() => decodeBoxes({ layout: "table", table: tensor([1, 5], 1, 2, 3, 4, 5) }, settings)).toThrow("5 values per object instead of 6");
    expect(() => decodeBoxes({ layout: "table", table: tensor([2, 1, 6], ...new Array<number>(12).fill(1)) }, settings)).toThrow("more than one picture");
    expect(() => decodeBoxes({ layout: "table", table: tensor([1, 6], 1, 2, 3, 4, NaN, 0) }, settings)).toThrow("the table of boxes holds values that are no numbers");
    expect(() => decodeBoxes({ layout: "separate", boxes: tensor([1, 4], 1, 2, 3, 4), scores: tensor([2], 1, 1), labels: tensor([2], 1, 1) }, settings)).toThrow("1 boxes but 2");
  });
});
