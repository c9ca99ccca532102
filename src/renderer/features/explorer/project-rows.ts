import { UMAP } from "umap-js";
import { rowsOf } from "../../../core/embedding/matrix.ts";
import type { VectorTable } from "../../../core/embedding/matrix.ts";
import { principalComponents } from "../../../core/embedding/principal-components.ts";
import type { Projection } from "./projection-protocol.ts";

/** Neighbours that each cell is tied to: few show fine groups, many the whole. umap-js's own default. */
const NEIGHBOURS = 15;
const LEAST_DISTANCE = 0.1;
const SEED = 20_240_501;

/** The first two principal components; a second one of noughts where there is one dimension only. */
export function projectByComponents(table: VectorTable): Projection {
  const { scores, shares } = principalComponents(table, 2);
  if (scores.dimensions === 2) return { places: Float64Array.from(scores.values), shares };
  const places = new Float64Array(2 * rowsOf(table));
  for (let row = 0; row < rowsOf(table); row++) places[2 * row] = scores.values[row * scores.dimensions] ?? 0;
  return { places, shares };
}

/** UMAP on the plane, step by step. The randomness is seeded: the same rows give the same map. */
export function projectByUmap(table: VectorTable, onProgress: (done: number, total: number) => void): Projection {
  const rows = rowsOf(table);
  const vectors = Array.from({ length: rows }, (_, row) => Array.from(table.values.subarray(row * table.dimensions, (row + 1) * table.dimensions)));
  const map = new UMAP({ nComponents: 2, nNeighbors: Math.min(NEIGHBOURS, rows - 1), minDist: LEAST_DISTANCE, random: seededRandom(SEED) });
  const epochs = map.initializeFit(vectors);
  for (let epoch = 0; epoch < epochs; epoch++) {
    map.step();
    onProgress(epoch + 1, epochs);
  }
  return { places: Float64Array.from(map.getEmbedding().flat()) };
}

/** Uniform in [0, 1), always the same row of numbers for a seed (the mulberry32 generator). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
