import type { LabelMap, Mask } from "../../image/plane.ts";
import type { ComponentStatistics } from "../pixel-kernels.ts";
import { checkLabelMap, checkPlane } from "./plane-checks.ts";
import { labelsFor } from "./result-memory.ts";

/** See PixelKernels.connectedComponents. Every object is filled from its first pixel, so labels come in that order. */
export function connectedComponents(mask: Mask, connectivity: 4 | 8, into?: Int32Array): LabelMap {
  checkPlane(mask, "connectedComponents");
  const { width, height, data } = mask;
  const labels = labelsFor(into, data.length, data, "connectedComponents");
  const stack: number[] = [];
  let count = 0;
  for (let first = 0; first < data.length; first++) {
    if (data[first] === 0 || labels[first] !== 0) continue;
    count += 1;
    labels[first] = count;
    stack.push(first);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++) {
        for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
          const neighbour = ny * width + nx;
          const isDiagonal = nx !== x && ny !== y;
          if (data[neighbour] === 0 || labels[neighbour] !== 0 || (isDiagonal && connectivity === 4)) continue;
          labels[neighbour] = count;
          stack.push(neighbour);
        }
      }
    }
  }
  return { width, height, labels, count };
}

/** See PixelKernels.componentStatistics. */
export function componentStatistics(map: LabelMap): ComponentStatistics {
  checkLabelMap(map, "componentStatistics");
  const { width, height, labels, count } = map;
  const area = new Float64Array(count);
  const box = new Int32Array(4 * count);
  const centroid = new Float64Array(2 * count);
  const add = (array: Float64Array, at: number, value: number): void => {
    array[at] = (array[at] ?? 0) + value;
  };
  // Until the end, the box holds left, top, right, bottom (inclusive), and the centroid sums.
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labels[y * width + x] ?? 0;
      if (label === 0) continue;
      checkLabel(label, count, "componentStatistics");
      const index = label - 1;
      const isFirst = area[index] === 0;
      box[4 * index] = isFirst ? x : Math.min(box[4 * index] ?? 0, x);
      if (isFirst) box[4 * index + 1] = y;
      box[4 * index + 2] = isFirst ? x : Math.max(box[4 * index + 2] ?? 0, x);
      box[4 * index + 3] = y;
      add(area, index, 1);
      add(centroid, 2 * index, x);
      add(centroid, 2 * index + 1, y);
    }
  }
  for (let index = 0; index < count; index++) {
    const pixels = area[index] ?? 0;
    centroid[2 * index] = (centroid[2 * index] ?? 0) / pixels;
    centroid[2 * index + 1] = (centroid[2 * index + 1] ?? 0) / pixels;
    if (pixels === 0) continue;
    box[4 * index + 2] = (box[4 * index + 2] ?? 0) - (box[4 * index] ?? 0) + 1;
    box[4 * index + 3] = (box[4 * index + 3] ?? 0) - (box[4 * index + 1] ?? 0) + 1;
  }
  return { area, box, centroid };
}

/** Throws RangeError where a map holds a label that its count does not have. */
export function checkLabel(label: number, count: number, what: string): void {
  if (label < 0 || label > count) throw new RangeError(`${what}: the map holds label ${label}, but only ${count} objects`);
}
