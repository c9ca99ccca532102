import type { ClassInfo } from "../../../../shared/domain/detection.ts";
import type { OcularConfig } from "./head-config.ts";

/** Classes as people see them. What the package leaves out is made from the id: "red-cell" is "Red cell", letter R. */
export function classesOf(classes: OcularConfig["classes"]): ClassInfo[] {
  const taken = new Set<string>();
  return classes.map((entry, index) => {
    const stated = typeof entry === "string" ? { id: entry } : entry;
    const name = stated.name ?? sentenceCase(stated.id);
    const letter = stated.letter ?? freeLetter(name, taken);
    taken.add(letter);
    return { id: stated.id, name, plural: stated.plural ?? `${name}s`, letter, colorIndex: stated.colorIndex ?? index % 8 };
  });
}

function sentenceCase(id: string): string {
  const words = id.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function freeLetter(name: string, taken: ReadonlySet<string>): string {
  const letters = [...name.toUpperCase().replaceAll(/[^A-Z0-9]/g, ""), ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.find((letter) => !taken.has(letter)) ?? "?";
}
