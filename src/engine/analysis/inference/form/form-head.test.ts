import { describe, expect, it } from "vitest";
import { OnnxForm } from "../../../../shared/domain/model-package.ts";
import type { OnnxFormInput } from "../../../../shared/domain/model-package.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { headFromForm } from "./form-head.ts";

function output(name: string, shape: number[], value = 0.2): WireTensor {
  return { name, dtype: "float32", shape, data: new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(value) };
}

function headOf(form: Partial<OnnxFormInput> & Pick<OnnxFormInput, "head">, ...outputs: WireTensor[]): object {
  return headFromForm(OnnxForm.parse({ id: "cells", classes: ["red", "white"], ...form }), outputs);
}

describe("the head of a bare file", () => {
  it.each([
    ["a table of six numbers", [output("detections", [1, 100, 6])], { layout: "table", outputs: { table: "detections" } }],
    ["columns of boxes and classes (YOLOv8)", [output("output0", [1, 6, 8400])], { layout: "predictions", axis: "columns", hasObjectness: false, format: "cxcywh" }],
    ["rows with objectness (YOLOv5)", [output("output0", [1, 25200, 7])], { layout: "predictions", axis: "rows", hasObjectness: true }],
    ["boxes, labels and scores (torchvision)", [output("boxes", [9, 4]), output("labels", [9]), output("scores", [9])], { layout: "separate", outputs: { boxes: "boxes", labels: "labels", scores: "scores" } }],
    ["boxes and scores per class", [output("boxes", [1, 9, 4]), output("scores", [1, 9, 2])], { layout: "class-scores" }],
  ])("boxes are told by their shapes: %s", (_, outputs, wanted) => {
    expect(headOf({ head: "boxes" }, ...outputs)).toMatchObject({ head: "boxes", scoreThresholds: { red: 0.5, white: 0.5 }, ...wanted });
  });

  it.each([
    ["a channel per class", output("out", [1, 2, 32, 32]), { channels: ["red", "white"], values: "probabilities", assign: "threshold" }],
    ["the background first", output("out", [1, 3, 32, 32], -4), { channels: [null, "red", "white"], values: "softmax", assign: "best" }],
    ["channels last", output("out", [1, 32, 32, 3], -4), { channels: [null, "red", "white"] }],
  ])("a semantic map is told by its channels and values: %s", (_, map, wanted) => {
    expect(headOf({ head: "semantic-map" }, map)).toMatchObject({ outputs: { map: "out" }, ...wanted });
  });

  it("star rays are counted", () => {
    expect(headOf({ head: "star-distances", scoreThreshold: 0.6 }, output("out", [1, 33, 16, 16]))).toMatchObject({ rays: 32, probabilityThreshold: 0.6, outputs: { maps: "out" } });
    expect(headOf({ head: "star-distances" }, output("prob", [1, 1, 16, 16]), output("dist", [1, 64, 16, 16]))).toMatchObject({ rays: 64, outputs: { probability: "prob", distances: "dist" } });
  });

  it("the form's own words go first, and what is missing is asked for", () => {
    expect(headOf({ head: "centre-heat-map", settings: { stride: 4 }, outputs: { heatmap: "a", size: "b", offset: "c" } }, output("a", [1, 2, 8, 8]), output("b", [1, 2, 8, 8]), output("c", [1, 2, 8, 8]))).toMatchObject({ stride: 4, outputs: { heatmap: "a" } });
    expect(() => headOf({ head: "centre-heat-map" }, output("a", [1, 2, 8, 8]), output("b", [1, 2, 8, 8]))).toThrow("which output is the heatmap? There are a, b");
    expect(() => headOf({ head: "boxes" }, output("out", [1, 5, 9]))).toThrow("does not fit 2 classes");
    expect(() => headOf({ head: "semantic-map" }, output("out", [1, 7, 32, 32]))).toThrow("has 7 channels");
  });
});
