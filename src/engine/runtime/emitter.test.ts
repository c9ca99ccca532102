import { describe, expect, it } from "vitest";
import { createEmitter } from "./emitter.ts";

describe("createEmitter", () => {
  it("tells everyone, also after one of them threw, and lets go", () => {
    const errors: unknown[] = [];
    const heard: string[] = [];
    const emitter = createEmitter<string>((error) => errors.push(error));
    const leave = emitter.on(() => {
      throw new Error("listener bug");
    });
    emitter.on((value) => heard.push(value));
    emitter.emit("a");
    leave();
    leave();
    emitter.emit("b");
    expect(heard).toEqual(["a", "b"]);
    expect(errors).toHaveLength(1);
    expect(emitter.listenerCount()).toBe(1);
    emitter.clear();
    expect(emitter.listenerCount()).toBe(0);
  });

  it("lets the same function listen twice and leave once", () => {
    let calls = 0;
    const emitter = createEmitter<number>();
    const listener = (): void => {
      calls += 1;
    };
    const leave = emitter.on(listener);
    emitter.on(listener);
    leave();
    emitter.emit(1);
    expect(calls).toBe(1);
  });
});
