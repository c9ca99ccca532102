/** One channel of the histogram as a closed outline in a unit box: x to the right 0 to 1, y down 0 (full) to 1 (none). */
export function histogramOutline(bins: ArrayLike<number>, tallest: number): readonly { readonly x: number; readonly y: number }[] {
  const last = Math.max(1, bins.length - 1);
  const points = Array.from({ length: bins.length }, (_, dn) => ({ x: dn / last, y: 1 - barHeight(bins[dn] ?? 0, tallest) }));
  return [{ x: 0, y: 1 }, ...points, { x: 1, y: 1 }];
}

/** Square root: a small population of cells shows beside a large bright background. */
function barHeight(n: number, tallest: number): number {
  return tallest <= 0 ? 0 : Math.sqrt(Math.min(1, n / tallest));
}

/** Tallest bin of all channels, the two ends left out: saturation is said in words and would flatten the rest. */
export function tallestBin(channels: readonly ArrayLike<number>[]): number {
  let tallest = 0;
  for (const bins of channels) {
    for (let dn = 1; dn < bins.length - 1; dn++) tallest = Math.max(tallest, bins[dn] ?? 0);
  }
  return tallest;
}
