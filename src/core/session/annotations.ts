import type { Annotation } from "../../shared/domain/detection.ts";

/** An annotation that says something of a detection (not one that takes another back). */
export type Correction = Exclude<Annotation, { kind: "retract" }>;

/**
 * The corrections in force, oldest first: those that no retraction in force takes back. Nothing is ever removed from
 * the history; an undo is one more record. Taking back a retraction brings the correction back (redo).
 */
export function annotationsInForce(history: readonly Annotation[]): Correction[] {
  const takenBack = new Set<string>();
  const inForce: Correction[] = [];
  for (const annotation of history.toReversed()) {
    if (takenBack.has(annotation.id)) continue;
    if (annotation.kind === "retract") takenBack.add(annotation.annotationId);
    else inForce.push(annotation);
  }
  return inForce.reverse();
}
