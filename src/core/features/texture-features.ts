import type { GreyPlane } from "../image/plane.ts";
import type { ObjectMask } from "./object-mask.ts";

/** Grey levels that texture is counted in: 0 to 255 in bins of eight, the same for every object and picture. */
export const TEXTURE_LEVELS = 32;
/** Pixels between the two of a pair. */
export const TEXTURE_DISTANCE_PX = 1;
/**
 * Column and row steps of a pair at 0, 45, 90 and 135 degrees, each with its opposite (the matrix is symmetric); at distance 1, where
 * 45 degrees is one pixel along both, as in scikit-image.
 */
const STEPS = [[1, 0], [1, 1], [0, 1], [-1, 1]] as const;

/** Haralick's measures of a grey-level co-occurrence matrix, mean over the angles. */
export interface Texture {
  readonly contrast: number;
  readonly dissimilarity: number;
  readonly homogeneity: number;
  /** Angular second moment. */
  readonly asm: number;
  /** Root of the angular second moment. */
  readonly energy: number;
  readonly correlation: number;
  /** Natural logarithm. */
  readonly entropy: number;
}

const NONE: Texture = { contrast: NaN, dissimilarity: NaN, homogeneity: NaN, asm: NaN, energy: NaN, correlation: NaN, entropy: NaN };

/**
 * Texture of one object (Haralick, Shanmugam and Dinstein 1973): pairs of pixels {@link TEXTURE_DISTANCE_PX} apart, both
 * inside the object, in {@link TEXTURE_LEVELS} levels, one matrix per angle. Measures are those of scikit-image's
 * `graycoprops`. NaN where the object has no pair in any direction.
 */
export function textureOf(mask: ObjectMask, grey: GreyPlane): Texture {
  const levels = levelsOf(mask, grey);
  const matrix = new Float64Array(TEXTURE_LEVELS * TEXTURE_LEVELS);
  const sums = { contrast: 0, dissimilarity: 0, homogeneity: 0, asm: 0, energy: 0, correlation: 0, entropy: 0 };
  let angles = 0;
  for (const [dx, dy] of STEPS) {
    const pairs = countPairs(mask, levels, dx, dy, matrix);
    if (pairs === 0) continue;
    angles++;
    const one = measures(matrix, 2 * pairs);
    for (const name of Object.keys(sums) as Array<keyof Texture>) sums[name] += one[name];
  }
  if (angles === 0) return NONE;
  for (const name of Object.keys(sums) as Array<keyof Texture>) sums[name] /= angles;
  return sums;
}

/** Level of each pixel of the object, -1 outside. */
function levelsOf({ left, top, width, height, labels }: ObjectMask, grey: GreyPlane): Int8Array {
  const levels = new Int8Array(labels.length).fill(-1);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, from = (top + y) * grey.width + left; x < width; x++, at++, from++) {
      if (labels[at] === 1) levels[at] = Math.min(Math.max(Math.floor(((grey.data[from] as number) * TEXTURE_LEVELS) / 256), 0), TEXTURE_LEVELS - 1);
    }
  }
  return levels;
}

/** Fills the matrix anew and gives the number of pairs; each was counted both ways. */
function countPairs({ width, height }: ObjectMask, levels: Int8Array, dx: number, dy: number, matrix: Float64Array): number {
  matrix.fill(0);
  let pairs = 0;
  const first = Math.max(-dx, 0);
  const end = width - Math.max(dx, 0);
  for (let y = 0; y < height - dy; y++) {
    for (let x = first, at = y * width + first, other = at + dy * width + dx; x < end; x++, at++, other++) {
      const a = levels[at] as number;
      const b = levels[other] as number;
      if (a < 0 || b < 0) continue;
      const ab = a * TEXTURE_LEVELS + b;
      const ba = b * TEXTURE_LEVELS + a;
      matrix[ab] = (matrix[ab] as number) + 1;
      matrix[ba] = (matrix[ba] as number) + 1;
      pairs++;
    }
  }
  return pairs;
}

function measures(matrix: Float64Array, total: number): Texture {
  let [contrast, dissimilarity, homogeneity, asm, entropy] = [0, 0, 0, 0, 0];
  let [mean, square, product] = [0, 0, 0];
  for (let i = 0, at = 0; i < TEXTURE_LEVELS; i++) {
    for (let j = 0; j < TEXTURE_LEVELS; j++, at++) {
      const count = matrix[at] as number;
      if (count === 0) continue;
      const p = count / total;
      const off = i - j;
      contrast += p * off * off;
      dissimilarity += p * Math.abs(off);
      homogeneity += p / (1 + off * off);
      asm += p * p;
      entropy -= p * Math.log(p);
      // Symmetric: rows and columns have the same mean and spread.
      mean += p * i;
      square += p * i * i;
      product += p * i * j;
    }
  }
  const variance = square - mean * mean;
  // One level alone varies with nothing; scikit-image calls that 1.
  const correlation = variance < 1e-12 ? 1 : (product - mean * mean) / variance;
  return { contrast, dissimilarity, homogeneity, asm, energy: Math.sqrt(asm), correlation, entropy };
}
