import { monitorEventLoopDelay } from "node:perf_hooks";

/**
 * How late this process's event loop runs: p99 over the last window, ms. The resolution itself is subtracted, because
 * the histogram counts the timer's own period.
 */
export function measureLoopDelay(windowMs = 10_000): { p99Ms(): number; dispose(): void } {
  const resolution = 5;
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  let last = 0;
  const read = (): number => Math.max(0, histogram.percentile(99) / 1e6 - resolution);
  const timer = setInterval(() => {
    last = read();
    histogram.reset();
  }, windowMs);
  timer.unref();
  return {
    p99Ms: () => (last === 0 ? read() : last),
    dispose: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
