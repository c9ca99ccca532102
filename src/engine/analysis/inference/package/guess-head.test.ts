import { describe, expect, it } from "vitest";
import { guessHead } from "./guess-head.ts";
import { Rdf } from "./rdf.ts";

const space = [{ type: "space", id: "y", size: 64 }, { type: "space", id: "x", size: 64 }];

/** A package of the zoo with one output. */
function rdf(names: readonly string[], more: object = {}, config: object = {}): Rdf {
  return Rdf.parse({
    format_version: "0.5.6", type: "model", name: "zoo", config,
    inputs: [{ id: "raw", axes: [{ type: "batch" }, { type: "channel", channel_names: ["grey"] }, ...space] }],
    outputs: [{ id: "out", axes: [{ type: "batch" }, { type: "channel", channel_names: names }, ...space], ...more }],
    weights: { onnx: { source: "model.onnx", sha256: "0".repeat(64), opset_version: 15 } },
  });
}

describe("a package without config.ocular", () => {
  it("is read as StarDist's or Cellpose's where its post-processing says so", () => {
    const stardist = { id: "stardist_postprocessing", kwargs: { prob_threshold: 0.48, nms_threshold: 0.3, n_rays: 32, grid: [2, 2], b: 2 } };
    expect(guessHead(rdf(["labels"], { postprocessing: [stardist] }))).toMatchObject({ head: "star-distances", rays: 32, probabilityThreshold: 0.48, nmsOverlap: 0.3, overlapOver: "smaller", outputs: { maps: "out" } });
    const cellpose = { id: "cellpose_flow_dynamics", kwargs: { cellprob_threshold: -1, flow_threshold: 0.6, do_3D: false, min_size: 30 } };
    expect(guessHead(rdf(["labels"], { postprocessing: [cellpose] }))).toMatchObject({ head: "flow-field", cellProbabilityThreshold: -1, flowThreshold: 0.6, minimumAreaPx: 30 });
    expect(guessHead(rdf(["labels"], { postprocessing: [{ ...cellpose, kwargs: { ...cellpose.kwargs, do_3D: true } }] }))).toBeUndefined();
  });

  it("is read as StarDist's where its own export left its mark", () => {
    const names = Array.from({ length: 33 }, (_, i) => `channel${i}`);
    const config = { stardist: { config: { n_rays: 32 }, thresholds: { prob: 0.7, nms: 0.5 } } };
    expect(guessHead(rdf(names, {}, config))).toMatchObject({ head: "star-distances", rays: 32, probabilityThreshold: 0.7, nmsOverlap: 0.5 });
  });

  it.each([
    ["one channel after sigmoid", ["cells"], { postprocessing: [{ id: "sigmoid" }] }, { channels: ["object"] }],
    ["one channel of 0 to 1", ["cells"], { data: { type: "float32", range: [0, 1] } }, { channels: ["object"] }],
    ["background and cells", ["background", "cells"], { postprocessing: [{ id: "softmax" }] }, { channels: [null, "object"] }],
    ["cells and boundary", ["foreground", "boundary"], { postprocessing: [{ id: "sigmoid" }] }, { channels: ["object", null], boundaryChannel: 1 }],
  ])("is read as a probability map: %s", (_, names, more, wanted) => {
    expect(guessHead(rdf(names, more))).toMatchObject({ head: "semantic-map", assign: "threshold", outputs: { map: "out" }, ...wanted });
  });

  it.each([
    ["numbers of an unknown range", ["map"], {}],
    ["many channels", ["a", "b", "c", "d"], { postprocessing: [{ id: "sigmoid" }] }],
    ["two channels of unknown meaning", ["channel0", "channel1"], { postprocessing: [{ id: "sigmoid" }] }],
  ])("is not guessed at for %s", (_, names, more) => {
    expect(guessHead(rdf(names, more))).toBeUndefined();
  });
});
