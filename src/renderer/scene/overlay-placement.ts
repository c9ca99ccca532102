import { type Affine, composeAffine } from "../../core/geometry/affine.ts";
import { imageFromStage, stageFromImage } from "../../core/geometry/stage-from-image.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";

/** shownPx = overlayPx * scale + (dx, dy): from the frame an overlay was made on to the frame shown. */
export interface OverlayPlacement {
  readonly scale: number;
  readonly dx: number;
  readonly dy: number;
}

const IN_PLACE: OverlayPlacement = { scale: 1, dx: 0, dy: 0 };

type Placed = Pick<FrameHeader, "frameId" | "cameraId" | "width" | "height" | "objectiveId" | "pixelSizeUm" | "stagePositionUm">;

/**
 * How an overlay made on `made` lies on the frame `shown`. Where both know their place on the stage the overlay goes with
 * the cells; where they do not it stays where it was (its lateness is said elsewhere).
 *
 * @returns undefined when it cannot lie on it: another objective, a picture that lies otherwise to the stage, or one of another size
 * without a known place.
 */
export function placeOverlay(made: Placed, shown: Placed): OverlayPlacement | undefined {
  if (made.frameId === shown.frameId && made.cameraId === shown.cameraId) return IN_PLACE;
  if (made.objectiveId !== shown.objectiveId) return undefined;
  const stageFromMade = stageFromImage(made);
  const shownFromStage = imageFromStage(shown);
  if (stageFromMade !== undefined && shownFromStage !== undefined) {
    const map = composeAffine(shownFromStage, stageFromMade);
    return isTurned(map) ? undefined : { scale: map.a, dx: map.c, dy: map.f };
  }
  return made.width === shown.width && made.height === shown.height ? IN_PLACE : undefined;
}

/** Less than this, a share of the scale, is rounding: a hundredth of a pixel over a picture. */
const ROUNDING = 1e-6;

function isTurned({ a, b, d, e }: Affine): boolean {
  return !(a > 0) || Math.max(Math.abs(b), Math.abs(d), Math.abs(a - e)) > ROUNDING * a;
}
