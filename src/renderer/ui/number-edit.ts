/** A value that is edited in place: limits, step, and how it is written. */
export interface NumberSpec {
  /** -Infinity and Infinity: no limit on that side. */
  readonly min: number;
  readonly max: number;
  /** What one arrow key changes; Shift changes ten times as much. */
  readonly step: number;
  /** Digits after the point. */
  readonly decimals: number;
  readonly unit: string;
}

/** What typing came to. */
export type ParsedNumber =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly problem: string };

/** "8.0" for people; "-0.0" never. */
export function formatNumber(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

/** The range in words: "0.1 to 1000.0 ms", "at least 0.5 µm", "any number". */
export function rangeText({ min, max, decimals, unit }: NumberSpec): string {
  // A limit finer than the values shown is written whole: "at least 0.0" would be no limit.
  const [low, high] = [min, max].map((end) => formatNumber(end, Math.max(decimals, end.toString().split(".")[1]?.length ?? 0)));
  if (Number.isFinite(min)) return (Number.isFinite(max) ? `${low} to ${high} ${unit}` : `at least ${low} ${unit}`).trim();
  return (Number.isFinite(max) ? `at most ${high} ${unit}` : "any number").trim();
}

/** Reads what a person typed: comma or point, unit allowed. Out of range says the range. */
export function parseNumber(text: string, spec: NumberSpec): ParsedNumber {
  const unitless = text.trim().replace(/\s*(?:%|[a-zµ]+)$/iu, "").replace(",", ".").replace("−", "-");
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/u.test(unitless)) return { ok: false, problem: "Type a number" };
  const value = Number(unitless);
  return value < spec.min || value > spec.max ? { ok: false, problem: `Range: ${rangeText(spec)}` } : { ok: true, value };
}

/** One key step from `value`, kept inside the range and on the grid of the step's digits. */
export function stepped(value: number, direction: 1 | -1, coarse: boolean, spec: NumberSpec): number {
  const next = value + direction * spec.step * (coarse ? 10 : 1);
  return Math.min(spec.max, Math.max(spec.min, Number(next.toFixed(Math.max(spec.decimals, 6)))));
}

/** Slider position, 0 to 1, of a value; logarithmic where the range spans decades (exposure). */
export function sliderFromValue(value: number, spec: NumberSpec, scale: "linear" | "log"): number {
  const inside = Math.min(spec.max, Math.max(spec.min, value));
  if (scale === "linear") return spec.max === spec.min ? 0 : (inside - spec.min) / (spec.max - spec.min);
  return Math.log(inside / spec.min) / Math.log(spec.max / spec.min);
}

/** The inverse of {@link sliderFromValue}, rounded to the digits shown. */
export function valueFromSlider(position: number, spec: NumberSpec, scale: "linear" | "log"): number {
  const value = scale === "linear" ? spec.min + position * (spec.max - spec.min) : spec.min * (spec.max / spec.min) ** position;
  return Math.min(spec.max, Math.max(spec.min, Number(value.toFixed(spec.decimals))));
}
