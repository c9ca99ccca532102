import type { CameraFeature, CameraFeatureValue } from "../../../../shared/domain/device-setup.ts";

/** What typing into a feature came to: the text to send, or what is wrong with it. */
export type CheckedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

type Limits = Pick<CameraFeatureValue, "min" | "max" | "inc">;

/** Reads what a person typed. Integers have up to 64 bits and stay text: a double would change them. Out of range says the range. */
export function checkText(kind: CameraFeature["kind"], typed: string, limits: Limits, unit: string): CheckedText {
  if (kind !== "integer" && kind !== "float") return { ok: true, text: typed };
  const text = typed.trim().replace(/\s*(?:%|°|[a-zµ]+)$/iu, "").replace("−", "-");
  if (kind === "integer") {
    const value = wholeOf(/^0x/iu.test(typed.trim()) ? typed.trim() : text);
    if (value === undefined) return { ok: false, problem: "Type a whole number" };
    const [min, max] = [wholeOf(limits.min), wholeOf(limits.max)];
    return (min !== undefined && value < min) || (max !== undefined && value > max) ? { ok: false, problem: rangeOf(limits, unit) } : { ok: true, text: value.toString() };
  }
  const number = text.replace(",", ".");
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(number)) return { ok: false, problem: "Type a number" };
  const value = Number(number);
  if ((limits.min !== undefined && value < Number(limits.min)) || (limits.max !== undefined && value > Number(limits.max))) return { ok: false, problem: rangeOf(limits, unit) };
  return { ok: true, text: number };
}

function rangeOf(limits: Limits, unit: string): string {
  return `Range: ${limitsText(limits, unit)}`;
}

/** "20 to 1000000 µs, in steps of 1"; empty without limits. */
export function limitsText({ min, max, inc }: Limits, unit: string): string {
  const ends = min !== undefined && max !== undefined ? `${shownNumber(min)} to ${shownNumber(max)}` : min !== undefined ? `at least ${shownNumber(min)}` : max !== undefined ? `at most ${shownNumber(max)}` : "";
  if (ends === "") return "";
  const steps = inc === undefined || inc === "1" || inc === "0" ? "" : `, in steps of ${shownNumber(inc)}`;
  return `${`${ends} ${unit}`.trim()}${steps}`;
}

/** The text one arrow key away: by the camera's own step, ten of them with Shift, and never outside the limits. */
export function steppedText(kind: "integer" | "float", standing: string, direction: 1 | -1, coarse: boolean, limits: Limits): string | undefined {
  const times = direction * (coarse ? 10 : 1);
  if (kind === "integer") {
    const value = wholeOf(standing);
    if (value === undefined) return undefined;
    const step = wholeOf(limits.inc) ?? 1n;
    const next = value + (step === 0n ? 1n : step) * BigInt(times);
    const [min, max] = [wholeOf(limits.min), wholeOf(limits.max)];
    return (min !== undefined && next < min ? min : max !== undefined && next > max ? max : next).toString();
  }
  const value = Number(standing);
  if (!Number.isFinite(value)) return undefined;
  const given = Number(limits.inc ?? 0);
  const next = value + (given > 0 ? given : floatStep(value)) * times;
  const inside = Math.min(Number(limits.max ?? Infinity), Math.max(Number(limits.min ?? -Infinity), next));
  return Number(inside.toPrecision(12)).toString();
}

/** A hundredth of the value's own size: 8000 steps by 10, 2.5 by 0.01. */
function floatStep(value: number): number {
  return value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
}

function wholeOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$|^0x[\da-f]+$/iu.test(text)) return undefined;
  return BigInt(text.replace("+", ""));
}

/** A number for people: a double's noise in the last digits is left out. Whole numbers stay as they are. */
export function shownNumber(text: string): string {
  if (!/[.e]/iu.test(text)) return text;
  const value = Number(text);
  return Number.isFinite(value) ? Number(value.toPrecision(7)).toString() : text;
}

/** A GenICam unit as people write it. */
export function shownUnit(unit: string): string {
  return { us: "µs", um: "µm", usec: "µs", C: "°C", Bps: "B/s" }[unit] ?? unit;
}
