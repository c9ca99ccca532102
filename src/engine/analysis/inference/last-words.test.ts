import { expect, it } from "vitest";
import { createLastWords, exitWords } from "./last-words.ts";

const endedWith = (...said: string[]): string => {
  const words = createLastWords();
  for (const text of said) words.add(text);
  return exitWords(1, null, words);
};

it("tells the error that nobody caught, not the version that Node prints below it", () => {
  expect(endedWith("file:///a.mjs:5\n        throw new RangeError(", "\"too long\");\n        ^\n\nRangeError: too long\n    at file:///a.mjs:5:9\n\nNode.js v20.20.2\n")).toBe("exit code 1: RangeError: too long");
});

it("tells the last line where there is no error, and nothing where nothing was said", () => {
  expect(endedWith("loading\nout of memory\n")).toBe("exit code 1: out of memory");
  expect(endedWith()).toBe("exit code 1");
  expect(endedWith("Node.js v20.20.2\n")).toBe("exit code 1");
});

it("keeps what came last of many words", () => {
  expect(endedWith("Error: the first\n", "x".repeat(10_000), "\nError: the last\n    at somewhere\n")).toBe("exit code 1: Error: the last");
});

it("tells a signal, whatever was said", () => {
  const words = createLastWords();
  words.add("Error: something\n");
  expect(exitWords(null, "SIGKILL", words)).toBe("killed by SIGKILL");
});
