import { describe, expect, it } from "vitest";
import { OBJECT_FEATURES, columnOf } from "../../../core/features/object-feature-set.ts";
import type { FieldView } from "../../../shared/domain/snapshot.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { InputOf, MethodName, OutputOf, SessionSummary } from "../../../shared/ipc/contract.ts";
import type { InstrumentClient } from "../../api/client.ts";
import { createExplorerController } from "./explorer-controller.ts";
import type { Projector } from "./projector.ts";

const SUMMARY: SessionSummary = { name: "one.ocular", state: "sealed", fields: 2, total: 8 };
const HEADER = {
  frameId: 1, cameraId: "c", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 100, height: 80, pixelFormat: "Mono8" as const, settled: true,
  exposureMs: 1, gainDb: 0, lightPercent: 50, settingsHash: "x", status: "complete" as const,
};
const CELLS = 5;
const fields: FieldView[] = ["f1", "f2"].map((fieldId) => ({
  fieldId, header: HEADER, annotations: [],
  detections: Array.from({ length: CELLS }, (_, at) => ({ id: `${fieldId}-${at}`, classId: "red", score: 0.9, box: { x: at, y: 1, width: 3, height: 4 } })),
}));
const measured = (fieldId: string) => {
  const values = new Float64Array(CELLS * OBJECT_FEATURES.length).fill(NaN);
  for (let row = 0; row < CELLS; row++) {
    values[row * OBJECT_FEATURES.length + columnOf("boxWidthUm")] = row;
    values[row * OBJECT_FEATURES.length + columnOf("meanIntensity")] = fieldId === "f1" ? row : 10 + row;
  }
  return { fieldId, detectionIds: Array.from({ length: CELLS }, (_, at) => `${fieldId}-${at}`), values };
};

type Calls = { [M in MethodName]?: (input: InputOf<M>) => OutputOf<M> | Promise<OutputOf<M>> };

function client(over: Calls = {}) {
  const asked: string[] = [];
  const calls: Calls = {
    "library.list": () => [{ ...SUMMARY, name: "empty.ocular", fields: 0 }, SUMMARY],
    "library.open": () => ({
      summary: SUMMARY, verify: { ok: true, records: 1, files: 2, sealed: true }, classes: [], fields, log: [], countingFrame: { insetUm: 0 }, folder: "/sessions/one.ocular",
      counts: { fields: 2, total: 10, classes: [], areaUm2: undefined } as never,
    }),
    "features.measure": ({ fieldId }) => measured(fieldId),
    "features.embed": ({ fieldId }) => ({ fieldId, dimensions: 0, values: new Float32Array(), reason: "the model gives none" }),
    ...over,
  };
  const fake: InstrumentClient = {
    call: async (name, input) => {
      asked.push(name);
      return (calls[name] as (given: unknown) => Promise<never>)(input);
    },
    on: () => () => undefined, pathOf: () => "", malformedEvents: 0,
  };
  return { fake, asked };
}

/** A plane on which each row lies at its own number. */
const inOrder: Projector = (job, onProgress) => {
  onProgress(1, 1);
  const rows = job.values.length / job.dimensions;
  return Promise.resolve({ places: Float64Array.from({ length: 2 * rows }, (_, at) => Math.floor(at / 2)) });
};

async function ready(over: Calls = {}, project = inOrder) {
  const { fake, asked } = client(over);
  const controller = createExplorerController(fake, project);
  await controller.start(undefined);
  return { controller, asked, state: controller.store.getState };
}

describe("fields of different pixel sizes", () => {
  it("are compared without texture, which is of their pixels, and that is said", async () => {
    const sized = (sizes: readonly number[]): Calls => ({
      "features.measure": ({ fieldId }) => ({ ...measured(fieldId), values: Float64Array.from({ length: CELLS * OBJECT_FEATURES.length }, (_, at) => at % 7) }),
      "library.open": () => ({
        summary: SUMMARY, verify: { ok: true, records: 1, files: 2, sealed: true }, classes: [], log: [], countingFrame: { insetUm: 0 }, folder: "/sessions/one.ocular",
        fields: fields.map((field, at) => ({ ...field, header: { ...HEADER, pixelSizeUm: sizes[at] } })), counts: { fields: 2, total: 10, classes: [], areaUm2: undefined } as never,
      }),
    });
    const dimensionsOf = async (sizes: readonly number[]) => {
      const { controller, state } = await ready(sized(sizes));
      await controller.findAlike(0);
      return { dimensions: state().vectors?.table.dimensions ?? 0, reason: state().vectors?.reason };
    };
    const [one, two] = [await dimensionsOf([0.1, 0.1]), await dimensionsOf([0.1, 0.2])];
    expect(one.dimensions - two.dimensions).toBe(OBJECT_FEATURES.filter(({ name }) => name.startsWith("texture")).length);
    expect(one.reason).toBe("the model gives none");
    expect(two.reason).toBe("the model gives none; texture is left out, as the fields differ in pixel size");
  });
});

