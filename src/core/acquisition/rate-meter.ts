/** Events a second over a sliding window. */
export interface RateMeter {
  mark(nowMs: number): void;
  /** 0 until two events lie in the window. */
  perSecond(nowMs: number): number;
  reset(): void;
}

/**
 * Counts intervals, not events: n marks span n - 1 periods, so 30 frames/s reads 30 and not 30.5. The span reaches to
 * `nowMs` once a mark is overdue, so a stopped camera's rate falls instead of standing.
 */
export function createRateMeter(windowMs = 2000): RateMeter {
  let marks: number[] = [];
  const forget = (nowMs: number): void => {
    const kept = marks.findIndex((mark) => mark > nowMs - windowMs);
    marks = kept < 0 ? [] : marks.slice(kept);
  };
  return {
    mark(nowMs) {
      forget(nowMs);
      marks.push(nowMs);
    },
    perSecond(nowMs) {
      forget(nowMs);
      const first = marks[0];
      const last = marks.at(-1);
      if (first === undefined || last === undefined || last <= first) return 0;
      const periods = marks.length - 1;
      const meanMs = (last - first) / periods;
      const overdueMs = Math.max(0, nowMs - last - meanMs);
      return (1000 * periods) / (last - first + overdueMs);
    },
    reset() {
      marks = [];
    },
  };
}
