import type { NumberSpec } from "../../../ui/number-edit.ts";
import { optionWords } from "./option-words.ts";

/** What a family's options are made of, as far as a form needs to know it. JSON Schema 2020-12 (https://json-schema.org), the part that zod writes. */
export type OptionSchema = Readonly<Record<string, unknown>>;
/** Options as they are filled in. */
export type Options = Readonly<Record<string, unknown>>;
/** Where a value lies in the options: names of objects, numbers of lists. */
export type OptionPath = readonly (string | number)[];

interface FieldBase {
  readonly path: OptionPath;
  readonly label: string;
  readonly help: string | undefined;
}

/** One thing of the options that a person can set. */
export type OptionField =
  | (FieldBase & { readonly type: "number"; readonly value: number | undefined; readonly spec: NumberSpec; readonly isOptional: boolean })
  | (FieldBase & { readonly type: "check"; readonly value: boolean })
  | (FieldBase & { readonly type: "choice"; readonly value: string; readonly choices: readonly string[]; readonly isOptional: boolean })
  | (FieldBase & { readonly type: "text"; readonly value: string; readonly isOptional: boolean })
  /** Some of a few: which shutters are fitted, which channels are in use. */
  | (FieldBase & { readonly type: "some"; readonly value: readonly (string | number)[]; readonly choices: readonly (string | number)[] })
  /** Words that only the device knows, in a row. */
  | (FieldBase & { readonly type: "words"; readonly value: readonly string[] })
  /** A part that is fitted or not, with what is in it. */
  | (FieldBase & { readonly type: "fitted"; readonly isFitted: boolean; readonly start: unknown; readonly fields: readonly OptionField[] })
  /** What belongs together. */
  | (FieldBase & { readonly type: "group"; readonly fields: readonly OptionField[] })
  /** As many as there are. */
  | (FieldBase & { readonly type: "rows"; readonly rows: readonly (readonly OptionField[])[]; readonly start: unknown })
  /** What this form cannot show better: as JSON. */
  | (FieldBase & { readonly type: "json"; readonly value: unknown });

/** The form of a family's options: every field that its schema names, with the value that is set or the default. */
export function fieldsOf(schema: OptionSchema, options: Options): readonly OptionField[] {
  return propertiesOf(schema).map(([name, property]) => fieldOf(name, property, options[name], [name], requiredOf(schema).has(name)));
}

/** @param around the unit of what the option lies in: `limitsUm.x.min` is in um */
function fieldOf(name: string, schema: OptionSchema, given: unknown, path: OptionPath, isRequired: boolean, around = ""): OptionField {
  const unit = unitOf(name)?.unit ?? around;
  const standing = given === undefined ? schema["default"] : given;
  const base: FieldBase = { path, ...wordsOf(name, schema) };
  const isOptional = !isRequired && schema["default"] === undefined;
  switch (kindOf(schema)) {
    case "number":
      return { ...base, type: "number", value: typeof standing === "number" ? standing : undefined, spec: numberSpec(unit, schema, standing), isOptional };
    case "check":
      return { ...base, type: "check", value: standing === true };
    case "choice":
      return { ...base, type: "choice", value: typeof standing === "string" ? standing : "", choices: choicesOf(schema), isOptional };
    case "text":
      return { ...base, type: "text", value: typeof standing === "string" ? standing : "", isOptional };
    case "some":
      return { ...base, type: "some", value: Array.isArray(standing) ? standing.filter((each) => typeof each === "number" || typeof each === "string") : [], choices: someOf(itemsOf(schema)) };
    case "words":
      return { ...base, type: "words", value: Array.isArray(standing) ? standing.filter((each) => typeof each === "string") : [] };
    case "object": {
      const fields = propertiesOf(schema).map(([inner, property]) => fieldOf(inner, property, asOptions(standing)[inner], [...path, inner], requiredOf(schema).has(inner), unit));
      return isOptional ? { ...base, type: "fitted", isFitted: given !== undefined, start: {}, fields } : { ...base, type: "group", fields };
    }
    case "rows": {
      const items = itemsOf(schema);
      const list = Array.isArray(standing) ? standing : [];
      const rows = list.map((row: unknown, index) => propertiesOf(items).map(([inner, property]) => fieldOf(inner, property, asOptions(row)[inner], [...path, index, inner], requiredOf(items).has(inner))));
      return { ...base, type: "rows", rows, start: startOf(items) };
    }
    case "json":
      return { ...base, type: "json", value: standing };
  }
}

type FieldKind = "number" | "check" | "choice" | "text" | "some" | "words" | "object" | "rows" | "json";

/** More numbers than this are no row of boxes. */
const MOST_BOXES = 16;

function kindOf(schema: OptionSchema): FieldKind {
  const { type } = schema;
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "check";
  if (type === "string") return choicesOf(schema).length > 0 ? "choice" : "text";
  if (type === "object" && propertiesOf(schema).length > 0) return "object";
  if (type !== "array") return "json";
  const items = itemsOf(schema);
  if (someOf(items).length > 0) return "some";
  if (items["type"] === "string") return "words";
  return items["type"] === "object" && propertiesOf(items).length > 0 ? "rows" : "json";
}

