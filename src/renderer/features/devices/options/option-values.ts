import type { OptionPath, OptionSchema, Options } from "./option-fields.ts";

/**
 * The options with another value at `path`; `undefined` takes it out. Where a value lies inside something that stands at its
 * default, the whole default is written first: half an object is none.
 */
export function withOption(schema: OptionSchema, options: Options, path: OptionPath, value: unknown): Options {
  return changed(schema, options, path, value) as Options;
}

function changed(schema: OptionSchema, standing: unknown, path: OptionPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = Array.isArray(standing) ? (standing as readonly unknown[]) : [];
    const items = schema["items"] as OptionSchema | undefined;
    const next = changed(items ?? {}, list[step], rest, value);
    return next === undefined ? list.filter((_, index) => index !== step) : step < list.length ? list.map((each, index) => (index === step ? next : each)) : [...list, next];
  }
  const before = (standing ?? {}) as Options;
  const property = ((schema["properties"] ?? {}) as Readonly<Record<string, OptionSchema>>)[step] ?? {};
  const next = changed(property, before[step] ?? (rest.length === 0 ? undefined : property["default"]), rest, value);
  if (next !== undefined) return { ...before, [step]: next };
  const { [step]: _gone, ...others } = before;
  return others;
}
