import type { ComparisonSummary } from "../../shared/domain/comparison.ts";
import type { Detection } from "../../shared/domain/detection.ts";
import { classAgreement } from "../matching/class-agreement.ts";
import { matchObjects } from "../matching/match-objects.ts";

/** Boxes of one cell by two methods overlap less than by one; neighbours overlap far less than this. */
export const LEAST_IOU = 0.3;

/** An object both found. */
export interface SharedObject {
  readonly first: Detection;
  readonly second: Detection;
  /** Intersection over union. */
  readonly iou: number;
}

/** Two analyzers on one picture. Objects that the other one cannot find by its classes are in no list. */
export interface Comparison {
  readonly shared: readonly SharedObject[];
  readonly onlyFirst: readonly Detection[];
  readonly onlySecond: readonly Detection[];
  readonly summary: ComparisonSummary;
}

/**
 * Compares what two analyzers found on the same picture. An object that only one found is a disagreement where the other
 * knows the class; a recipe for red cells is not blamed for white ones. An object both found is compared whatever the classes.
 */
export function compareDetections(first: readonly Detection[], second: readonly Detection[], classes: { readonly first: readonly string[]; readonly second: readonly string[] }): Comparison {
  const known = { first: new Set(classes.first), second: new Set(classes.second) };
  const matching = matchObjects(first, second, LEAST_IOU);
  const shared = matching.pairs.flatMap(({ a, b, iou }) => {
    const [mine, other] = [first[a], second[b]];
    return mine === undefined || other === undefined ? [] : [{ first: mine, second: other, iou }];
  });
  const onlyFirst = matching.onlyA.flatMap((i) => first[i] ?? []).filter((object) => known.second.has(object.classId));
  const onlySecond = matching.onlyB.flatMap((i) => second[i] ?? []).filter((object) => known.first.has(object.classId));
  const common = classes.first.filter((classId) => known.second.has(classId));
  const agreement = classAgreement(first, second, matching, common);
  return {
    shared, onlyFirst, onlySecond,
    summary: {
      leastIou: LEAST_IOU, matched: shared.length, onlyFirst: onlyFirst.length, onlySecond: onlySecond.length,
      classes: agreement.classes.filter(({ classId }) => common.includes(classId)).map(({ classId, agreed, otherInA, otherInB, onlyA, onlyB, share }) => ({
        classId, agreed, otherInSecond: otherInB, otherInFirst: otherInA, onlyFirst: onlyA, onlySecond: onlyB, ...(share === undefined ? {} : { share }),
      })),
    },
  };
}
