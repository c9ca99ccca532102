import { expect, it } from "vitest";
import { analysisText } from "./status-line.ts";

it("tells time and age of the analysis only while there is one", () => {
  expect(analysisText({ enabled: true, state: "ready" }, 40.6, 1)).toBe("41 ms analysis, age 1 frame");
  expect(analysisText({ enabled: true, state: "ready" }, undefined, undefined)).toBe("– ms analysis");
  expect(analysisText({ enabled: true, state: "failed" }, 40.6, 7)).toBe("analysis failed");
  expect(analysisText({ enabled: true, state: "restarting" }, 40.6, undefined)).toBe("analysis restarting");
  expect(analysisText({ enabled: false, state: "ready" }, 40.6, undefined)).toBe("analysis off");
});
