/** A sensor that takes longer to be read out is not among those that a live picture is made of; ms. */
const LONGEST_READOUT_MS = 250;

/**
 * The time from one frame to the next by the camera's own clock, ms. A camera that runs freely reads a frame out and sends it while the next one is
 * exposed, so it comes up to one period after its exposure has ended. Given as 0 for the first frame, and by clocks that stand or go back.
 */
export function createFramePeriod(): (deviceSequence: number, deviceTimeMs: number) => number {
  let last: { readonly sequence: number; readonly timeMs: number } | undefined;
  return (sequence, timeMs) => {
    const before = last;
    last = { sequence, timeMs };
    if (before === undefined || sequence <= before.sequence) return 0;
    const periodMs = (timeMs - before.timeMs) / (sequence - before.sequence);
    return Number.isFinite(periodMs) ? Math.min(LONGEST_READOUT_MS, Math.max(0, periodMs)) : 0;
  };
}
