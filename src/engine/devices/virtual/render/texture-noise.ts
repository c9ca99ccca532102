/** Fast texture for painting: bilinear look-ups in one fixed table of white noise, wrapping every 128 units. */
import { Random } from "../specimen/random.ts";

const SIZE = 128;
const TABLE = makeTable();

/** Smooth noise in [-1, 1]; features about one unit wide. `seed` moves the place in the table. */
export function textureNoise(seed: number, x: number, y: number): number {
  const px = x + (seed & 127);
  const py = y + ((seed >>> 7) & 127);
  const x0 = Math.floor(px);
  const y0 = Math.floor(py);
  const fx = px - x0;
  const fy = py - y0;
  const row0 = (y0 & (SIZE - 1)) * SIZE;
  const row1 = ((y0 + 1) & (SIZE - 1)) * SIZE;
  const c0 = x0 & (SIZE - 1);
  const c1 = (x0 + 1) & (SIZE - 1);
  const a = TABLE[row0 + c0] ?? 0;
  const b = TABLE[row0 + c1] ?? 0;
  const c = TABLE[row1 + c0] ?? 0;
  const d = TABLE[row1 + c1] ?? 0;
  const top = a + (b - a) * fx;
  return top + (c + (d - c) * fx - top) * fy;
}

function makeTable(): Float32Array {
  const random = new Random(0x7e87);
  const table = new Float32Array(SIZE * SIZE);
  for (let i = 0; i < table.length; i += 1) table[i] = random.between(-1, 1);
  return table;
}
