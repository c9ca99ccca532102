import { useStore } from "zustand";
import type { TunerController, TunerState } from "./tuner-controller.ts";

/** One thing of the tuner's state: what uses it is rendered when that changes, not with every picture. */
export function useTuner<T>(controller: TunerController, pick: (state: TunerState) => T): T {
  return useStore(controller.store, pick);
}
