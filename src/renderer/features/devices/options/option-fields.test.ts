import { describe, expect, it } from "vitest";
import * as z from "zod";
import { fieldsOf, readable, unitOf } from "./option-fields.ts";
import type { OptionField, OptionSchema } from "./option-fields.ts";
import { withOption } from "./option-values.ts";

const Stage = z.object({
  limitsUm: z.object({ x: z.object({ min: z.number(), max: z.number() }), y: z.object({ min: z.number(), max: z.number() }) }).default({ x: { min: -50_000, max: 50_000 }, y: { min: -35_000, max: 35_000 } }),
  toleranceUm: z.number().positive().default(0.5),
  isReversed: z.boolean().default(false),
});
const Family = z.object({
  controller: z.enum(["MS-2000", "Tiger"]).default("MS-2000"),
  stage: Stage.optional(),
  shutters: z.array(z.number().int().min(1).max(3)).default([]),
  channels: z.array(z.enum(["A", "B", "C"])).default(["A"]),
  lines: z.array(z.string()).default(["BLUE"]),
  umPerStep: z.object({ x: z.number().positive() }).default({ x: 0.09 }),
  lamps: z.array(z.object({ device: z.number().int().positive(), name: z.string().default("lamp") })).default([]),
  address: z.number().int().optional(),
  either: z.union([z.string(), z.number()]).optional(),
});
const schema = z.toJSONSchema(Family, { io: "input", unrepresentable: "any" }) as OptionSchema;
const named = (fields: readonly OptionField[], name: string): OptionField => {
  const found = fields.find(({ path }) => path.at(-1) === name);
  if (found === undefined) throw new Error(`there is no field ${name}`);
  return found;
};

describe("the form of a family's options", () => {
  it("has a field of the right sort for each thing in the schema", () => {
    expect(fieldsOf(schema, {}).map(({ type, path }) => [path.join("."), type])).toEqual([
      ["controller", "choice"], ["stage", "fitted"], ["shutters", "some"], ["channels", "some"], ["lines", "words"], ["umPerStep", "group"], ["lamps", "rows"], ["address", "number"], ["either", "json"],
    ]);
    expect(named(fieldsOf(schema, {}), "shutters")).toMatchObject({ choices: [1, 2, 3], value: [] });
    expect(named(fieldsOf(schema, {}), "channels")).toMatchObject({ choices: ["A", "B", "C"], value: ["A"] });
    expect(named(fieldsOf(schema, {}), "lines")).toMatchObject({ value: ["BLUE"] });
    expect(named(fieldsOf(schema, {}), "address")).toMatchObject({ isOptional: true, value: undefined });
  });

  it("shows the defaults of a fitted part, with unit, limits and words", () => {
    const stage = named(fieldsOf(schema, { stage: {} }), "stage");
    if (stage.type !== "fitted") throw new Error("the stage is a part that is fitted");
    expect(stage.isFitted).toBe(true);
    const tolerance = named(stage.fields, "toleranceUm");
    expect(tolerance).toMatchObject({ type: "number", value: 0.5, label: "Arrived within", spec: { unit: "µm", max: Infinity, decimals: 1 } });
    if (tolerance.type !== "number") throw new Error("a number");
    expect(tolerance.spec.min).toBeGreaterThan(0);
    const finer = named(fieldsOf(schema, { umPerStep: { x: 0.0476 } }), "umPerStep");
    expect(finer.type === "group" && finer.fields.map((field) => field.type === "number" && [field.value, field.spec.decimals])).toEqual([[0.0476, 4]]);
    const steps = named(fieldsOf(schema, {}), "umPerStep");
    expect(steps.type === "group" && steps.fields.map((field) => field.type === "number" && field.spec.unit)).toEqual(["µm/step"]);
    const limits = named(stage.fields, "limitsUm");
    expect(limits.type === "group" && limits.fields.flatMap((field) => (field.type === "group" ? field.fields : [])).map((end) => end.type === "number" && end.spec.unit)).toEqual(["µm", "µm", "µm", "µm"]);
    expect(limits.type === "group" && limits.fields.map((field) => field.type === "group" && field.fields.map((end) => end.type === "number" && end.value))).toEqual([[-50_000, 50_000], [-35_000, 35_000]]);
  });

  it("knows that a part is not fitted", () => {
    expect(named(fieldsOf(schema, {}), "stage")).toMatchObject({ type: "fitted", isFitted: false });
  });

  it("reads a unit off a name and says the rest in words", () => {
    expect(unitOf("speedUmPerS")).toEqual({ unit: "µm/s", rest: "speed" });
    expect(unitOf("settleMs")).toEqual({ unit: "ms", rest: "settle" });
    expect(unitOf("device")).toBeUndefined();
    expect(readable("canTurnBack")).toBe("Can turn back");
  });
});

describe("setting an option", () => {
  it("writes the whole default before it changes a piece of it, so that what comes out is valid", () => {
    const options = withOption(schema, { stage: {} }, ["stage", "limitsUm", "x", "max"], 20_000);
    expect(options).toEqual({ stage: { limitsUm: { x: { min: -50_000, max: 20_000 }, y: { min: -35_000, max: 35_000 } } } });
    expect(Family.safeParse(options).success).toBe(true);
  });

  it("fits a part, takes it out again, and leaves the others", () => {
    const fitted = withOption(schema, { shutters: [1] }, ["stage"], {});
    expect(fitted).toEqual({ shutters: [1], stage: {} });
    expect(withOption(schema, fitted, ["stage"], undefined)).toEqual({ shutters: [1] });
  });

  it("adds a row as it must be, changes it and takes it out", () => {
    const field = named(fieldsOf(schema, {}), "lamps");
    if (field.type !== "rows") throw new Error("rows");
    const one = withOption(schema, {}, ["lamps", 0], field.start);
    expect(Family.safeParse(one).success).toBe(true);
    const two = withOption(schema, withOption(schema, one, ["lamps", 1], field.start), ["lamps", 1, "device"], 7);
    expect(two).toEqual({ lamps: [{ device: 1 }, { device: 7 }] });
    expect(withOption(schema, two, ["lamps", 0], undefined)).toEqual({ lamps: [{ device: 7 }] });
  });
});
