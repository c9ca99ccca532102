/** Noise of the sensor, drawn from a table of Gaussian deviates so that a frame costs one look-up a pixel. */
import { hashInts, Random } from "../specimen/random.ts";

const TABLE_SIZE = 1 << 17;

/** Electrons a pixel holds at 0 dB and full scale. */
export const FULL_WELL_E = 10500;
/** Read noise at 0 dB, electrons. */
const READ_NOISE_E = 4;

let table: Float32Array | undefined;

/** Unit Gaussian deviates. A row of pixels reads `length` of them from `rowOffset`. */
export function gaussianTable(): Float32Array {
  if (table !== undefined) return table;
  const random = new Random(0x9a55);
  table = new Float32Array(TABLE_SIZE);
  for (let i = 0; i < TABLE_SIZE; i += 1) table[i] = random.normal(0, 1);
  return table;
}

/** A starting place in the table for one row of one frame, with room for `length` entries. */
export function rowOffset(noiseSeed: number, row: number, length: number): number {
  return hashInts(noiseSeed, row) % (TABLE_SIZE - length);
}

/**
 * Standard deviation in DN for each level of signal: shot noise of the electrons and read noise, both through the
 * conversion gain (EMVA 1288: variance = K * signal + K^2 * sigma_d^2). Entry i stands for signal `i / scale` DN.
 */
export function noiseByLevel(maxDn: number, gainDb: number, binning: number, entries: number, scale: number): Float32Array {
  const dnPerElectron = (maxDn * 10 ** (gainDb / 20)) / FULL_WELL_E;
  const averaged = binning * binning;
  const sigmas = new Float32Array(entries);
  for (let i = 0; i < entries; i += 1) {
    const signal = (i + 0.5) / scale;
    sigmas[i] = Math.sqrt((dnPerElectron * signal + (dnPerElectron * READ_NOISE_E) ** 2) / averaged);
  }
  return sigmas;
}
