import { expect, it } from "vitest";
import { withInputs, withoutInput } from "./batch-draft.ts";

it("takes each input once, and none without a path", () => {
  expect(withInputs(["/a"], ["/b", "/a", "", "/b"])).toEqual(["/a", "/b"]);
});

it("takes one input out; the keyboard goes on at the one in its place, or at the last", () => {
  expect(withoutInput(["/a", "/b", "/c"], "/b")).toEqual({ inputs: ["/a", "/c"], next: "/c" });
  expect(withoutInput(["/a", "/b"], "/b")).toEqual({ inputs: ["/a"], next: "/a" });
  expect(withoutInput(["/a"], "/a")).toEqual({ inputs: [], next: undefined });
});
