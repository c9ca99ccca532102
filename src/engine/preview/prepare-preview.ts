import type { FrameHeader } from "../../shared/domain/frame.ts";
import { layoutOf } from "../../shared/domain/pixel-layout.ts";
import type { PreviewMessage } from "../../shared/ipc/contract.ts";

/**
 * Bytes a preview may have. A copy to the screen's process costs about 5 ms per MB on the main thread, so 1.5 MB at
 * 30 frames/s already takes a quarter of it.
 */
const PREVIEW_BYTE_BUDGET = 1_500_000;

/** How a frame becomes a preview: which layout, reduced by which whole factor. */
export interface PreviewPlan {
  readonly layout: PreviewMessage["layout"];
  readonly cfa: PreviewMessage["cfa"];
  readonly reduction: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The cheapest faithful form within the budget: mono and Bayer keep one byte per pixel; RGB within the budget stays RGB,
 * beyond it is sampled to an RGGB mosaic (a third of the bytes, and the shader demosaics anyway); what is still too
 * large is reduced by a whole factor (an even number of pixels for Bayer, so that the mosaic survives).
 */
export function planPreview(header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, budget = PREVIEW_BYTE_BUDGET): PreviewPlan {
  const layout = layoutOf(header.pixelFormat);
  const pixels = header.width * header.height;
  if (layout.channels === 3 && pixels * 3 <= budget) {
    return { layout: "rgb8", cfa: undefined, reduction: 1, width: header.width, height: header.height };
  }
  let reduction = 1;
  while (Math.floor(header.width / reduction) * Math.floor(header.height / reduction) > budget) reduction += 1;
  const isMosaic = layout.channels === 3 || layout.cfa !== undefined;
  let width = Math.max(1, Math.floor(header.width / reduction));
  let height = Math.max(1, Math.floor(header.height / reduction));
  if (isMosaic && reduction > 1) {
    width = Math.max(2, width - (width % 2));
    height = Math.max(2, height - (height % 2));
  }
  return { layout: isMosaic ? "bayer8" : "mono8", cfa: isMosaic ? (layout.cfa ?? "RGGB") : undefined, reduction, width, height };
}

/** Writes the preview of `pixels` into `target` (at least plan.width * plan.height * channels bytes). */
export function fillPreview(header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, pixels: Uint8Array, plan: PreviewPlan, target: Uint8Array): void {
  const layout = layoutOf(header.pixelFormat);
  if (layout.bytesPerSample === 1 && plan.reduction === 1 && (layout.channels === 1 || plan.layout === "rgb8")) {
    target.set(pixels.subarray(0, header.width * header.height * layout.channels));
    return;
  }
  // 16-bit samples are little-endian: the byte that holds the top 8 significant bits is assembled from both.
  const shift = layout.significantBits - 8;
  const sample = layout.bytesPerSample === 1
    ? (index: number): number => pixels[index] ?? 0
    : (index: number): number => (((pixels[2 * index] ?? 0) | ((pixels[2 * index + 1] ?? 0) << 8)) >> shift) & 255;
  const { width, height, reduction } = plan;
  if (plan.layout === "rgb8") {
    for (let i = 0; i < width * height * 3; i++) target[i] = sample(i);
    return;
  }
  const isMosaic = plan.layout === "bayer8";
  let out = 0;
  for (let y = 0; y < height; y++) {
    // A reduced mosaic takes whole 2x2 cells, so that each output pixel keeps its own filter colour.
    const sourceY = isMosaic ? (y >> 1) * 2 * reduction + (y & 1) : y * reduction;
    for (let x = 0; x < width; x++) {
      const sourceX = isMosaic ? (x >> 1) * 2 * reduction + (x & 1) : x * reduction;
      if (layout.channels === 1) {
        target[out++] = sample(sourceY * header.width + sourceX);
      } else {
        const channel = (y & 1) + (x & 1);
        target[out++] = sample((sourceY * header.width + sourceX) * 3 + channel);
      }
    }
  }
}
