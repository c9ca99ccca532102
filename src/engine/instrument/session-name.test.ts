import fc from "fast-check";
import { expect, it } from "vitest";
import { SessionName } from "../../shared/ipc/contract.ts";
import { sessionName } from "./session-name.ts";

it("reads as time and specimen", () => {
  expect(sessionName("2026-11-22T14:05:09.123+01:00", "Smear 7/B")).toBe("2026-11-22 14-05-09 Smear 7 B.ocular");
});

it("is a name the contract accepts, whatever the person types", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (specimen) => {
    expect(SessionName.safeParse(sessionName("2026-11-22T14:05:09Z", specimen)).success).toBe(true);
  }));
});
