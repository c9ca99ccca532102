import { expect, it } from "vitest";
import { Listeners } from "./listeners.ts";

it("tells everyone until they leave, also one who leaves while being told", () => {
  const listeners = new Listeners<[number]>();
  const heard: string[] = [];
  const leave = listeners.add((n) => {
    heard.push(`once ${n}`);
    leave();
  });
  listeners.add((n) => heard.push(`always ${n}`));
  listeners.emit(1);
  listeners.emit(2);
  expect(heard).toEqual(["once 1", "always 1", "always 2"]);
  expect(listeners.size).toBe(1);
  listeners.clear();
  expect(listeners.size).toBe(0);
});
