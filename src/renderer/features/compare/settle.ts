import type { Disagreement } from "../../../core/comparison/disagreements.ts";
import type { InputOf } from "../../../shared/ipc/contract.ts";

/** What a person can say of a disagreement. */
export type Verdict = "first" | "second" | "reject";

/** A call that writes the verdict down. */
export type Settlement =
  | { readonly method: "annotation.confirm"; readonly input: InputOf<"annotation.confirm"> }
  | { readonly method: "annotation.reclassify"; readonly input: InputOf<"annotation.reclassify"> }
  | { readonly method: "annotation.reject"; readonly input: InputOf<"annotation.reject"> };

/**
 * The record a verdict becomes. Of an object both found the first analyzer's is confirmed, given the second's class, or
 * rejected; of an object only one found that one's is confirmed or rejected. Undefined where the verdict has no meaning.
 */
export function settlementOf(fieldId: string, { kind, first, second }: Disagreement, verdict: Verdict): Settlement | undefined {
  const object = first ?? second;
  if (object === undefined) return undefined;
  const target = { fieldId, detectionId: object.id };
  if (verdict === "reject") return { method: "annotation.reject", input: target };
  if (kind === "class" && verdict === "second") return second === undefined ? undefined : { method: "annotation.reclassify", input: { ...target, toClassId: second.classId } };
  const finder: Verdict = first === undefined ? "second" : "first";
  return verdict === finder || kind !== "class" ? { method: "annotation.confirm", input: target } : undefined;
}
