import { describe, expect, it } from "vitest";
import { renameIntoPlace, type RenamingSystem } from "./rename-into-place.ts";

/** A system whose files are held for the first tries, and what it was asked. */
function heldFor(tries: number, code: string, isWindows: boolean): RenamingSystem & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    isWindows,
    rename: (from, to) => {
      asked.push(`${from} -> ${to}`);
      return asked.length <= tries ? Promise.reject(Object.assign(new Error(`${code}: rename`), { code })) : Promise.resolve();
    },
    pause: () => Promise.resolve(),
  };
}

describe("renameIntoPlace", () => {
  it.each(["EPERM", "EACCES", "EBUSY"])("tries again on Windows while a virus scanner holds the new file (%s)", async (code) => {
    const system = heldFor(4, code, true);
    await renameIntoPlace("field.part", "field", system);
    expect(system.asked).toEqual(Array.from({ length: 5 }, () => "field.part -> field"));
  });

  it("gives up with what Windows said when the file stays held", async () => {
    const system = heldFor(Infinity, "EPERM", true);
    await expect(renameIntoPlace("a", "b", system)).rejects.toMatchObject({ code: "EPERM" });
    expect(system.asked).toHaveLength(8);
  });

  it("does not try again what no waiting mends", async () => {
    const gone = heldFor(Infinity, "ENOENT", true);
    await expect(renameIntoPlace("a", "b", gone)).rejects.toMatchObject({ code: "ENOENT" });
    const denied = heldFor(Infinity, "EACCES", false);
    await expect(renameIntoPlace("a", "b", denied)).rejects.toMatchObject({ code: "EACCES" });
    expect([gone.asked.length, denied.asked.length]).toEqual([1, 1]);
  });
});
