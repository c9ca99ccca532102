import type { ErrorData } from "../../shared/error-data.ts";
import type { InputOf, OutputOf } from "../../shared/ipc/contract.ts";
import { FAKE_CLASSES } from "./fake-instrument.ts";

type ModelCall = "models.list" | "models.providers" | "models.chooseProvider" | "models.measure" | "models.pick" | "models.add";
type ModelReplies = { readonly [M in ModelCall]: (input: InputOf<M>) => OutputOf<M> | Promise<OutputOf<M>> };

/** The calls about model packages without models: one that is there, one that is damaged, a graphics card that fails. */
export function fakeModelReplies(refuse: (data: ErrorData) => Error): ModelReplies {
  let chosen = "cpu";
  let added: OutputOf<"models.list"> = [];
  return {
    "models.list": () => [
      { id: "blood-cells", name: "Ocular blood cells", version: "1.0.0", head: "centre-heat-map", classes: [...FAKE_CLASSES], sha256: "5b44bde2".repeat(8) },
      ...added,
      { id: "damaged", name: "damaged", version: "", classes: [], sha256: "", problem: "Model damaged cannot be used (model.onnx is missing): mend its package or choose another model." },
    ],
    "models.providers": () => ({
      runtime: "onnxruntime-node 1.30.0", chosen,
      providers: [{ name: "cpu", title: "Processor", isBundled: true }, { name: "webgpu", title: "Graphics card (WebGPU)", isBundled: true }],
      ...(chosen === "cpu" ? {} : { notice: `${chosen} cannot run this model here (no supported adapters): the processor does.` }),
    }),
    "models.chooseProvider": ({ provider }) => { chosen = provider; return {}; },
    "models.measure": ({ modelId, provider }) => {
      if (modelId === "damaged") throw refuse({ tag: "ModelInvalid", modelId, reason: "model.onnx is missing" });
      return { runtime: `onnxruntime-node 1.30.0 ${provider}, 1 thread`, msPerRun: provider === "cpu" ? 41.2 : 6.4 };
    },
    "models.pick": () => ({ picked: { kind: "graph", name: "cells.onnx", inputs: [{ name: "image", type: "float32", shape: [1, 3, "h", "w"] }], outputs: [{ name: "maps", type: "float32", shape: [1, 2, "h", "w"] }] } }),
    "models.add": ({ answers }) => {
      if (answers === undefined) throw refuse({ tag: "InvalidInput", what: "The form for this model", reason: "a bare graph needs answers" });
      added = [...added, { id: answers.id, name: answers.id, version: "1.0.0", head: answers.head, classes: [], sha256: "a".repeat(64) }];
      return { id: answers.id };
    },
  };
}
