import type { ClassCount, CountReport } from "../../shared/domain/counting.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { centreOf, containsPoint } from "../geometry/box.ts";
import { effectiveDetections } from "../session/effective-detections.ts";
import { poissonInterval, wilsonInterval } from "./intervals.ts";

/** What of a frame the counting frame is laid on. */
export type CountedFrame = Pick<FrameHeader, "width" | "height" | "pixelSizeUm">;

/**
 * The counting frame in px: the field less the inset on every side. Where the scale is unknown the inset, given in um,
 * cannot be laid out and is 0. An inset wider than half the field leaves a frame without area, in which nothing counts.
 */
export function countingBox(header: CountedFrame, countingFrame: CountingFrame): BoxPx {
  const insetPx = header.pixelSizeUm === undefined ? 0 : countingFrame.insetUm / header.pixelSizeUm;
  return { x: insetPx, y: insetPx, width: Math.max(0, header.width - 2 * insetPx), height: Math.max(0, header.height - 2 * insetPx) };
}

/**
 * True when an object counts: the centre of its box lies in the counting frame. Left and top edge belong to the frame,
 * right and bottom edge to its neighbour, so that fields that tile the slide count each object once.
 */
export function isCounted(box: BoxPx, header: CountedFrame, countingFrame: CountingFrame): boolean {
  return containsPoint(countingBox(header, countingFrame), centreOf(box));
}

/**
 * Counts over kept fields, corrections applied. Fields still waiting for their detections, and those whose analysis
 * failed, are in neither the counts nor the denominator. Classes come in the order of `classIds`, each present also
 * with n = 0; a class found but not listed follows, by name, so that nothing found goes missing.
 */
export function countReport(fields: readonly FieldView[], countingFrame: CountingFrame, classIds: readonly string[]): CountReport {
  const analysed = fields.filter((field) => field.detections !== undefined);
  const perClass = new Map<string, number>(classIds.map((classId) => [classId, 0]));
  let total = 0;
  let outsideFrame = 0;
  for (const field of analysed) {
    for (const { detection, classId, rejected } of effectiveDetections(field)) {
      if (rejected) continue;
      if (!isCounted(detection.box, field.header, countingFrame)) {
        outsideFrame += 1;
        continue;
      }
      perClass.set(classId, (perClass.get(classId) ?? 0) + 1);
      total += 1;
    }
  }
  const unlisted = [...perClass.keys()].filter((classId) => !classIds.includes(classId)).sort();
  const classes = [...classIds, ...unlisted].map((classId) => classCount(classId, perClass.get(classId) ?? 0, total));
  const areaUm2 = areaOfFrames(analysed, countingFrame);
  return { fields: analysed.length, classes, total, outsideFrame, ...(areaUm2 === undefined ? {} : { areaUm2 }) };
}

function classCount(classId: string, n: number, total: number): ClassCount {
  const count = { classId, n, ...poissonInterval(n) };
  return total === 0 ? count : { ...count, share: { value: n / total, ...wilsonInterval(n, total) } };
}

/** Undefined as soon as one field's scale is unknown: a part of an area is no denominator. */
function areaOfFrames(fields: readonly FieldView[], countingFrame: CountingFrame): number | undefined {
  let sum = 0;
  for (const { header } of fields) {
    if (header.pixelSizeUm === undefined) return undefined;
    const box = countingBox(header, countingFrame);
    sum += box.width * box.height * header.pixelSizeUm ** 2;
  }
  return sum;
}
