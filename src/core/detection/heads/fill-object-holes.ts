import type { LabelMap, Mask } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";

/**
 * Background that one object closes in on all sides becomes that object's: cells that no 4-connected way through other
 * than the object's cells joins to the edge of its box. Other objects inside stay what they are. Of two objects that both
 * close a place in, the one of the lower label takes it.
 */
export function fillObjectHoles(map: LabelMap, kernels: PixelKernels): LabelMap {
  const all: Mask = { width: map.width, height: map.height, data: new Uint8Array(map.labels.length) };
  for (let i = 0; i < all.data.length; i++) if ((map.labels[i] ?? 0) > 0) all.data[i] = 1;
  const filled = kernels.fillHoles(all);
  // Whatever one object closes in, all of them together do.
  if (!filled.data.some((value, i) => value !== all.data[i])) return map;
  const labels = map.labels.slice();
  const { box } = kernels.componentStatistics(map);
  for (let label = 1; label <= map.count; label++) {
    const [left = 0, top = 0, width = 0, height = 0] = box.subarray(4 * label - 4, 4 * label);
    const own: Mask = { width, height, data: new Uint8Array(width * height) };
    const at = (i: number): number => (top + Math.floor(i / width)) * map.width + left + (i % width);
    for (let i = 0; i < own.data.length; i++) own.data[i] = labels[at(i)] === label ? 1 : 0;
    const { data } = kernels.fillHoles(own);
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 1 && labels[at(i)] === 0) labels[at(i)] = label;
    }
  }
  return { ...map, labels };
}
