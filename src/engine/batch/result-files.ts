import { join } from "node:path";
import type { PictureBorder } from "../../shared/domain/batch.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { diskError } from "../session/disk-errors.ts";
import { diskFiles } from "../session/session-files.ts";
import { CocoFile } from "./coco-file.ts";
import { countedAreaUm2, countedObjects, countingFrameOf } from "./counted-objects.ts";
import type { InputFile } from "./inputs.ts";
import type { FileRecord } from "./journal-records.ts";
import { PartFile } from "./part-file.ts";
import { COUNT_COLUMNS, objectColumns } from "./result-columns.ts";
import type { CountRow, ObjectRow } from "./result-columns.ts";
import { TableFiles } from "./table-files.ts";

/** The files of one batch, written a file of input after the other: memory does not grow with their number. */
export class ResultFiles {
  readonly #folder: string;
  readonly #classes: readonly ClassInfo[];
  readonly #coco: CocoFile;
  readonly #objects: TableFiles<ObjectRow>;
  readonly #counts: TableFiles<CountRow>;
  #run: PartFile | undefined;

  private constructor(folder: string, classes: readonly ClassInfo[], coco: CocoFile, objects: TableFiles<ObjectRow>, counts: TableFiles<CountRow>) {
    this.#folder = folder;
    this.#classes = classes;
    this.#coco = coco;
    this.#objects = objects;
    this.#counts = counts;
  }

  /** @throws OcularError DiskFull, DiskUnwritable. */
  static async create(folder: string, classes: readonly ClassInfo[], withFeatures: boolean): Promise<ResultFiles> {
    const coco = await CocoFile.create(join(folder, "detections.coco.json"), classes);
    const objects = await TableFiles.create(join(folder, "objects"), objectColumns(withFeatures));
    return new ResultFiles(folder, classes, coco, objects, await TableFiles.create(join(folder, "counts"), COUNT_COLUMNS));
  }

  async add(file: InputFile, record: FileRecord, border: PictureBorder): Promise<void> {
    const { path } = file;
    const frame = countingFrameOf(file, border);
    for (const page of record.pages) {
      await this.#coco.add(file, page);
      for (const [index, object] of page.objects.entries()) await this.#objects.add({ path, page, number: index + 1, object });
      const counted = countedObjects(page, frame);
      for (const { id } of this.#classes) {
        const n = counted.filter((object) => object.class === id).length;
        await this.#counts.add({ path, page, classId: id, n, total: counted.length, areaUm2: countedAreaUm2(page, frame) });
      }
    }
  }

  /** Name the files, all at the end. run.json is the last: where it is, the others are whole. */
  async finish(run: unknown): Promise<void> {
    for (const file of [this.#coco, this.#objects, this.#counts]) await file.finish();
    const path = join(this.#folder, "run.json");
    const runFile = (this.#run = await PartFile.create(path));
    await runFile.write(`${JSON.stringify(run, undefined, 2)}\n`);
    // That of an earlier batch would vouch for files of which some are new and some are not.
    await onDisk(path, () => diskFiles.remove(path));
    for (const file of [this.#coco, this.#objects, this.#counts]) await file.commit();
    await runFile.commit();
    // Then the journal goes: the names must outlast it.
    await onDisk(this.#folder, () => diskFiles.syncFolder(this.#folder));
  }

  /** Leave nothing behind. */
  async discard(): Promise<void> {
    for (const file of [this.#coco, this.#objects, this.#counts, this.#run]) await file?.discard();
  }
}

async function onDisk(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw await diskError(error, path, 0, diskFiles);
  }
}