describe("opening a session", () => {
  it("ends its check when the screen is left meanwhile", async () => {
    const { fake, asked } = client({ "library.open": () => new Promise(() => undefined), "library.cancelOpen": () => ({}) });
    const controller = createExplorerController(fake, inOrder);
    void controller.start(undefined);
    await expect.poll(() => asked).toContain("library.open");
    controller.stop();
    expect(asked).toContain("library.cancelOpen");
  });

  it("takes the newest that has fields, measures each and chooses axes that say something", async () => {
    const { state, asked } = await ready();
    expect(state().opening).toEqual({ kind: "ready" });
    expect(state().name).toBe("one.ocular");
    expect(state().table?.cells).toHaveLength(10);
    expect([state().x, state().y]).toEqual(["boxWidthUm", "meanIntensity"]);
    expect(asked.filter((name) => name === "features.measure")).toHaveLength(2);
  });

  it("says in words what went wrong", async () => {
    const { state } = await ready({ "features.measure": () => Promise.reject(new OcularError({ tag: "FileMissing", path: "f1.ome.tif" })) });
    expect(state().opening).toMatchObject({ kind: "failed", text: expect.stringContaining("f1.ome.tif does not exist") as string });
  });

  it("is left alone when another one is opened meanwhile", async () => {
    const { controller, state } = await ready();
    const first = controller.open("one.ocular");
    const second = controller.open("one.ocular");
    await Promise.all([first, second]);
    expect(state().opening).toEqual({ kind: "ready" });
    controller.stop();
  });
});

describe("selecting", () => {
  it("replaces or adds, in the table's order, and looks at the first", async () => {
    const { controller, state } = await ready();
    controller.select([4, 2], false);
    expect([state().selected, state().current]).toEqual([[2, 4], 4]);
    controller.select([1, 2], true);
    expect([state().selected, state().current]).toEqual([[1, 2, 4], 4]);
    controller.look(7);
    expect([state().selected, state().current]).toEqual([[1, 2, 4], 7]);
    controller.clear();
    expect([state().selected, state().current]).toEqual([[], 7]);
  });
});

describe("cells like one", () => {
  it("are found by measured features where the model gives none, after one question", async () => {
    const { controller, state, asked } = await ready();
    await controller.findAlike(0);
    expect(state().vectors).toMatchObject({ source: "features", reason: "the model gives none" });
    expect(asked.filter((name) => name === "features.embed")).toHaveLength(1);
    expect(state().alike?.found[0]?.row).toBe(1);
    expect(state().selected).toContain(0);
    await controller.findAlike(9);
    expect(asked.filter((name) => name === "features.embed")).toHaveLength(1);
    expect(state().work).toBeUndefined();
  });

  it("are found by the model's own features where it gives some", async () => {
    // Of field 1 the third, and of field 2 the last, point the same way.
    const { controller, state } = await ready({
      "features.embed": ({ fieldId }) => ({ fieldId, dimensions: 2, values: fieldId === "f1" ? Float32Array.of(1, 0, 1, 0, 0, 2, 1, 0, NaN, NaN) : Float32Array.of(1, 0, 1, 0, 1, 0, 1, 0, 0, 7) }),
    });
    await controller.findAlike(2);
    expect(state().vectors?.source).toBe("embedding");
    expect(state().alike?.found[0]).toEqual({ row: 9, similarity: 1 });
    // The one without an embedding is like nothing.
    expect(state().alike?.found.map(({ row }) => row)).not.toContain(4);
    await controller.findAlike(4);
    expect(state().problem).toBe("No cell can be compared with this one");
  });
});

describe("a map", () => {
  it("is laid out once, every cell in its place", async () => {
    let jobs = 0;
    const { controller, state } = await ready({}, (...job) => { jobs++; return inOrder(...job); });
    await controller.setMode("umap");
    expect([...(state().maps.umap?.places ?? [])].slice(0, 4)).toEqual([0, 0, 1, 1]);
    await controller.setMode("scatter");
    await controller.setMode("umap");
    expect(jobs).toBe(1);
    expect(state().work).toBeUndefined();
  });

  it("can be cancelled: the scatter is back, nothing is said, and asked again it is made", async () => {
    let started = (): void => undefined;
    const isUnderWay = new Promise<void>((resolve) => { started = resolve; });
    const hanging: Projector = (_job, _onProgress, signal) => new Promise((_, reject) => {
      signal.addEventListener("abort", () => { reject(new OcularError({ tag: "Canceled", what: "The map" })); });
      started();
    });
    const { controller, state } = await ready({}, hanging);
    const asked = controller.setMode("pca");
    await isUnderWay;
    expect(state().work?.words).toContain("principal components");
    controller.cancel();
    await asked;
    expect([state().mode, state().work, state().problem]).toEqual(["scatter", undefined, undefined]);
  });

  it("says when it fails", async () => {
    const { controller, state } = await ready({}, () => Promise.reject(new OcularError({ tag: "Internal", what: "The map", reason: "its worker does not start" })));
    await controller.setMode("umap");
    expect(state().problem).toContain("its worker does not start");
    expect(state().work).toBeUndefined();
  });
});
