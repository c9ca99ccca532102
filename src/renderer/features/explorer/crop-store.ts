import type { InstrumentClient } from "../../api/client.ts";
import { MOST_CROPS } from "../../../shared/domain/features.ts";
import type { ExploredCell } from "./cell-table.ts";

/** Side of a cell's picture, px. */
export const CROP_PX = 72;
/** Pictures kept: some 45 MB. */
const MOST_KEPT = 3000;

/** Small pictures of cells, asked for in one go a field and kept. */
export interface CropStore {
  /** Pictures of these cells as they come; a cell that has one already is told at once. @throws OcularError */
  load(name: string, cells: readonly ExploredCell[], onCrop: (cell: ExploredCell, rgb: Uint8Array) => void, signal: AbortSignal): Promise<void>;
}

export function createCropStore(client: InstrumentClient): CropStore {
  const kept = new Map<string, Uint8Array>();
  const keyOf = (name: string, cell: ExploredCell): string => `${name}\n${cell.fieldId}\n${cell.id}`;
  const keep = (key: string, rgb: Uint8Array): void => {
    kept.set(key, rgb);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
  };
  return {
    load: async (name, cells, onCrop, signal) => {
      const missing = new Map<string, ExploredCell[]>();
      for (const cell of cells) {
        const known = kept.get(keyOf(name, cell));
        if (known !== undefined) onCrop(cell, known);
        else missing.set(cell.fieldId, [...(missing.get(cell.fieldId) ?? []), cell]);
      }
      for (const [fieldId, wanted] of missing) {
        for (let from = 0; from < wanted.length && !signal.aborted; from += MOST_CROPS) {
          const part = wanted.slice(from, from + MOST_CROPS);
          const { rgb } = await client.call("features.crop", { name, fieldId, boxes: part.map(({ box }) => box), sidePx: CROP_PX });
          const size = CROP_PX * CROP_PX * 3;
          for (const [index, cell] of part.entries()) {
            const one = rgb.slice(index * size, (index + 1) * size);
            keep(keyOf(name, cell), one);
            if (!signal.aborted) onCrop(cell, one);
          }
        }
      }
    },
  };
}
