import type { LabelMap } from "../../image/plane.ts";

/**
 * Every label less all but its largest connected part (8-connected; the first of equal ones): strays that a label caught
 * elsewhere belong to nothing. Labels stay what they are.
 */
export function largestParts(map: LabelMap): LabelMap {
  const { width, height } = map;
  const part = new Int32Array(map.labels.length);
  const sizes: number[] = [0];
  const largest = new Int32Array(map.count + 1);
  for (let first = 0; first < part.length; first++) {
    const label = map.labels[first] ?? 0;
    if (label === 0 || part[first] !== 0) continue;
    const number = sizes.length;
    sizes.push(markPart(map, part, first, number));
    if ((sizes[number] ?? 0) > (sizes[largest[label] ?? 0] ?? 0)) largest[label] = number;
  }
  return { width, height, count: map.count, labels: map.labels.map((label, i) => (largest[label] === part[i] ? label : 0)) };
}

/** @returns how many cells hang together with `first` and carry its label. */
function markPart({ labels, width, height }: LabelMap, part: Int32Array, first: number, number: number): number {
  const label = labels[first];
  const open = [first];
  part[first] = number;
  let size = 0;
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    size++;
    const x0 = cell % width;
    const y0 = (cell - x0) / width;
    for (let y = Math.max(y0 - 1, 0); y <= Math.min(y0 + 1, height - 1); y++) {
      for (let x = Math.max(x0 - 1, 0); x <= Math.min(x0 + 1, width - 1); x++) {
        const next = y * width + x;
        if (part[next] !== 0 || labels[next] !== label) continue;
        part[next] = number;
        open.push(next);
      }
    }
  }
  return size;
}
