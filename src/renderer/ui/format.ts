import { inWholeObjects } from "../../core/counting/intervals.ts";
import { formatNumber } from "./number-edit.ts";

/** Thin enough not to split a number, and never the end of a line. */
const NARROW_SPACE = "\u202f";

/** 12345 -> "12 345" with a narrow space; what is no number reads "–". */
export function formatCount(n: number): string {
  if (!Number.isFinite(n)) return "–";
  return Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/gu, NARROW_SPACE);
}

/** A share of 1 as percent with one decimal, the field's custom. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100, 1)}${NARROW_SPACE}%`;
}

/** Both limits with one unit: "92.6–95.3 %". */
export function formatShareRange(low: number, high: number): string {
  return `${formatNumber(low * 100, 1)}–${formatShare(high)}`;
}

/** A count's interval, in whole objects. */
export function formatCountRange(low: number, high: number): string {
  const whole = inWholeObjects({ low, high });
  return `${formatCount(whole.low)}–${formatCount(whole.high)}`;
}

/** um2 in the unit a person would say: um² below 0.01 mm². */
export function formatArea(areaUm2: number): string {
  if (areaUm2 < 10_000) return `${formatCount(areaUm2)} µm²`;
  const mm2 = areaUm2 / 1e6;
  return `${formatNumber(mm2, mm2 < 1 ? 3 : 2)} mm²`;
}

/** A unit of the feature list as people write it: "um2" -> "µm²". */
export function formatUnit(unit: string): string {
  return unit.replace(/\bum/gu, "µm").replace(/m2\b/gu, "m²").replace(/m3\b/gu, "m³");
}

/** Bytes in decimal units, as disks are sold and as file managers say. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatNumber(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit] ?? "B"}`;
}

/** 3725 s -> "1:02:05"; below an hour "02:05". */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => n.toString().padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** How long ago, in words: "3 s", "2 min", "5 h". */
export function formatAgo(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Wall time of day, local: "14:03:27". */
export function formatTimeOfDay(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((n) => n.toString().padStart(2, "0")).join(":");
}

/** Local date and time to the minute: "2026-11-22 14:03". */
export function formatDateTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (n: number): string => n.toString().padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** "1 field", "12 fields". */
export function formatPlural(n: number, one: string, many: string): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}
