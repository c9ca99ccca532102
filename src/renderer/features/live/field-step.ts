import type { Snapshot } from "../../../shared/domain/snapshot.ts";

/** Size of the picture in um; undefined where the scale is unknown. */
export function fieldSizeUm(snapshot: Snapshot | undefined): { readonly width: number; readonly height: number } | undefined {
  const camera = snapshot?.camera?.settings;
  const scale = snapshot?.pixelSizeUm;
  if (camera === undefined || scale === undefined) return undefined;
  return { width: (camera.roi.width / camera.binning) * scale, height: (camera.roi.height / camera.binning) * scale };
}

/** A direction as the picture shows it: right is +x, down is +y. */
export type Direction = "left" | "right" | "up" | "down";

/**
 * How far one key press goes, um. A full step within a session is one counting frame, so that neighbouring fields tile
 * the slide and no cell is counted twice; a quarter step is a quarter of the field in view.
 */
export function fieldStepUm(snapshot: Snapshot | undefined, direction: Direction, part: "quarter" | "full"): { readonly x: number; readonly y: number } | undefined {
  const size = fieldSizeUm(snapshot);
  if (size === undefined) return undefined;
  const inset = snapshot?.session?.countingFrame.insetUm ?? 0;
  const along = (length: number): number => (part === "quarter" ? length / 4 : Math.max(length / 4, length - 2 * inset));
  switch (direction) {
    case "left":
      return { x: -along(size.width), y: 0 };
    case "right":
      return { x: along(size.width), y: 0 };
    case "up":
      return { x: 0, y: -along(size.height) };
    case "down":
      return { x: 0, y: along(size.height) };
  }
}

/** Depth of field shrinks with NA squared; one focus step is about half of it (wavelength 0.55 um, in air or oil alike). */
export function focusStepUm(snapshot: Snapshot | undefined): number {
  const na = snapshot?.objective?.current?.numericalAperture;
  if (na === undefined) return 1;
  const step = 0.5 * (0.55 / (na * na));
  return step >= 1 ? Math.round(step) : step >= 0.3 ? 0.5 : 0.2;
}
