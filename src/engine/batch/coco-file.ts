import { basename } from "node:path";
import { cocoShape } from "../../core/contours/coco-segmentation.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { rounded } from "./csv.ts";
import type { InputFile } from "./inputs.ts";
import type { ObjectRecord, PageRecord } from "./journal-records.ts";
import { PartFile } from "./part-file.ts";

/** detections.coco.json, written page by page: neither of its two lists is ever in memory. */
export class CocoFile {
  readonly #classes: readonly ClassInfo[];
  readonly #file: PartFile;
  /** The second list while the first is written. */
  readonly #images: PartFile;
  #pages = 0;
  #annotations = 0;

  private constructor(classes: readonly ClassInfo[], file: PartFile, images: PartFile) {
    this.#classes = classes;
    this.#file = file;
    this.#images = images;
  }

  static async create(path: string, classes: readonly ClassInfo[]): Promise<CocoFile> {
    const file = await PartFile.create(path);
    const categories = classes.map(({ id }, index) => ({ id: index + 1, name: id, supercategory: "" }));
    await file.write(`{"info":{"description":"Detections by Ocular; see run.json"},\n"categories":${JSON.stringify(categories)},\n"annotations":[`);
    return new CocoFile(classes, file, await PartFile.create(`${path}.images`));
  }

  async add({ path, field }: InputFile, page: PageRecord): Promise<void> {
    const id = ++this.#pages;
    const image = JSON.stringify({
      id, file_name: basename(path), width: page.width, height: page.height, path,
      ...(page.page === 0 ? {} : { page: page.page }),
      ...(field === undefined ? {} : { field_id: field.fieldId }),
      ...(page.pixel_size_um === undefined ? {} : { pixel_size_um: page.pixel_size_um }),
      pixel_size_from: page.pixel_size_from,
      ...(page.scale_estimate === undefined ? {} : { scale_estimate: page.scale_estimate }),
    });
    await this.#images.write(`${id === 1 ? "" : ","}\n${image}`);
    for (const object of page.objects) await this.#file.write(this.#annotation(object, page));
  }

  /** Both lists are whole: what is left to do is {@link commit}. */
  async finish(): Promise<void> {
    await this.#file.write("\n],\n\"images\":[");
    await this.#file.take(this.#images);
    await this.#file.write("\n]}\n");
  }

  commit(): Promise<void> {
    return this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#images.discard();
    await this.#file.discard();
  }

  #annotation({ class: classId, score, box, contour }: ObjectRecord, page: PageRecord): string {
    const id = ++this.#annotations;
    const category = this.#classes.findIndex((one) => one.id === classId) + 1;
    const { segmentation, area } = contour === undefined ? { segmentation: [], area: box[2] * box[3] } : cocoShape(contour, page);
    const annotation = { id, image_id: this.#pages, category_id: category, bbox: box.map((side) => rounded(side, 3)), area: rounded(area, 3), score: rounded(score, 6), iscrowd: 0, segmentation };
    return `${id === 1 ? "" : ","}\n${JSON.stringify(annotation)}`;
  }
}
