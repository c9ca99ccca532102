import { OcularError } from "../../shared/errors.ts";

/** A part that must be there. @throws OcularError InvalidInput */
export function need<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new OcularError({ tag: "InvalidInput", what, reason: "this microscope has none" });
  return part;
}
