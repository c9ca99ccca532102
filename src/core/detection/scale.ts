/** From frame pixels to the pixels a model sees. */
export interface ModelScale {
  /** Size of the whole picture at the model's scale, model pixels. */
  readonly width: number;
  readonly height: number;
  /** Model pixels per frame pixel along each axis; they differ by the rounding of the size only. */
  readonly x: number;
  readonly y: number;
}

/**
 * The scale at which a model should see a picture.
 *
 * @param pixelSizeUm um per frame pixel.
 * @param modelPixelSizeUm um per model pixel.
 */
export function modelScale(frame: { width: number; height: number }, pixelSizeUm: number, modelPixelSizeUm: number): ModelScale {
  const factor = pixelSizeUm / modelPixelSizeUm;
  const width = Math.max(roundHalfEven(frame.width * factor), 1);
  const height = Math.max(roundHalfEven(frame.height * factor), 1);
  return { width, height, x: width / frame.width, y: height / frame.height };
}

/** Ties go to the even neighbour, as in Python: the training scripts then see pictures of the same size. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
