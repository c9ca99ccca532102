/** A sensor that takes longer to be read out is not among those that a live picture is made of; ms. */
const LONGEST_READOUT_MS = 250;

/**
 * The time from one frame to the next by the camera's own clock, ms. A camera that runs freely reads a frame out and sends it while the next one is
 * exposed, so it comes up to one period after its exposure has ended. Where there is none (the first frame of a run, a clock that stands or goes
 * back) it is the longest: a frame of unknown age must not pass for a fresh one.
 */
export function createFramePeriod(): (deviceSequence: number, deviceTimeMs: number) => number {
  let last: { readonly sequence: number; readonly timeMs: number } | undefined;
  return (sequence, timeMs) => {
    const before = last;
    last = { sequence, timeMs };
    if (before === undefined || sequence <= before.sequence) return LONGEST_READOUT_MS;
    const periodMs = (timeMs - before.timeMs) / (sequence - before.sequence);
    return periodMs > 0 ? Math.min(LONGEST_READOUT_MS, periodMs) : LONGEST_READOUT_MS;
  };
}
