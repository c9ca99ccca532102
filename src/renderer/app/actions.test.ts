import { describe, expect, it } from "vitest";
import { findActions } from "./actions.ts";
import type { Action } from "./actions.ts";

const action = (label: string, group: string): Action => ({ id: label, label, group, scope: "live", run: () => undefined });
const actions = [action("Move a quarter field left", "Stage"), action("Fit the picture", "View"), action("Undo the latest correction", "Cells"), action("Stop the stage", "Stage")];

describe("the command palette", () => {
  it("shows everything before anything is typed", () => {
    expect(findActions(actions, "  ")).toBe(actions);
  });

  it("finds by words in any order, in name or group", () => {
    expect(findActions(actions, "left quarter").map((found) => found.label)).toEqual(["Move a quarter field left"]);
    expect(findActions(actions, "cells").map((found) => found.label)).toEqual(["Undo the latest correction"]);
    expect(findActions(actions, "nothing like it")).toEqual([]);
  });

  it("puts names that begin so first", () => {
    expect(findActions(actions, "st").map((found) => found.label)).toEqual(["Stop the stage", "Move a quarter field left", "Undo the latest correction"]);
  });
});
