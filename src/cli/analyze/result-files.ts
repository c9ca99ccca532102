import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cocoShape } from "../../core/contours/coco-segmentation.ts";
import { poissonInterval, wilsonInterval } from "../../core/counting/intervals.ts";
import { diskError } from "../../engine/session/disk-errors.ts";
import { diskFiles } from "../../engine/session/session-files.ts";
import type { ClassInfo, Detection, DetectionSet } from "../../shared/domain/detection.ts";
import { csvLine, rounded } from "./csv.ts";
import type { SourcedInput } from "./inputs.ts";
import { PartFile } from "./part-file.ts";

const OBJECT_COLUMNS = ["picture", "page", "object", "class", "score", "x_px", "y_px", "width_px", "height_px", "width_um", "height_um"];
const COUNT_COLUMNS = ["picture", "page", "class", "n", "n_low95", "n_high95", "share", "share_low95", "share_high95", "area_um2"];

/**
 * The files of one analysis, written while it runs: memory does not grow with the number of pictures. They get their
 * names together, at `finish`.
 */
export class ResultFiles {
  readonly #classes: readonly ClassInfo[];
  readonly #folder: string;
  readonly #objects: PartFile;
  readonly #counts: PartFile;
  readonly #coco: PartFile;
  /** Kept until the annotations are written: a COCO file has both lists. A line per picture. */
  #images: string[] = [];
  #pictures = 0;
  #annotations = 0;

  private constructor(folder: string, classes: readonly ClassInfo[], files: readonly [PartFile, PartFile, PartFile]) {
    this.#folder = folder;
    this.#classes = classes;
    [this.#objects, this.#counts, this.#coco] = files;
  }

  /** @throws OcularError DiskFull, DiskUnwritable. */
  static async create(folder: string, classes: readonly ClassInfo[]): Promise<ResultFiles> {
    await mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
      throw await diskError(error, folder, 0, diskFiles);
    });
    const objects = await PartFile.create(join(folder, "objects.csv"));
    const counts = await PartFile.create(join(folder, "counts.csv"));
    const coco = await PartFile.create(join(folder, "detections.coco.json"));
    await objects.write(csvLine(OBJECT_COLUMNS));
    await counts.write(csvLine(COUNT_COLUMNS));
    const categories = classes.map(({ id }, index) => ({ id: index + 1, name: id, supercategory: "" }));
    await coco.write(`{"info":{"description":"Detections by Ocular; see run.json"},\n"categories":${JSON.stringify(categories)},\n"annotations":[`);
    return new ResultFiles(folder, classes, [objects, counts, coco]);
  }

  async add(input: SourcedInput, set: DetectionSet): Promise<void> {
    this.#pictures++;
    const { header, source } = input;
    this.#images.push(JSON.stringify({
      id: this.#pictures, file_name: source.name, width: header.width, height: header.height, path: source.path,
      ...(source.page === 0 ? {} : { page: source.page }),
      ...(source.fieldId === undefined ? {} : { field_id: source.fieldId }),
      ...(header.pixelSizeUm === undefined ? {} : { pixel_size_um: header.pixelSizeUm }),
      pixel_size_from: source.pixelSizeFrom,
    }));
    for (const [index, detection] of set.detections.entries()) {
      await this.#coco.write(this.#annotation(detection, header));
      await this.#objects.write(objectLine(input, index + 1, detection));
    }
    for (const line of countLines(input, set, this.#classes)) await this.#counts.write(line);
  }

  /** Name the files. run.json is the last: where it is, the others are whole. */
  async finish(run: unknown): Promise<void> {
    await this.#coco.write("\n],\n\"images\":[");
    for (const [index, image] of this.#images.entries()) await this.#coco.write(`${index === 0 ? "" : ","}\n${image}`);
    this.#images = [];
    await this.#coco.write("\n]}\n");
    const runFile = await PartFile.create(join(this.#folder, "run.json"));
    await runFile.write(`${JSON.stringify(run, undefined, 2)}\n`);
    for (const file of [this.#objects, this.#counts, this.#coco, runFile]) await file.commit();
  }

  /** Leave nothing behind. */
  async discard(): Promise<void> {
    for (const file of [this.#objects, this.#counts, this.#coco]) await file.discard();
  }

  #annotation({ box, classId, score, contour }: Detection, picture: { readonly width: number; readonly height: number }): string {
    const isFirst = this.#annotations === 0;
    const id = ++this.#annotations;
    const bbox = [box.x, box.y, box.width, box.height].map((side) => rounded(side, 3));
    const category = this.#classes.findIndex((one) => one.id === classId) + 1;
    const { segmentation, area } = contour === undefined ? { segmentation: [], area: box.width * box.height } : cocoShape(contour, picture);
    const annotation = { id, image_id: this.#pictures, category_id: category, bbox, area: rounded(area, 3), score: rounded(score, 6), iscrowd: 0, segmentation };
    return `${isFirst ? "" : ","}\n${JSON.stringify(annotation)}`;
  }
}

function objectLine({ header, source }: SourcedInput, number: number, { box, classId, score }: Detection): string {
  const um = (lengthPx: number): number | undefined => (header.pixelSizeUm === undefined ? undefined : lengthPx * header.pixelSizeUm);
  return csvLine([source.name, source.page, number, classId, rounded(score, 6), box.x, box.y, box.width, box.height, um(box.width), um(box.height)], 6);
}

function countLines({ header, source }: SourcedInput, set: DetectionSet, classes: readonly ClassInfo[]): string[] {
  const total = set.detections.length;
  const areaUm2 = header.pixelSizeUm === undefined ? undefined : header.width * header.height * header.pixelSizeUm ** 2;
  return classes.map(({ id }) => {
    const n = set.detections.filter((detection) => detection.classId === id).length;
    const interval = poissonInterval(n);
    const share = total === 0 ? undefined : wilsonInterval(n, total);
    return csvLine([source.name, source.page, id, n, interval.low, interval.high, total === 0 ? undefined : n / total, share?.low, share?.high, areaUm2], 4);
  });
}
