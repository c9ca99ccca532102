import { correctedPixelSize, isWithin, MOST_CORRECTIONS, SETTLED, sizeFound } from "../../../core/detection/estimate-pixel-size.ts";
import type { ScaleReference, SizedObject, TakenPicture } from "../../../core/detection/estimate-pixel-size.ts";
import type { ScaleEstimate } from "../../../shared/domain/detection.ts";

/** A picture that states no pixel size, and whoever can look at it. */
export interface ScaleSearch<Found extends SizedObject> {
  readonly picture: { readonly width: number; readonly height: number };
  readonly modelPixelSizeUm: number;
  readonly assumedPixelSizeUm: number;
  readonly reference: ScaleReference;
  /** What is found in the picture where it is taken for that pixel size. */
  readonly look: (pixelSizeUm: number) => Promise<readonly Found[]>;
}

/** How the search ended. */
export interface ScaleFound<Found> {
  /** Undefined where the picture is left as it is. */
  readonly estimate: ScaleEstimate | undefined;
  /** The last look, where it was at the scale that was settled on. */
  readonly objects: readonly Found[] | undefined;
}

/** Look at a picture at the assumed pixel size, and correct that by the size of what is found: see docs/models.md. */
export async function searchScale<Found extends SizedObject>({ picture, modelPixelSizeUm, assumedPixelSizeUm, reference, look }: ScaleSearch<Found>): Promise<ScaleFound<Found>> {
  let pixelSizeUm = assumedPixelSizeUm;
  let estimate: ScaleEstimate | undefined;
  for (let correction = 0; correction < MOST_CORRECTIONS; correction++) {
    const objects = await look(pixelSizeUm);
    const taken: TakenPicture = { ...picture, pixelSizeUm, modelPixelSizeUm };
    const size = sizeFound(objects, taken, reference);
    if (size === undefined || isWithin(size.ratio, estimate === undefined ? reference.untouched : SETTLED)) return { estimate, objects };
    pixelSizeUm = correctedPixelSize(pixelSizeUm, size.ratio, assumedPixelSizeUm);
    estimate = { pixelSizeUm, objects: size.objects, classIds: [...reference.classes] };
  }
  return { estimate, objects: undefined };
}
