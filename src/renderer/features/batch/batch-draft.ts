import { createStore } from "zustand/vanilla";
import type { PictureBorder } from "../../../shared/domain/batch.ts";

/** The form of a batch while it is filled in; it outlives the screen, so that a look at another one costs nothing. */
export interface BatchDraft {
  readonly inputs: readonly string[];
  /** Key of the analyzer; undefined: the first of the list. */
  readonly chosen: string | undefined;
  /** As it was typed. */
  readonly pixelSize: string;
  readonly border: PictureBorder;
  readonly scale: "estimated" | "as-is";
  readonly out: string | undefined;
}

export type BatchDraftStore = ReturnType<typeof createBatchDraft>;

export function createBatchDraft() {
  return createStore<BatchDraft>(() => ({ inputs: [], chosen: undefined, pixelSize: "", border: "every", scale: "estimated", out: undefined }));
}

/** Without one of the inputs, and which of those left stands where it stood: the keyboard goes on from there. */
export function withoutInput(inputs: readonly string[], path: string): { readonly inputs: readonly string[]; readonly next: string | undefined } {
  const at = inputs.indexOf(path);
  const left = inputs.filter((one) => one !== path);
  return { inputs: left, next: left[Math.min(Math.max(at, 0), left.length - 1)] };
}

/** With more inputs, each once. */
export function withInputs(inputs: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...inputs, ...more.filter((path) => path !== "")])];
}
