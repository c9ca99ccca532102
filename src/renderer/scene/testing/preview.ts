import type { FrameHeader } from "../../../shared/domain/frame.ts";
import type { PreviewMessage } from "../../../shared/ipc/contract.ts";

/** A header for tests: what a test does not name is ordinary. */
export function headerOf(more: Partial<FrameHeader> = {}): FrameHeader {
  return {
    frameId: 1, cameraId: "test", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 8, height: 6, pixelFormat: "Mono8",
    settled: true, settingsHash: "0", status: "complete", ...more,
  };
}

/** A mono or Bayer preview for tests; `dnAt` gives the byte at an index. */
export function previewOf({ frameId = 1, width = 8, height = 6, layout = "mono8", dnAt = () => 0 }: {
  frameId?: number; width?: number; height?: number; layout?: "mono8" | "bayer8"; dnAt?: (index: number) => number;
} = {}): PreviewMessage {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => dnAt(i)).buffer;
  const header = headerOf({ frameId, width, height });
  return layout === "mono8" ? { header, layout, width, height, reduction: 1, pixels } : { header, layout, cfa: "RGGB", width, height, reduction: 1, pixels };
}
