import { FEATURES, isFeatureName, featureSpec } from "../../../core/features/feature-set.ts";
import { STAIN_SETS } from "../../../core/rules/stains/stain-sets.ts";
import { RecipeStep, StainSetName } from "../../../shared/domain/recipe.ts";
import type { Gate, StepKind } from "../../../shared/domain/recipe.ts";
import { formatUnit } from "../../ui/format.ts";
import type { NumberSpec } from "../../ui/number-edit.ts";
import { recipeWords as words } from "./words.ts";

/** One thing of a step that a person can set, and how the step looks with another value. */
export type StepField =
  | { readonly type: "number"; readonly key: string; readonly label: string; readonly value: number; readonly spec: NumberSpec; readonly scale: "linear" | "log"; readonly set: (value: number) => RecipeStep }
  | { readonly type: "choice"; readonly key: string; readonly label: string; readonly value: string; readonly options: readonly { readonly value: string; readonly label: string }[]; readonly set: (value: string) => RecipeStep }
  | { readonly type: "check"; readonly key: string; readonly label: string; readonly value: boolean; readonly set: (value: boolean) => RecipeStep }
  /** A number that may be absent. */
  | { readonly type: "limit"; readonly key: string; readonly label: string; readonly value: number | undefined; readonly spec: NumberSpec; readonly start: number; readonly set: (value: number | undefined) => RecipeStep };

const um = (min: number, max: number): NumberSpec => ({ min, max, step: 0.05, decimals: 2, unit: "µm" });
const plain = (min: number, max: number, decimals: number): NumberSpec => ({ min, max, step: 10 ** -decimals, decimals, unit: "" });

/** A step of each kind as it begins. */
export function newStep(kind: StepKind): RecipeStep {
  switch (kind) {
    case "background": return RecipeStep.parse({ kind, method: "tiles", radiusUm: 20, remove: "subtract" });
    case "channel": return RecipeStep.parse({ kind, source: "grey" });
    case "stain": return RecipeStep.parse({ kind, stains: "hematoxylin-eosin", take: "hematoxylin" });
    case "smooth": return RecipeStep.parse({ kind, method: "gaussian", sigmaUm: 0.5 });
    case "threshold": return RecipeStep.parse({ kind, method: "otsu" });
    case "morphology": return RecipeStep.parse({ kind, operation: "open", radiusUm: 0.5 });
    case "fillHoles": return RecipeStep.parse({ kind });
    case "split": return RecipeStep.parse({ kind, hUm: 0.5 });
    case "gate": return RecipeStep.parse({ kind, feature: "areaUm2", min: 10 });
  }
}

/** What can be set in a step. `range`: values of the picture before a threshold, for its slider. */
export function fieldsOf(step: RecipeStep, range: { readonly min: number; readonly max: number } | undefined): readonly StepField[] {
  switch (step.kind) {
    case "background": return [
      choice("method", "Background is", step.method, { tiles: "a low or high value of each part", mean: "the mean around" }, (method) => ({ ...step, method })),
      number("radiusUm", "Radius", step.radiusUm, um(1, 500), (radiusUm) => ({ ...step, radiusUm }), "log"),
      choice("objects", "Objects are", step.objects, { bright: "brighter", dark: "darker" }, (objects) => ({ ...step, objects })),
      choice("remove", "Take away by", step.remove, { subtract: "subtracting", divide: "dividing", difference: "difference either way" }, (remove) => ({ ...step, remove })),
    ];
    case "channel": return [
      choice("source", "Channel", step.source, { grey: "grey", red: "red", green: "green", blue: "blue", hue: "hue", saturation: "saturation", value: "value" }, (source) => ({ ...step, source })),
      { type: "check", key: "invert", label: "Invert", value: step.invert, set: (invert) => ({ ...step, invert }) },
    ];
    case "stain": return [
      stainSet(step),
      choice("take", "Take", step.take, Object.fromEntries((typeof step.stains === "string" ? STAIN_SETS[step.stains] : step.stains).map(({ name }) => [name, name])), (take) => ({ ...step, take })),
      number("white", "White light", step.white, plain(50, 255, 0), (white) => ({ ...step, white })),
      ...(typeof step.stains === "string" ? [] : step.stains.flatMap((_, at) => vectorFields(step, at))),
    ];
    case "smooth": return step.method === "gaussian"
      ? [smoothMethod(step.method, step.sigmaUm), number("sigmaUm", "Sigma", step.sigmaUm, um(0.05, 20), (sigmaUm) => ({ ...step, sigmaUm }), "log")]
      : [smoothMethod(step.method, step.radiusUm), number("radiusUm", "Radius", step.radiusUm, um(0.05, 20), (radiusUm) => ({ ...step, radiusUm }), "log")];
    case "threshold": return thresholdFields(step, range);
    case "morphology": return [
      choice("operation", "Operation", step.operation, { erode: "erode", dilate: "dilate", open: "open (take specks away)", close: "close (join gaps)" }, (operation) => ({ ...step, operation })),
      number("radiusUm", "Radius", step.radiusUm, um(0.05, 20), (radiusUm) => ({ ...step, radiusUm }), "log"),
      choice("shape", "Element", step.shape, { disk: "disk", square: "square" }, (shape) => ({ ...step, shape })),
    ];
    case "fillHoles": return [limit("maxAreaUm2", "Up to an area of", step.maxAreaUm2, { min: 0.01, max: 100_000, step: 0.5, decimals: 2, unit: "µm²" }, 10, (maxAreaUm2) => {
      const { maxAreaUm2: _before, ...rest } = step;
      return maxAreaUm2 === undefined ? rest : { ...rest, maxAreaUm2 };
    })];
    case "split": return [number("hUm", "Waist at least", step.hUm, um(0.05, 20), (hUm) => ({ ...step, hUm }), "log")];
    case "gate": return gateFields(step, (gate) => ({ kind: "gate", ...gate }));
  }
}

