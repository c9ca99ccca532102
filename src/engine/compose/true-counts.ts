import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { VirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";

/** True counts inside a field's counting frame, by class id. */
export type TruthOf = (field: FieldView, countingFrame: CountingFrame) => Readonly<Record<string, number>>;

/**
 * The specimen's own counts by the rule of the counts, with the box of the true outline.
 * The view is the one the sensor truly had, backlash and drift included.
 */
export function trueCountsOf(microscope: VirtualMicroscope): TruthOf {
  return (field, { insetUm, rule }) => {
    const view = microscope.viewRectOfFrame(field.header.deviceSequence);
    if (view === undefined) throw new Error(`The true view of ${field.fieldId} is forgotten.`);
    const counts: Record<string, number> = {};
    for (const object of microscope.groundTruth(view)) {
      const { x, y, width, height } = object.boundsUm;
      const part = rule === "two-edges" ? 1 : 0.5;
      const point = { x: x + part * width - view.x, y: y + part * height - view.y };
      const inside = point.x >= insetUm && point.y >= insetUm && point.x < view.width - insetUm && point.y < view.height - insetUm;
      if (inside) counts[object.class] = (counts[object.class] ?? 0) + 1;
    }
    return counts;
  };
}
