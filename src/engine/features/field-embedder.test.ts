import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import type { Detection } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { OcularError } from "../../shared/errors.ts";
import type { Analyzer, AnalyzerSettings } from "../analysis/analyzer.ts";
import { ANALYZER, detection, fillSession, newSession } from "../session/testing/session-builder.ts";
import { readSession } from "../session/session-reader.ts";
import { FieldEmbedder } from "./field-embedder.ts";

const library = mkdtempSync(join(tmpdir(), "ocular-embedder-"));
const folder = join(library, "smear.ocular");
let field: FieldView;

beforeAll(async () => {
  const writer = await newSession({ libraryFolder: library });
  await fillSession(writer, ["RGB8"]);
  await writer.close();
  const first = (await readSession(folder)).contents.fields[0];
  if (first === undefined) throw new Error("the session has no field");
  field = first;
});
afterAll(() => rm(library, { recursive: true, force: true }));

/** A model that finds what it is told, in an order of its own. */
function model(found: readonly Detection[], sha256 = ANALYZER.sha256) {
  const asked: AnalyzerSettings[] = [];
  let disposed = 0;
  const analyzer: Analyzer = {
    identity: () => ({ ...ANALYZER, sha256 }), classes: () => [], isBusy: () => false, state: () => "ready", onDidChangeState: () => () => undefined,
    ready: () => Promise.resolve(), pid: () => undefined,
    analyze: (input, settings = {}) => {
      asked.push(settings);
      return Promise.resolve({ frameId: input.header.frameId, analyzer: ANALYZER, detections: [...found], analysisMs: 1 });
    },
    dispose: () => { disposed++; return Promise.resolve(); },
  };
  return { analyzer, asked, disposals: () => disposed };
}

const withEmbedding = (one: Detection, embedding: number[]): Detection => ({ ...one, id: `again-${one.id}`, embedding });

describe("the embedding of a kept field", () => {
  it("comes from the same model on the kept picture, and finds its object by class and place", async () => {
    const [one, two, three] = field.detections ?? [];
    if (one === undefined || two === undefined || three === undefined) throw new Error("three cells are needed");
    const again = model([withEmbedding(three, [5, 6]), withEmbedding(one, [1, 2]), withEmbedding({ ...two, classId: "white-cell" }, [9, 9])]);
    const embedder = new FieldEmbedder({ givesEmbedding: () => Promise.resolve(true), openModel: () => Promise.resolve(again.analyzer), clock: createManualClock(0, "2026-01-01T00:00:00Z") });
    const { dimensions, values, reason } = await embedder.embed(folder, field);
    expect(reason).toBeUndefined();
    expect(dimensions).toBe(2);
    // The second was found as another class: it is not the same object.
    expect([...values]).toEqual([1, 2, NaN, NaN, 5, 6]);
    expect(again.asked[0]?.withEmbedding).toBe(true);
    expect(again.asked[0]?.scoreThresholds?.["red-cell"]).toBeLessThan(0.9);
    await embedder.dispose();
    expect(again.disposals()).toBe(1);
  });

  it.each([
    ["another version is installed", () => model([detection("x", "red-cell")], "cd".repeat(32)).analyzer],
    ["gives no features of its own", () => model([detection("x", "red-cell")]).analyzer],
    ["found none of its cells again", () => model([]).analyzer],
  ])("is none when %s", async (reason, make) => {
    const embedder = new FieldEmbedder({ givesEmbedding: () => Promise.resolve(true), openModel: () => Promise.resolve(make()), clock: createManualClock(0, "2026-01-01T00:00:00Z") });
    const { dimensions, reason: said } = await embedder.embed(folder, field);
    expect(dimensions).toBe(0);
    expect(said).toContain(reason);
    await embedder.dispose();
  });

  it("is none for rules, for a field that was not analysed, and without the model; the model is tried again", async () => {
    let opened = 0;
    const embedder = new FieldEmbedder({ givesEmbedding: () => Promise.resolve(true), openModel: () => { opened++; return Promise.reject(new OcularError({ tag: "ModelUnknown", modelId: "blood-cells", known: [] })); }, clock: createManualClock(0, "2026-01-01T00:00:00Z") });
    const { analyzer: _none, ...unanalysed } = field;
    expect((await embedder.embed(folder, unanalysed)).reason).toContain("was not analysed");
    expect((await embedder.embed(folder, { ...field, analyzer: { ...ANALYZER, runtime: "rules 1, kernels native 1" } })).reason).toContain("is a recipe");
    expect(opened).toBe(0);
    expect((await embedder.embed(folder, field)).reason).toContain("cannot be used");
    expect((await embedder.embed(folder, field)).dimensions).toBe(0);
    expect(opened).toBe(2);
    await embedder.dispose();
  });

  it("is none, and no process is started, for a model whose package names none", async () => {
    const embedder = new FieldEmbedder({ givesEmbedding: () => Promise.resolve(false), openModel: () => Promise.reject(new Error("opened all the same")), clock: createManualClock(0, "2026-01-01T00:00:00Z") });
    expect((await embedder.embed(folder, field)).reason).toContain("gives no features of its own");
    await embedder.dispose();
  });

  it("is none of a model that never gets ready, in the end", async () => {
    const clock = createManualClock(0, "2026-01-01T00:00:00Z");
    let waiting = false;
    const { analyzer } = model([]);
    const stuck: Analyzer = { ...analyzer, ready: () => { waiting = true; return new Promise<never>(() => undefined); } };
    const embedder = new FieldEmbedder({ givesEmbedding: () => Promise.resolve(true), openModel: () => Promise.resolve(stuck), clock });
    const asked = embedder.embed(folder, field);
    await expect.poll(() => waiting).toBe(true);
    await clock.advance(90_000);
    expect((await asked).reason).toContain("cannot be used");
    await embedder.dispose();
  });

  it("lets the model go when nobody has asked for a while", async () => {
    const clock = createManualClock(0, "2026-01-01T00:00:00Z");
    const again = model([detection("x", "red-cell")]);
    const embedder = new FieldEmbedder({ givesEmbedding: () => Promise.resolve(true), openModel: () => Promise.resolve(again.analyzer), clock });
    await embedder.embed(folder, field);
    expect(again.disposals()).toBe(0);
    await clock.advance(30_000);
    await expect.poll(again.disposals).toBe(1);
    await embedder.dispose();
    expect(again.disposals()).toBe(1);
  });
});
