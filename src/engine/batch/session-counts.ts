import { countReport } from "../../core/counting/count-report.ts";
import type { FrameScale } from "../../core/geometry/stage-from-image.ts";
import type { SessionCount } from "../../shared/domain/batch.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { InputFile, SessionInput } from "./inputs.ts";
import type { FileRecord, ObjectRecord } from "./journal-records.ts";

/**
 * Sessions of a batch, counted anew by the rules they were recorded with: inside the counting frame, and once where a cell
 * lies in the frames of several fields (docs/adr/0012-cells-once.md). Only the session whose fields are coming is in memory.
 */
export class SessionCounts {
  readonly #classIds: readonly string[];
  readonly #done: SessionCount[] = [];
  #session: SessionInput | undefined;
  #fields: FieldView[] = [];

  /** @param classIds of the analyzer that looks now; each is counted, also with 0 */
  constructor(classIds: readonly string[]) {
    this.#classIds = classIds;
  }

  /** Files come in the order of the inputs; those of no session are passed over. */
  add({ field }: InputFile, { pages }: FileRecord): void {
    if (field === undefined) return;
    if (field.session !== this.#session) this.#close();
    this.#session = field.session;
    const [page] = pages;
    // A field that failed has no page: it is in neither the counts nor the area.
    if (page === undefined) return;
    const { pixelSizeUm: recordedUm, stageUmFromPx, ...header } = field.header;
    this.#fields.push({
      fieldId: field.fieldId,
      // A pixel size that was told in place of the session's is the one the objects were found with.
      header: { ...header, width: page.width, height: page.height, ...(page.pixel_size_um === undefined ? {} : scaleOf(page.pixel_size_um, { pixelSizeUm: recordedUm, stageUmFromPx })) },
      detections: page.objects.map((object, index) => detection(object, `${field.fieldId}-${index}`)),
      annotations: [],
    });
  }

  /** Every session whose fields came, in their order. */
  counts(): readonly SessionCount[] {
    this.#close();
    return this.#done;
  }

  #close(): void {
    if (this.#session === undefined) return;
    const { folder, countingFrame, fieldsKept, recorded } = this.#session;
    this.#done.push({ folder, countingFrame, fieldsKept, counts: countReport(this.#fields, countingFrame, this.#classIds), recorded });
    this.#session = undefined;
    this.#fields = [];
  }
}

/** A calibration that was told to be wrong is wrong for the way on the stage too; how the picture is turned stays. */
function scaleOf(pixelSizeUm: number, recorded: FrameScale): FrameScale {
  if (recorded.stageUmFromPx === undefined) return { pixelSizeUm };
  const factor = pixelSizeUm / (recorded.pixelSizeUm ?? pixelSizeUm);
  const [a, b, c, d] = recorded.stageUmFromPx;
  return { pixelSizeUm, stageUmFromPx: factor === 1 ? recorded.stageUmFromPx : [a * factor, b * factor, c * factor, d * factor] };
}

function detection({ class: classId, score, box: [x, y, width, height] }: ObjectRecord, id: string): NonNullable<FieldView["detections"]>[number] {
  return { id, classId, score, box: { x, y, width, height } };
}
