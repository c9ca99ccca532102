import { expect, it } from "vitest";
import { failureWords } from "./failure-words.ts";

it("names a file by its path inside the folder that was given", () => {
  expect(failureWords("/in/a/b.png", "/in/a/b.png cannot be read: leave it out.", ["/other", "/in"])).toBe("a/b.png cannot be read: leave it out.");
  expect(failureWords("C:\\in\\b.png", "it is empty", ["C:\\in"])).toBe("b.png: it is empty");
});

it("keeps the whole path of a file that was given itself, or of a folder with a longer name", () => {
  expect(failureWords("/in/b.png", "it is empty", ["/in/b.png"])).toBe("/in/b.png: it is empty");
  expect(failureWords("/inside/b.png", "it is empty", ["/in"])).toBe("/inside/b.png: it is empty");
});
