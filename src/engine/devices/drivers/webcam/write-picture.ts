import type { CaptureFrame } from "../../../../shared/ipc/capture.ts";
import { lumaToMono, packedToMono, packedToRgb, type PlaneView, yuvCoding, yuvToRgb } from "./yuv-to-rgb.ts";

/** Formats a webcam's pictures are delivered in. */
export const WEBCAM_FORMATS = ["RGB8", "Mono8"] as const;
export type WebcamFormat = (typeof WEBCAM_FORMATS)[number];

/** What a frame says of its pixels. */
export type FramePixels = Pick<CaptureFrame, "format" | "width" | "height" | "planes" | "matrix" | "fullRange" | "pixels">;

/**
 * Writes a captured frame in the format wanted. The frame's planes lie inside its pixels (see capture-messages.ts).
 * @throws Error for luma alone where colour is wanted, which the page was not asked for
 */
export function writePicture(frame: FramePixels, format: WebcamFormat, into: Uint8Array): void {
  const { width, height } = frame;
  const bytes = new Uint8Array(frame.pixels);
  const plane = (index: number, shift = 0): PlaneView => ({ bytes, offset: (frame.planes[index]?.offset ?? 0) + shift, stride: frame.planes[index]?.stride ?? width });
  const coding = yuvCoding(frame.matrix, frame.fullRange);
  switch (frame.format) {
    case "I420":
    case "NV12":
    case "luma":
      if (format === "Mono8") return lumaToMono(plane(0), width, height, coding.fullRange, into);
      if (frame.format === "luma") throw new Error("a frame of luma alone cannot become RGB8");
      return yuvToRgb(plane(0), frame.format === "I420" ? { u: plane(1), v: plane(2), step: 1 } : { u: plane(1), v: plane(1, 1), step: 2 }, width, height, coding, into);
    default: {
      const redAt = frame.format.startsWith("R") ? 0 : 2;
      return format === "Mono8" ? packedToMono(plane(0), width, height, redAt, into) : packedToRgb(plane(0), width, height, redAt, into);
    }
  }
}
