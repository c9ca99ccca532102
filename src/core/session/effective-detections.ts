import type { Detection } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";

/** A detection as it counts: the machine's word, corrected by what people said of it. */
export interface EffectiveDetection {
  /** What the analyzer said; never changed. */
  readonly detection: Detection;
  /** Class in force. */
  readonly classId: string;
  /** True when a person said this is no object of interest. */
  readonly rejected: boolean;
}

/**
 * Applies the field's annotations in order: the last word on a detection stands, so a reclassification after a
 * rejection brings the detection back. First come those of `field.detections`, in their order; then those of a second
 * opinion of which a person said something: nothing else of a second analyzer counts.
 */
export function effectiveDetections(field: FieldView): EffectiveDetection[] {
  const verdicts = new Map<string, { classId: string; rejected: boolean }>();
  for (const annotation of field.annotations) {
    if (annotation.kind === "reclassify") verdicts.set(annotation.detectionId, { classId: annotation.toClassId, rejected: false });
    else if (annotation.kind === "confirm") verdicts.set(annotation.detectionId, { classId: annotation.classId, rejected: false });
    else if (annotation.kind === "reject") verdicts.set(annotation.detectionId, { classId: annotation.fromClassId, rejected: true });
  }
  const first = (field.detections ?? []).map((detection) => {
    const verdict = verdicts.get(detection.id);
    return verdict === undefined ? { detection, classId: detection.classId, rejected: false } : { detection, ...verdict };
  });
  const second = (field.second?.detections ?? []).flatMap((detection) => {
    const verdict = verdicts.get(detection.id);
    return verdict === undefined ? [] : [{ detection, ...verdict }];
  });
  return [...first, ...second];
}
