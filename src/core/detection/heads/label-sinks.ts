import type { LabelMap, Mask } from "../../image/plane.ts";
import type { WalkedCells } from "./follow-flow.ts";

/** A place where more walkers than this end, and no more in the 5 x 5 around, is the heart of an object. */
const LEAST_AT_HEART = 10;
/** Around it belongs what more walkers than this reached... */
const LEAST_AT_RIM = 2;
/** ... and hangs together with it within so many cells. */
const RIM_STEPS = 5;
const PEAK_RADIUS = 2;

/**
 * Objects by where their cells ended, as Cellpose counts them: hearts are local maxima of the number of walkers per cell
 * (a walker between cells counts for the one above and to the left); each takes the crowded cells around it, and where two
 * take the same cell the stronger heart keeps it; a walker belongs to the object it ended in, to none where it ended
 * elsewhere. Labels in the order in which the first cell of each is met, row by row.
 */
export function labelSinks(walked: WalkedCells, mask: Mask): LabelMap {
  const { width, height } = mask;
  const crowd = new Int32Array(width * height);
  const ends = walked.cells.map((_, i) => Math.trunc(walked.y[i] ?? 0) * width + Math.trunc(walked.x[i] ?? 0));
  for (const end of ends) crowd[end] = (crowd[end] ?? 0) + 1;
  const owner = new Int32Array(width * height);
  const hearts = heartsOf(crowd, width, height);
  // The weakest first: what a stronger one reaches it takes.
  for (const [index, heart] of hearts.toReversed().entries()) growAround(heart, hearts.length - index, crowd, owner, width, height);
  const labels = new Int32Array(width * height);
  const renamed = new Int32Array(hearts.length + 1);
  let count = 0;
  for (const [i, cell] of walked.cells.entries()) {
    const heart = owner[ends[i] ?? 0] ?? 0;
    if (heart === 0) continue;
    if (renamed[heart] === 0) renamed[heart] = ++count;
    labels[cell] = renamed[heart] ?? 0;
  }
  return { width, height, labels, count };
}

/** Most crowded first; of equal ones the first row by row. Of a plateau every cell is one: the first takes in the others'. */
function heartsOf(crowd: Int32Array, width: number, height: number): number[] {
  const hearts: number[] = [];
  for (let cell = 0; cell < crowd.length; cell++) {
    const n = crowd[cell] ?? 0;
    if (n > LEAST_AT_HEART && n === mostAround(crowd, cell, width, height)) hearts.push(cell);
  }
  return hearts.sort((a, b) => (crowd[b] ?? 0) - (crowd[a] ?? 0) || a - b);
}

function mostAround(crowd: Int32Array, cell: number, width: number, height: number): number {
  const x0 = cell % width;
  const y0 = (cell - x0) / width;
  let most = 0;
  for (let y = Math.max(y0 - PEAK_RADIUS, 0); y <= Math.min(y0 + PEAK_RADIUS, height - 1); y++) {
    for (let x = Math.max(x0 - PEAK_RADIUS, 0); x <= Math.min(x0 + PEAK_RADIUS, width - 1); x++) most = Math.max(most, crowd[y * width + x] ?? 0);
  }
  return most;
}

/** Takes the crowded cells that hang together with the heart, whoever had them. */
function growAround(heart: number, label: number, crowd: Int32Array, owner: Int32Array, width: number, height: number): void {
  owner[heart] = label;
  let rim = [heart];
  for (let step = 0; step < RIM_STEPS && rim.length > 0; step++) {
    const next: number[] = [];
    for (const cell of rim) {
      const x0 = cell % width;
      const y0 = (cell - x0) / width;
      for (let y = Math.max(y0 - 1, 0); y <= Math.min(y0 + 1, height - 1); y++) {
        for (let x = Math.max(x0 - 1, 0); x <= Math.min(x0 + 1, width - 1); x++) {
          const neighbour = y * width + x;
          if (owner[neighbour] === label || (crowd[neighbour] ?? 0) <= LEAST_AT_RIM) continue;
          owner[neighbour] = label;
          next.push(neighbour);
        }
      }
    }
    rim = next;
  }
}
