import { CLASS_PALETTE } from "../palette.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { effectiveDetections } from "./effective-detections.ts";
import type { SessionContents } from "./session-reducer.ts";

/**
 * The classes of a saved session, whatever analyzer runs now: those the session's own analyzer named, in its order, then
 * those that were found or given beside them. Letter and colour come from `known` (what can be analysed with here), so that
 * a class looks the same everywhere; one that nobody here knows gets a colour that no other has. A session that says
 * nothing of classes shows those of `running`.
 */
export function classesOfSession(contents: Pick<SessionContents, "classes" | "fields">, running: readonly ClassInfo[], known: readonly ClassInfo[]): ClassInfo[] {
  const names = new Map(contents.classes.map(({ id, name }) => [id, name]));
  const ids = new Set([...names.keys(), ...contents.fields.flatMap((field) => effectiveDetections(field).map(({ classId }) => classId))]);
  if (ids.size === 0) return [...running];
  const infos = new Map([...known, ...running].map((info) => [info.id, info]));
  const shown = [...ids].map((id) => infos.get(id));
  const taken = new Set(shown.map((info) => info?.colorIndex));
  return [...ids].map((id, index) => {
    const info = infos.get(id);
    if (info !== undefined) return info;
    const free = CLASS_PALETTE.findIndex((_, color) => !taken.has(color));
    const colorIndex = free < 0 ? index % CLASS_PALETTE.length : free;
    taken.add(colorIndex);
    const name = names.get(id) ?? id;
    return { id, name, plural: name, letter: id.slice(0, 1).toUpperCase() || "?", colorIndex };
  });
}
