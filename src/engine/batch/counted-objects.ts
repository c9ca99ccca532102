import { countingBox, isCounted } from "../../core/counting/counting-rule.ts";
import type { PictureBorder } from "../../shared/domain/batch.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import type { InputFile } from "./inputs.ts";
import type { ObjectRecord, PageRecord } from "./journal-records.ts";

/**
 * The counting frame that a page is counted by: a session's own for its fields, the border rule for other pictures.
 * Undefined where every object counts.
 */
export function countingFrameOf({ field }: InputFile, border: PictureBorder): CountingFrame | undefined {
  if (field !== undefined) return field.session.countingFrame;
  return border === "two-edges" ? { insetUm: 0, rule: "two-edges" } : undefined;
}

/** The objects of a page that count by the frame, each page for itself. */
export function countedObjects(page: PageRecord, frame: CountingFrame | undefined): readonly ObjectRecord[] {
  if (frame === undefined) return page.objects;
  const header = headerOf(page);
  return page.objects.filter(({ box: [x, y, width, height] }) => isCounted({ x, y, width, height }, header, frame));
}

/** Area they were counted in, um2; undefined without a pixel size. */
export function countedAreaUm2(page: PageRecord, frame: CountingFrame | undefined): number | undefined {
  if (page.pixel_size_um === undefined) return undefined;
  const { width, height } = frame === undefined ? page : countingBox(headerOf(page), frame);
  return width * height * page.pixel_size_um ** 2;
}

function headerOf({ width, height, pixel_size_um: pixelSizeUm }: PageRecord): { width: number; height: number; pixelSizeUm?: number } {
  return { width, height, ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) };
}
