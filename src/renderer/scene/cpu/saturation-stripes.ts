/** Side of the pattern, pixels: half of it a stripe. */
const PERIOD_PX = 8;

/** The stripes of black and magenta of gl/picture-shaders.ts; they stand still while the picture moves over them. */
export function saturationStripes(pen: OffscreenCanvasRenderingContext2D): CanvasPattern {
  const tile = new ImageData(PERIOD_PX, PERIOD_PX);
  const pixels = new Uint32Array(tile.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = ((i % PERIOD_PX) + Math.floor(i / PERIOD_PX)) % PERIOD_PX < PERIOD_PX / 2 ? 0xffcc00ff : 0xff000000;
  const canvas = new OffscreenCanvas(PERIOD_PX, PERIOD_PX);
  canvas.getContext("2d")?.putImageData(tile, 0, 0);
  const pattern = pen.createPattern(canvas, "repeat");
  if (pattern === null) throw new Error("This machine gives no 2D canvas to make stripes on.");
  return pattern;
}
