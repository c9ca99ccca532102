import type { AcquisitionState } from "../../shared/domain/snapshot.ts";
import { OcularError } from "../../shared/errors.ts";

/** What a person may ask for. */
export type AcquisitionCommand = "start" | "pause" | "resume" | "stop";
/** What happens by itself: the camera runs, the camera stands, the run could not start, the run ended, all is put away. */
export type AcquisitionHappening = "ready" | "held" | "failed" | "ended" | "done";
export type AcquisitionAction = AcquisitionCommand | AcquisitionHappening;

/**
 * The table: where each action leads from each state; what is not named is not possible. The screens enable their
 * buttons from it by {@link can}. How a run ended is no state: see {@link RunOutcome}.
 */
const TABLE: Record<AcquisitionState, Partial<Record<AcquisitionAction, AcquisitionState>>> = {
  idle: { start: "preparing" },
  preparing: { ready: "running", failed: "idle", stop: "finishing", ended: "finishing" },
  running: { pause: "pausing", stop: "finishing", ended: "finishing" },
  pausing: { held: "paused", stop: "finishing", ended: "finishing" },
  paused: { resume: "preparing", stop: "finishing", ended: "finishing" },
  finishing: { done: "idle" },
};

/** How a run ended, kept apart from the state: by its own plan, by a person, or by a failure with its reason. */
export type RunOutcome =
  | { readonly outcome: "completed" }
  | { readonly outcome: "canceled" }
  | { readonly outcome: "errored"; readonly reason: string };

export function can(state: AcquisitionState, action: AcquisitionAction): boolean {
  return TABLE[state][action] !== undefined;
}

/** @throws OcularError `WrongState` when the action is not possible in that state */
export function next(state: AcquisitionState, action: AcquisitionAction): AcquisitionState {
  const target = TABLE[state][action];
  if (target === undefined) throw new OcularError({ tag: "WrongState", what: `"${action}"`, state, allowedIn: statesThatAllow(action) });
  return target;
}

/** The states in which an action is possible, in the order of a run. */
export function statesThatAllow(action: AcquisitionAction): AcquisitionState[] {
  return ACQUISITION_STATES.filter((state) => can(state, action));
}

const ACQUISITION_STATES = ["idle", "preparing", "running", "pausing", "paused", "finishing"] as const satisfies readonly AcquisitionState[];
