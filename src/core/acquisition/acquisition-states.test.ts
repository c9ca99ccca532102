import { describe, expect, it } from "vitest";
import { AcquisitionState } from "../../shared/domain/snapshot.ts";
import { isOcularError } from "../../shared/errors.ts";
import { type AcquisitionAction, can, next, statesThatAllow } from "./acquisition-states.ts";

const ACTIONS: readonly AcquisitionAction[] = ["start", "pause", "resume", "stop", "ready", "held", "failed", "ended", "done"];

describe("acquisition states", () => {
  it("runs, pauses, goes on and finishes", () => {
    const path: AcquisitionAction[] = ["start", "ready", "pause", "held", "resume", "ready", "stop", "done"];
    expect(path.reduce(next, "idle")).toBe("idle");
  });

  it("enables the buttons a person expects", () => {
    expect(statesThatAllow("start")).toEqual(["idle"]);
    expect(statesThatAllow("pause")).toEqual(["running"]);
    expect(statesThatAllow("resume")).toEqual(["paused"]);
    expect(statesThatAllow("stop")).toEqual(["preparing", "running", "pausing", "paused"]);
  });

  it("refuses everything else with WrongState", () => {
    for (const state of AcquisitionState.options) {
      for (const action of ACTIONS) {
        if (can(state, action)) expect(AcquisitionState.options).toContain(next(state, action));
        else expect(() => next(state, action)).toThrow(expect.objectContaining({ name: "WrongState" }));
      }
    }
    try {
      next("idle", "pause");
      expect.unreachable();
    } catch (error) {
      expect(isOcularError(error, "WrongState")).toBe(true);
    }
  });

  it("leads back to idle from everywhere", () => {
    for (const state of AcquisitionState.options) {
      const stopped = can(state, "stop") ? next(state, "stop") : state;
      expect(can(stopped, "done") ? next(stopped, "done") : stopped).toBe("idle");
    }
  });
});
