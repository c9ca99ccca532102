import { varianceOfLaplacian } from "../../core/focus/variance-of-laplacian.ts";
import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { pictureOf } from "../session/field-picture.ts";
import { readOmeTiff } from "../session/ome-tiff.ts";
import type { PixelRequest, PixelWork } from "./pixel-protocol.ts";

/** Does one piece of work; the inside of the pixel thread, without the thread. */
export async function answerPixels(kernels: PixelKernels, request: PixelRequest): Promise<PixelWork[keyof PixelWork]["gives"]> {
  switch (request.name) {
    case "focusScore":
      return varianceOfLaplacian(kernels, request.given.header, request.given.pixels);
    case "fieldPicture":
      return pictureOf(await readOmeTiff(request.given.path));
  }
}
