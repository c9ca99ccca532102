import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { checkMaxima } from "../../core/kernels/reference/h-maxima.ts";
import { checkLabelMap, checkPlane } from "../../core/kernels/reference/plane-checks.ts";
import { checkInto } from "../../core/kernels/reference/result-memory.ts";
import { checkWatershed } from "../../core/kernels/reference/watershed.ts";
import type { NativeAddon } from "./addon.ts";

type ObjectKernels = Pick<PixelKernels, "hMaxima" | "connectedComponents" | "componentStatistics" | "watershed" | "outlines">;

/** From masks to objects. */
export function nativeObjectKernels(addon: NativeAddon): ObjectKernels {
  return {
    hMaxima(plane, h, mask, into) {
      checkMaxima(plane, h, mask, into);
      return { width: plane.width, height: plane.height, data: addon.hMaxima(plane.data, plane.width, plane.height, h, mask.data, into) };
    },
    connectedComponents(mask, connectivity, into) {
      checkPlane(mask, "connectedComponents");
      checkInto(into, mask.data.length, mask.data, "connectedComponents");
      const { labels, count } = addon.connectedComponents(mask.data, mask.width, mask.height, connectivity, into);
      return { width: mask.width, height: mask.height, labels, count };
    },
    componentStatistics(map) {
      checkLabelMap(map, "componentStatistics");
      return addon.componentStatistics(map.labels, map.width, map.height, map.count);
    },
    watershed(ground, markers, mask, into) {
      checkWatershed(ground, markers, mask, into);
      const labels = addon.watershed(ground.data, ground.width, ground.height, markers.labels, markers.count, mask.data, into);
      return { width: ground.width, height: ground.height, labels, count: markers.count };
    },
    outlines(map) {
      checkLabelMap(map, "outlines");
      const { corners, ranges } = addon.outlines(map.labels, map.width, map.height, map.count);
      const found: Int32Array[] = [];
      // Views of one buffer: hundreds of buffers would cost more than the walks.
      for (let i = 0; i < ranges.length; i += 2) found.push(corners.subarray(ranges[i], ranges[i + 1]));
      return found;
    },
  };
}
