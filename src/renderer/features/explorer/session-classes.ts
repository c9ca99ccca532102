import type { ClassInfo } from "../../../shared/domain/detection.ts";
import { CLASS_PALETTE } from "../../../core/palette.ts";
import type { CellTable } from "./cell-table.ts";

/**
 * The classes of a session's cells: as the session names them, else as the running analyzer does (it may have become ready
 * since). One that neither names gets a colour and shape that no other has, so that no two classes look alike.
 */
export function classesOfSession(named: readonly ClassInfo[], running: readonly ClassInfo[], table: CellTable): ClassInfo[] {
  const known = [...named, ...running.filter(({ id }) => !named.some((one) => one.id === id))];
  const taken = new Set(known.map(({ colorIndex }) => colorIndex));
  for (const id of new Set(table.cells.map(({ classId }) => classId))) {
    if (known.some((one) => one.id === id)) continue;
    const free = CLASS_PALETTE.findIndex((_, index) => !taken.has(index));
    const colorIndex = free < 0 ? known.length % CLASS_PALETTE.length : free;
    taken.add(colorIndex);
    known.push({ id, name: id, plural: id, letter: id.slice(0, 1).toUpperCase() || "?", colorIndex });
  }
  return known;
}
