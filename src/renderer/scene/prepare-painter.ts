import { hasGraphicsCard } from "./gl/graphics-card.ts";
import type { PicturePainter } from "./picture-painter.ts";

type MakePainter = (canvas: HTMLCanvasElement, surroundDn: number, onRestored: () => void) => PicturePainter;

let makeGl: MakePainter | undefined;

/**
 * Loads what painting on this machine needs, once per page and before the first picture view: three.js is half of the
 * page's code, and a machine without a graphics card never runs it.
 * @param painter "webgl" loads it whatever the machine has: for tests
 */
export async function preparePainter(painter: "auto" | "webgl" = "auto"): Promise<void> {
  if (painter === "auto" && !hasGraphicsCard()) return;
  const { GlPainter } = await import("./gl/gl-painter.ts");
  makeGl = (canvas, surroundDn, onRestored) => new GlPainter(canvas, surroundDn, onRestored);
}

/** @throws Error when {@link preparePainter} has not loaded it */
export function createGlPainter(...made: Parameters<MakePainter>): PicturePainter {
  if (makeGl === undefined) throw new Error("The painter of the graphics card is not loaded: call preparePainter first.");
  return makeGl(...made);
}