type StainStep = Extract<RecipeStep, { kind: "stain" }>;

/** A set by its name, or the same vectors as one's own, to be changed. */
function stainSet(step: StainStep): StepField {
  const vectors = typeof step.stains === "string" ? STAIN_SETS[step.stains] : step.stains;
  const names = { ...Object.fromEntries(StainSetName.options.map((name) => [name, name.replaceAll("-", ", ")])), own: words.ownStains } as Record<StainSetName | "own", string>;
  return choice("stains", "Stains", typeof step.stains === "string" ? step.stains : "own", names, (stains): RecipeStep =>
    stains === "own" ? { ...step, stains: vectors.map(({ name, rgb: [red, green, blue] }) => ({ name, rgb: [red, green, blue] })) } : { ...step, stains, take: STAIN_SETS[stains][0]?.name ?? step.take });
}

/** Optical density of one stain in each channel. Light that passes has none, so there is nothing below 0. */
function vectorFields(step: StainStep, at: number): readonly StepField[] {
  const vectors = typeof step.stains === "string" ? [] : step.stains;
  const vector = vectors[at];
  if (vector === undefined) return [];
  return (["red", "green", "blue"] as const).map((channel, index) =>
    number(`stain.${at}.${channel}`, words.ownStain(vector.name, channel), vector.rgb[index] ?? 0, plain(0, Math.max(1, ...vector.rgb), 3), (value): RecipeStep => {
      const rgb: [number, number, number] = [...vector.rgb];
      rgb[index] = value;
      return { ...step, stains: vectors.map((one, i) => (i === at ? { ...one, rgb } : one)) };
    }),
  );
}

type ThresholdStep = Extract<RecipeStep, { kind: "threshold" }>;

function thresholdFields(step: ThresholdStep, range: { readonly min: number; readonly max: number } | undefined): readonly StepField[] {
  const span = range === undefined || range.max <= range.min ? { min: 0, max: 255 } : range;
  const decimals = span.max - span.min > 20 ? 1 : 3;
  const value = plain(Math.min(span.min, 0), span.max, decimals);
  const middle = (span.min + span.max) / 2;
  const method = choice("method", "Method", step.method, { fixed: "fixed", otsu: "Otsu", li: "Li", triangle: "triangle", adaptive: "adaptive" }, (name): RecipeStep => {
    const { side } = step;
    if (name === "fixed") return { kind: "threshold", method: name, side, value: middle };
    if (name === "adaptive") return { kind: "threshold", method: name, side, radiusUm: 15, offset: 0 };
    return { kind: "threshold", method: name, side, factor: 1 };
  });
  const side = choice("side", "Objects are", step.side, { above: "above", below: "below" }, (name) => ({ ...step, side: name }));
  if (step.method === "fixed") return [method, side, number("value", "Threshold", step.value, { ...value, min: Math.min(value.min, step.value), max: Math.max(value.max, step.value) }, (next) => ({ ...step, value: next }))];
  if (step.method === "adaptive") {
    const { floor } = step;
    return [
      method, side,
      number("radiusUm", "Radius", step.radiusUm, um(0.5, 500), (radiusUm) => ({ ...step, radiusUm }), "log"),
      number("offset", "Offset", step.offset, plain(-50, 50, 1), (offset) => ({ ...step, offset })),
      ...(typeof floor === "object" ? [number("floor.factor", `Floor, times ${floor.method}`, floor.factor, plain(0.05, 3, 2), (factor): RecipeStep => ({ ...step, floor: { ...floor, factor } }))] : []),
      ...(typeof floor === "number" ? [number("floor", "Floor", floor, value, (next): RecipeStep => ({ ...step, floor: next }))] : []),
    ];
  }
  return [
    method, side,
    number("factor", "Times", step.factor, plain(0.1, 3, 2), (factor) => ({ ...step, factor })),
    limit("lowest", "Never below", step.lowest, value, middle / 4, (lowest) => {
      const { lowest: _before, ...rest } = step;
      return lowest === undefined ? rest : { ...rest, lowest };
    }),
    limit("highest", "Never above", step.highest, value, middle, (highest) => {
      const { highest: _before, ...rest } = step;
      return highest === undefined ? rest : { ...rest, highest };
    }),
  ];
}