/** How a number is stepped and written: its limits by the schema, its unit by its name or by that of what it lies in. */
function numberSpec(unit: string, schema: OptionSchema, standing: unknown): NumberSpec {
  const isWhole = schema["type"] === "integer";
  const standard = schema["default"] ?? standing;
  // As fine as it is written, and never coarser than the unit is thought in.
  const digits = Math.max(...[standard, standing].map((each) => (typeof each === "number" ? decimalsOf(each) : 0)));
  const decimals = isWhole ? 0 : Math.max(unit === "ms" || unit === "µm/s" ? 0 : 1, digits);
  const above = numberOf(schema["exclusiveMinimum"]);
  const below = numberOf(schema["exclusiveMaximum"]);
  const step = isWhole ? 1 : wholeStep(standard, decimals);
  const finest = isWhole ? 1 : 10 ** -Math.max(decimals, 3);
  return {
    min: numberOf(schema["minimum"]) ?? (above === undefined ? -Infinity : above + finest),
    max: numberOf(schema["maximum"]) ?? (below === undefined ? Infinity : below - finest),
    step, decimals, unit,
  };
}

/** A limit. What zod writes for "any whole number", the ends of what a double counts exactly, is none. */
function numberOf(value: unknown): number | undefined {
  if (typeof value !== "number") return undefined;
  return Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
}

function wholeStep(standard: unknown, decimals: number): number {
  if (typeof standard === "number" && Math.abs(standard) >= 100) return 10 ** Math.floor(Math.log10(Math.abs(standard)) - 1);
  return 10 ** -decimals;
}

function decimalsOf(value: number): number {
  return Math.min(6, value.toString().split(".")[1]?.length ?? 0);
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^umPerStep$/u, "µm/step"], [/UmPerS$/u, "µm/s"], [/MmPerS$/u, "mm/s"], [/UmPerStep$/u, "µm/step"], [/StepsPerUm$/u, "steps/µm"], [/StepsPerMm$/u, "steps/mm"],
  [/Um$/u, "µm"], [/Mm$/u, "mm"], [/Ms$/u, "ms"], [/Percent$/u, "%"], [/Nm$/u, "nm"], [/Hz$/u, "Hz"], [/Mw$/u, "mW"], [/Ma$/u, "mA"], [/Deg$/u, "°"],
];

/** The unit that a name ends in, and the name without it. */
export function unitOf(name: string): { readonly unit: string; readonly rest: string } | undefined {
  const found = UNITS.find(([end]) => end.test(name));
  return found === undefined ? undefined : { unit: found[1], rest: name.replace(found[0], "") };
}

/** Plain words: the catalogue's, else the schema's title, else the name itself taken apart. */
function wordsOf(name: string, schema: OptionSchema): { readonly label: string; readonly help: string | undefined } {
  const known = optionWords.names[name];
  const title = schema["title"];
  const description = schema["description"];
  return {
    label: known?.label ?? (typeof title === "string" ? title : readable(unitOf(name)?.rest ?? name)),
    help: typeof description === "string" ? description : known?.help,
  };
}

/** "backlashUm" without its unit -> "Backlash"; "canHome" -> "Can home". */
export function readable(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/gu, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function propertiesOf(schema: OptionSchema): readonly (readonly [string, OptionSchema])[] {
  return Object.entries(asOptions(schema["properties"])).map(([name, property]) => [name, asOptions(property)] as const);
}

function requiredOf(schema: OptionSchema): ReadonlySet<string> {
  return new Set(Array.isArray(schema["required"]) ? schema["required"].filter((each) => typeof each === "string") : []);
}

function itemsOf(schema: OptionSchema): OptionSchema {
  return asOptions(schema["items"]);
}

/** The few that an item of a list can be. */
function someOf(items: OptionSchema): readonly (string | number)[] {
  return items["type"] === "string" ? choicesOf(items) : items["type"] === "integer" ? numbersOf(items) : [];
}

function choicesOf(schema: OptionSchema): readonly string[] {
  return Array.isArray(schema["enum"]) ? schema["enum"].filter((each) => typeof each === "string") : [];
}

function numbersOf(items: OptionSchema): readonly number[] {
  const [low, high] = [numberOf(items["minimum"]), numberOf(items["maximum"])];
  if (low === undefined || high === undefined || high - low >= MOST_BOXES) return [];
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
}

function asOptions(value: unknown): Options {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Options) : {};
}

/** A row as it begins: what it must have, at its default or its lowest. */
function startOf(schema: OptionSchema): Options {
  const required = requiredOf(schema);
  return Object.fromEntries(propertiesOf(schema).filter(([name]) => required.has(name)).map(([name, property]) => {
    if (property["default"] !== undefined) return [name, property["default"]];
    switch (kindOf(property)) {
      case "number": return [name, numberOf(property["minimum"]) ?? (property["exclusiveMinimum"] === undefined ? 0 : 1)];
      case "check": return [name, false];
      case "choice": return [name, choicesOf(property)[0] ?? ""];
      case "text": return [name, ""];
      case "object": return [name, startOf(property)];
      default: return [name, []];
    }
  }));
}
