import type { BoxPx } from "../../shared/domain/detection.ts";
import type { InputFile } from "./inputs.ts";
import type { FileRecord } from "./journal-records.ts";

/** A cell that can be looked at. */
export interface GalleryCell {
  readonly file: InputFile;
  readonly page: number;
  /** Counted from 1 within the page, as in the tables. */
  readonly number: number;
  readonly score: number;
  readonly box: BoxPx;
}

/** Nobody looks through more; some 3 MB a class. */
const MOST_CELLS = 20_000;

/** The surest cells of each class of a batch: where they are, not how they look. */
export class GalleryIndex {
  readonly #most: number;
  readonly #classes = new Map<string, GalleryCell[]>();

  constructor(most = MOST_CELLS) {
    this.#most = most;
  }

  add(file: InputFile, record: FileRecord): void {
    for (const { page, objects } of record.pages) {
      for (const [index, { class: classId, score, box: [x, y, width, height] }] of objects.entries()) {
        const cells = this.#classes.get(classId) ?? [];
        this.#classes.set(classId, cells);
        cells.push({ file, page, number: index + 1, score, box: { x, y, width, height } });
        if (cells.length >= 2 * this.#most) this.#cut(cells);
      }
    }
  }

  /** Surest first; equally sure ones in the order of the inputs. */
  cells(classId: string): readonly GalleryCell[] {
    const cells = this.#classes.get(classId) ?? [];
    this.#cut(cells);
    return cells;
  }

  #cut(cells: GalleryCell[]): void {
    // The sort is stable: what came first stays first.
    cells.sort((a, b) => b.score - a.score);
    cells.length = Math.min(cells.length, this.#most);
  }
}
