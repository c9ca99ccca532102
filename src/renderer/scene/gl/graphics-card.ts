import { drawsInSoftware } from "../picture-quality.ts";
import { rendererName } from "./webgl.ts";

let known: boolean | undefined;

/**
 * Whether a graphics card draws WebGL here, asked of a canvas that is thrown away (a canvas that had a WebGL context can
 * never get a 2D one) once per page. The browser refuses the context at once where it knows that the processor would draw.
 */
export function hasGraphicsCard(): boolean {
  known ??= probe();
  return known;
}

function probe(): boolean {
  const context = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (context === null) return false;
  const card = !drawsInSoftware(rendererName(context));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return card;
}
