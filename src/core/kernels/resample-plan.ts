/** For each of `count` target samples: which source samples, and how much of each. */
export interface AxisWeights {
  readonly count: number;
  readonly taps: number;
  /** First source sample of each target sample. */
  readonly first: Int32Array;
  /** `count` rows of `taps` weights that sum to exactly 2 to the power of {@link WEIGHT_BITS}; unused taps weigh nothing. */
  readonly weights: Int32Array;
}

/** The weight that stands for one: with 16-bit samples a sum still fits 31 bits. */
export const WEIGHT_BITS = 14;

/** How one colour is gathered from the samples of a picture's rows. */
export interface ResampledColour {
  /** Plane of the target: 0 red, 1 green, 2 blue. */
  readonly channel: 0 | 1 | 2;
  /** Which of the plan's `rows` the colour lies in. */
  readonly rowPhase: 0 | 1;
  /** Samples of a row from one of this colour to the next, and the first one. */
  readonly step: number;
  readonly first: number;
  /** Counts half: both greens of a mosaic, one after the other in the plan, share their plane. */
  readonly isHalf: boolean;
  readonly columns: AxisWeights;
}

/** Which part of a picture is brought to which size, and how; the same plan serves every picture of the same shape. */
export interface ResamplePlan {
  /** Samples of a source row, all colours. */
  readonly rowSamples: number;
  /** Of a sample; the rest are 0. */
  readonly significantBits: number;
  /** One for all rows, or one for the even and one for the odd ones (a Bayer mosaic). */
  readonly rows: readonly AxisWeights[];
  /** By channel. */
  readonly colours: readonly ResampledColour[];
  readonly outWidth: number;
  readonly outHeight: number;
}

/** Throws RangeError unless the samples hold what the plan reads, and the target what it writes. */
export function checkResample(samples: Uint8Array | Uint16Array, plan: ResamplePlan, target: Uint8Array | Float32Array): void {
  const { rowSamples, significantBits, rows, colours, outWidth, outHeight } = plan;
  const pitch = rows.length;
  const refuse = (what: string): never => {
    throw new RangeError(`resample: ${what}`);
  };
  if (pitch !== 1 && pitch !== 2) refuse(`${pitch} kinds of rows`);
  if (!Number.isInteger(significantBits) || significantBits < 8 || significantBits > 16) refuse(`${significantBits} bits`);
  const lastRow = Math.floor(samples.length / rowSamples) - 1;
  rows.forEach((table, phase) => checkTable(table, outHeight, Math.floor((lastRow - phase) / pitch) + 1));
  let planes = 0;
  for (const { channel, rowPhase, step, first, columns } of colours) {
    if (rowPhase >= pitch || !(step >= 1)) refuse("a colour has no rows");
    checkTable(columns, outWidth, Math.floor((rowSamples - 1 - first) / step) + 1);
    planes = Math.max(planes, channel + 1);
  }
  if (target.length < planes * outWidth * outHeight) refuse(`${target.length} are too few for ${planes} planes of ${outWidth} x ${outHeight}`);
}

/** @param samples how many there are along the axis. */
function checkTable({ count, taps, first, weights }: AxisWeights, wanted: number, samples: number): void {
  if (count !== wanted || first.length !== count || weights.length !== count * taps) throw new RangeError("resample: weights for another size");
  for (const begin of first) if (begin < 0 || begin + taps > samples) throw new RangeError(`resample: samples ${begin} to ${begin + taps} of ${samples}`);
}
