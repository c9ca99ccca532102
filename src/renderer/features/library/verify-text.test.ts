import { expect, it } from "vitest";
import { verifyText } from "./verify-text.ts";

const intact = { ok: true, records: 120, files: 20, sealed: true };

it("says that all agrees", () => {
  expect(verifyText(intact)).toEqual({ tone: "ok", text: "Intact: 120 records and 20 files agree with the chain" });
  expect(verifyText({ ...intact, sealed: false }).tone).toBe("notice");
});

it("names the record or the file that is broken", () => {
  expect(verifyText({ ...intact, ok: false, firstProblem: { line: 37, message: "its hash does not match" } })).toEqual({ tone: "error", text: "Log line 37 is broken: its hash does not match" });
  expect(verifyText({ ...intact, ok: false, firstProblem: { file: "fields/3.ome.tiff", message: "it is missing" } }).text).toBe("fields/3.ome.tiff is broken: it is missing");
  expect(verifyText({ ...intact, ok: false }).tone).toBe("error");
});