function smoothMethod(method: "gaussian" | "median", sizeUm: number): StepField {
  return choice("method", "Method", method, { gaussian: "Gaussian", median: "median" }, (name): RecipeStep => (name === "gaussian" ? { kind: "smooth", method: name, sigmaUm: sizeUm } : { kind: "smooth", method: name, radiusUm: sizeUm }));
}

/** Fields of a gate, of a step or of a class. */
export function gateFields(gate: Gate, wrap: (gate: Gate) => RecipeStep): readonly StepField[] {
  const spec = gateSpec(gate.feature);
  const { feature, min, max } = gate;
  const made = (low: number | undefined, high: number | undefined): RecipeStep => wrap({ feature, ...(low === undefined ? {} : { min: low }), ...(high === undefined ? {} : { max: high }) });
  return [
    choice("feature", "Feature", feature, Object.fromEntries(FEATURES.map(({ name, label }) => [name, label])), (name) => wrap({ ...gate, feature: name })),
    limit("min", "At least", min, spec, spec.min, (low) => made(low, max)),
    limit("max", "At most", max, spec, spec.max, (high) => made(min, high)),
  ];
}

/** Limits of a feature's number field: wide, for nobody knows the specimen. */
function gateSpec(feature: string): NumberSpec {
  if (!isFeatureName(feature)) return plain(-1e6, 1e6, 2);
  const { range, unit } = featureSpec(feature);
  const min = Number.isFinite(range.min) ? range.min : -1000;
  const max = Number.isFinite(range.max) ? range.max : unit === "um2" ? 10_000 : 1000;
  return { min, max, step: max <= 1 ? 0.01 : 1, decimals: max <= 1 ? 2 : 1, unit: formatUnit(unit) };
}

function number(key: string, label: string, value: number, spec: NumberSpec, set: (value: number) => RecipeStep, scale: "linear" | "log" = "linear"): StepField {
  return { type: "number", key, label, value, spec, scale, set };
}

function limit(key: string, label: string, value: number | undefined, spec: NumberSpec, start: number, set: (value: number | undefined) => RecipeStep): StepField {
  return { type: "limit", key, label, value, spec, start, set };
}

function choice<T extends string>(key: string, label: string, value: T, names: Readonly<Record<T, string>>, set: (value: T) => RecipeStep): StepField {
  const options = (Object.entries(names) as Array<[T, string]>).map(([name, text]) => ({ value: name, label: text }));
  return {
    type: "choice", key, label, value, options,
    set: (name) => {
      const known = options.find((option) => option.value === name);
      return set(known === undefined ? value : known.value);
    },
  };
}

/** One line that says what a step does, without its numbers' names. */
export function stepSummary(step: RecipeStep): string {
  switch (step.kind) {
    case "background": return `${step.method}, ${step.radiusUm} µm, ${step.remove}`;
    case "channel": return `${step.source}${step.invert ? ", inverted" : ""}`;
    case "stain": return step.take;
    case "smooth": return step.method === "gaussian" ? `Gaussian, ${step.sigmaUm} µm` : `median, ${step.radiusUm} µm`;
    case "threshold": return `${step.method === "fixed" ? String(step.value) : step.method}, ${step.side}`;
    case "morphology": return `${step.operation}, ${step.radiusUm} µm`;
    case "fillHoles": return step.maxAreaUm2 === undefined ? "all" : `up to ${step.maxAreaUm2} µm²`;
    case "split": return `waist ${step.hUm} µm`;
    case "gate": return gateSummary(step);
  }
}

function gateSummary({ feature, min, max }: Gate): string {
  const name = isFeatureName(feature) ? featureSpec(feature).label : feature;
  const ends = min === undefined ? `at most ${max ?? ""}` : max === undefined ? `at least ${min}` : `${min} to ${max}`;
  return `${name} ${ends}`;
}
