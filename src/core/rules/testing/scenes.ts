import { Recipe } from "../../../shared/domain/recipe.ts";
import type * as z from "zod";
import type { RecipePicture } from "../run-recipe.ts";

/** A recipe that finds bright discs on black; each test changes what it needs. Pixels of 1 um. */
export function discRecipe(changes: Partial<z.input<typeof Recipe>> = {}): Recipe {
  return Recipe.parse({
    format: "ocular-recipe", formatVersion: 1, id: "discs", version: 1, name: "Discs", assumedPixelSizeUm: 1,
    steps: [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "otsu" }, { kind: "split", hUm: 1 }],
    classes: [{ id: "disc", name: "Disc", plural: "Discs", letter: "D", colorIndex: 0 }],
    ...changes,
  });
}

export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly value: number;
}

/** Discs on black; where two overlap the later one is seen. */
export function discPicture(width: number, height: number, discs: readonly Disc[], pixelSizeUm?: number): RecipePicture {
  const data = new Float32Array(width * height);
  for (const disc of discs) {
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) if (Math.hypot(x - disc.x, y - disc.y) <= disc.radius) data[at] = disc.value;
    }
  }
  return { width, height, planes: [{ width, height, data }], ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) };
}
