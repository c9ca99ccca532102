import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { VirtualMicroscope } from "../devices/virtual/virtual-microscope.ts";

/** True counts inside a field's counting frame, by class id. */
export type TruthOf = (field: FieldView, insetUm: number) => Readonly<Record<string, number>>;

/**
 * The specimen's own counts by the rule of the counts: the centre of the outline's box inside the view less the guard.
 * The view is the one the sensor truly had, backlash and drift included.
 */
export function trueCountsOf(microscope: VirtualMicroscope): TruthOf {
  return (field, insetUm) => {
    const view = microscope.viewRectOfFrame(field.header.deviceSequence);
    if (view === undefined) throw new Error(`The true view of ${field.fieldId} is forgotten.`);
    const counts: Record<string, number> = {};
    for (const object of microscope.groundTruth(view)) {
      const { x, y, width, height } = object.boundsUm;
      const centre = { x: x + width / 2 - view.x, y: y + height / 2 - view.y };
      const inside = centre.x >= insetUm && centre.y >= insetUm && centre.x < view.width - insetUm && centre.y < view.height - insetUm;
      if (inside) counts[object.class] = (counts[object.class] ?? 0) + 1;
    }
    return counts;
  };
}
