import { stageWayOf } from "../../../core/geometry/stage-from-image.ts";
import type { Snapshot } from "../../../shared/domain/snapshot.ts";
import type { StagePointUm } from "../../../shared/units.ts";
import { livePlace } from "./live-place.ts";

/** The ways on the stage that are one picture to the right and one picture down. */
export interface FieldWays {
  readonly acrossUm: StagePointUm;
  readonly downUm: StagePointUm;
}

/** Undefined where the scale is unknown. */
export function fieldWays(snapshot: Snapshot | undefined): FieldWays | undefined {
  const picture = livePlace(snapshot);
  if (picture === undefined) return undefined;
  const acrossUm = stageWayOf(picture, { x: picture.width, y: 0 });
  const downUm = stageWayOf(picture, { x: 0, y: picture.height });
  return acrossUm === undefined || downUm === undefined ? undefined : { acrossUm, downUm };
}

/** A direction as the picture shows it. */
export type Direction = "left" | "right" | "up" | "down";

const TOWARDS: Readonly<Record<Direction, { readonly x: number; readonly y: number }>> = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } };

/**
 * How far the stage goes by one key press, um. A full step within a session is one counting frame, so that neighbouring fields tile
 * the slide and no cell is counted twice; a quarter step is a quarter of the field in view.
 */
export function fieldStepUm(snapshot: Snapshot | undefined, direction: Direction, part: "quarter" | "full"): StagePointUm | undefined {
  const picture = livePlace(snapshot);
  if (picture?.pixelSizeUm === undefined) return undefined;
  const insetPx = (snapshot?.session?.countingFrame.insetUm ?? 0) / picture.pixelSizeUm;
  const along = (lengthPx: number): number => (part === "quarter" ? lengthPx / 4 : Math.max(lengthPx / 4, lengthPx - 2 * insetPx));
  const { x, y } = TOWARDS[direction];
  return stageWayOf(picture, { x: x * along(picture.width), y: y * along(picture.height) });
}

/** Depth of field shrinks with NA squared; one focus step is about half of it (wavelength 0.55 um, in air or oil alike). */
export function focusStepUm(snapshot: Snapshot | undefined): number {
  const na = snapshot?.objective?.current?.numericalAperture;
  if (na === undefined) return 1;
  const step = 0.5 * (0.55 / (na * na));
  return step >= 1 ? Math.round(step) : step >= 0.3 ? 0.5 : 0.2;
}
