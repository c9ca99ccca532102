import { expect, it } from "vitest";
import { withInputs } from "./batch-draft.ts";

it("takes each input once, and none without a path", () => {
  expect(withInputs(["/a"], ["/b", "/a", "", "/b"])).toEqual(["/a", "/b"]);
});
