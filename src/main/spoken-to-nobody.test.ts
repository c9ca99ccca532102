import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { speakOnToNobody } from "./spoken-to-nobody.ts";

it("takes no harm from a reader that has gone, and hides nothing else", () => {
  const stream = new EventEmitter();
  speakOnToNobody([stream]);
  for (const code of ["EPIPE", "EIO"]) expect(stream.emit("error", Object.assign(new Error("gone"), { code }))).toBe(true);
  expect(() => stream.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }))).toThrow("no space");
});
