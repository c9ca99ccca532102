import type { StainVector } from "../../../shared/domain/recipe.ts";
import type { GreyPlane } from "../../image/plane.ts";

type Vector = readonly [number, number, number];

/** The darkest value a logarithm is taken of: one count of 255. */
const DARKEST = 1;

/**
 * Weights of optical density in red, green and blue that give the amount of one stain (Ruifrok and Johnston 2001): a
 * column of the inverse of the matrix of unit stain vectors. Stains that are missing to three are made up by directions at
 * right angles to the given ones.
 *
 * @throws RangeError when the vectors do not span a space: two are alike, or one is zero.
 */
export function stainWeights(stains: readonly StainVector[], take: number): Vector {
  const [a, b, c] = complete(stains.map(({ rgb }) => unit(rgb)));
  const determinant = dot(a, cross(b, c));
  if (Math.abs(determinant) < 1e-6) throw new RangeError("its stain vectors are too much alike to be told apart");
  const columns = [cross(b, c), cross(c, a), cross(a, b)] as const;
  const [x, y, z] = columns[take] ?? columns[0];
  return [x / determinant, y / determinant, z / determinant];
}

/** Amount of one stain at each pixel, optical density (decadic); below zero is zero. */
export function deconvolve([red, green, blue]: readonly [GreyPlane, GreyPlane, GreyPlane], weights: Vector, white: number): GreyPlane {
  const { width, height } = red;
  const out = new Float32Array(width * height);
  const table = densityTable(white);
  const [wr, wg, wb] = weights;
  const [r, g, b] = [red.data, green.data, blue.data];
  for (let at = 0; at < out.length; at++) {
    const amount = wr * density(r[at] as number, table, white) + wg * density(g[at] as number, table, white) + wb * density(b[at] as number, table, white);
    out[at] = amount > 0 ? amount : 0;
  }
  return { width, height, data: out };
}

function densityTable(white: number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, value) => Math.log10(white / Math.max(value, DARKEST)));
}

/** Whole values, which nearly all are, need no logarithm. */
function density(value: number, table: Float64Array, white: number): number {
  const whole = value | 0;
  return whole === value && whole >= 0 && whole < 256 ? (table[whole] as number) : Math.log10(white / Math.max(value, DARKEST));
}

function complete(vectors: readonly Vector[]): readonly [Vector, Vector, Vector] {
  const [a, b, c] = vectors;
  if (a === undefined) throw new RangeError("it names no stain");
  const second = b ?? unit(cross(a, Math.abs(a[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]));
  const across = cross(a, second);
  return [a, second, c ?? (length(across) < 1e-6 ? across : unit(across))];
}

function unit(vector: readonly number[]): Vector {
  const [x = 0, y = 0, z = 0] = vector;
  const size = length([x, y, z]);
  if (!(size > 0)) throw new RangeError("one of its stain vectors is zero");
  return [x / size, y / size, z / size];
}

function length([x, y, z]: Vector): number {
  return Math.hypot(x, y, z);
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
