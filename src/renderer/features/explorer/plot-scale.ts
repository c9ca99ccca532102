/** From values to places along an axis. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Round values in between. */
  readonly ticks: readonly number[];
}

/** Room beyond the outermost values, as a share of the span. */
const MARGIN = 0.04;

/** The span of the finite values with a little room, and about `wanted` ticks at 1, 2 or 5 times a power of ten. */
export function scaleOf(values: ArrayLike<number>, wanted = 6): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  const room = high > low ? (high - low) * MARGIN : Math.max(Math.abs(low) * 0.1, 0.5);
  return withTicks(low - room, high + room, wanted);
}

function withTicks(min: number, max: number, wanted: number): Scale {
  const rough = (max - min) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough) ?? rough;
  const ticks: number[] = [];
  for (let k = Math.ceil(min / step); k * step <= max; k++) ticks.push(Number((k * step).toPrecision(12)));
  return { min, max, ticks };
}

/** 0 at the beginning of the axis, 1 at its end. */
export function along({ min, max }: Scale, value: number): number {
  return (value - min) / (max - min);
}

/** A tick as it is printed. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  return String(Number(value.toPrecision(6)));
}

/** Whole-number counts of values in equal bins between the scale's ends, one list a group. */
export function histogramOf(values: ArrayLike<number>, groups: readonly number[], groupCount: number, { min, max }: Scale, bins: number): number[][] {
  const counts = Array.from({ length: groupCount }, () => new Array<number>(bins).fill(0));
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(values[i] as number, { min, max }, bins);
    const group = counts[groups[i] ?? 0];
    if (bin !== undefined && group !== undefined) group[bin] = (group[bin] ?? 0) + 1;
  }
  return counts;
}

/** The bin that a value falls into; undefined for none. The last bin holds its upper end. */
export function binOf(value: number, { min, max }: Pick<Scale, "min" | "max">, bins: number): number | undefined {
  if (!(value >= min && value <= max)) return undefined;
  return Math.min(Math.floor(((value - min) / (max - min)) * bins), bins - 1);
}
