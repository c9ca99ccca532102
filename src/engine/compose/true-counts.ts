import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { VirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";

/** True counts inside the fields' counting frames, by class id. */
export type TruthOf = (fields: readonly FieldView[], countingFrame: CountingFrame) => Readonly<Record<string, number>>;

/**
 * The specimen's own counts by the rule of the counts, with the box of the true outline: a cell in the frames of several fields
 * once, where the session counts so. The view is the one the sensor truly had, backlash and drift included.
 */
export function trueCountsOf(microscope: Pick<VirtualMicroscope, "viewRectOfFrame" | "groundTruth">): TruthOf {
  return (fields, { insetUm, rule, overlaps }) => {
    const counts: Record<string, number> = {};
    const seen = new Set<string>();
    for (const { fieldId, header } of fields) {
      const view = microscope.viewRectOfFrame(header.deviceSequence);
      if (view === undefined) throw new Error(`The true view of ${fieldId} is forgotten.`);
      for (const object of microscope.groundTruth(view)) {
        const { x, y, width, height } = object.boundsUm;
        const part = rule === "two-edges" ? 1 : 0.5;
        const point = { x: x + part * width - view.x, y: y + part * height - view.y };
        const inside = point.x >= insetUm && point.y >= insetUm && point.x < view.width - insetUm && point.y < view.height - insetUm;
        if (!inside || (overlaps === "once" && seen.has(object.id))) continue;
        seen.add(object.id);
        counts[object.class] = (counts[object.class] ?? 0) + 1;
      }
    }
    return counts;
  };
}
