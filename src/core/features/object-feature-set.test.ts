import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OBJECT_FEATURES } from "./object-feature-set.ts";

const page = readFileSync(new URL("../../../docs/features.md", import.meta.url), "utf8");

describe("features of objects", () => {
  it.each(OBJECT_FEATURES)("$name stands on the page about them, with its unit, basis and source", ({ name, unit, basis, source }) => {
    expect(page).toContain(`| \`${name}\` | ${unit === "" ? "-" : unit} | ${basis} | ${source.replaceAll("|", "\\|")} |`);
  });

  it("have names that say their unit", () => {
    const suffix: Readonly<Record<string, string>> = { um: "Um", um2: "Um2", deg: "Deg", "1/mm2": "PerMm2" };
    expect(OBJECT_FEATURES.filter(({ name, unit }) => unit !== "" && !name.endsWith(suffix[unit] ?? "?"))).toEqual([]);
  });
});
