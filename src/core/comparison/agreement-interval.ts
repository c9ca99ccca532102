import type { ClassComparison } from "../../shared/domain/comparison.ts";
import { wilsonInterval, type Interval } from "../counting/intervals.ts";

/**
 * 95 % interval of a class's share of agreement: each object that either analyzer calls so is one trial, agreed or not, so that the share is a
 * plain proportion and has Wilson's interval ({@link wilsonInterval}). Objects are taken as independent. Undefined without any.
 */
export function agreementInterval({ agreed, otherInFirst, otherInSecond, onlyFirst, onlySecond }: Omit<ClassComparison, "share" | "classId">): Interval | undefined {
  const objects = agreed + otherInFirst + otherInSecond + onlyFirst + onlySecond;
  return objects === 0 ? undefined : wilsonInterval(agreed, objects);
}
