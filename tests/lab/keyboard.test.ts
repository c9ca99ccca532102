import { describe, expect, it } from "vitest";
import { type KeyboardOrder, numberOf, obey } from "./keyboard.ts";

const orders: readonly KeyboardOrder[] = [
  { name: "status", meaning: "where everything stands", obey: () => "well" },
  { name: "late", words: "[MS]", meaning: "the next answer comes late", obey: ([ms]) => `late by ${numberOf(ms, 800)} ms` },
];

describe("orders from the keyboard", () => {
  it("are obeyed, with what was left out filled in", async () => {
    expect(await obey(orders, "  status ")).toBe("well");
    expect(await obey(orders, "late")).toBe("late by 800 ms");
    expect(await obey(orders, "late 20")).toBe("late by 20 ms");
    expect(await obey(orders, "  ")).toBeUndefined();
  });

  it("are refused in words when they are none, or their numbers are none", async () => {
    expect(await obey(orders, "dance")).toBe('There is no order "dance". Type help for what there is.');
    expect(await obey(orders, "constructor")).toBe('There is no order "constructor". Type help for what there is.');
    expect(await obey(orders, "late soon")).toBe('"soon" is no number. Type help for what there is.');
  });

  it("are explained, a line each", async () => {
    expect(await obey(orders, "help")).toBe(["  status     where everything stands", "  late [MS]  the next answer comes late", "  help       these lines", "  quit       ends the device"].join("\n"));
  });
});
