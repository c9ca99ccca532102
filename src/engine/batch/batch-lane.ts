import type { AnalyzerSettings, Analyzer } from "../analysis/analyzer.ts";
import { OBJECT_FEATURES } from "../../core/features/object-feature-set.ts";
import type { Detection, DetectionSet } from "../../shared/domain/detection.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import { isOcularError } from "../../shared/errors.ts";
import { identityOf } from "./file-identity.ts";
import type { InputFile } from "./inputs.ts";
import type { FileRecord, ObjectRecord, PageRecord } from "./journal-records.ts";
import type { MemoryGate } from "./memory-gate.ts";
import type { PictureReader } from "./picture-reader.ts";
import type { Page } from "./reader-protocol.ts";

/** Larger pages go unmeasured: measuring holds sixteen bytes a pixel. */
const MOST_MEASURED_PX = 32_000_000;

export interface LaneParts {
  readonly reader: PictureReader;
  readonly analyzer: Analyzer;
  /** Weighed in pixels; shared by all lanes. */
  readonly gate: MemoryGate;
  readonly settings: AnalyzerSettings;
  /** um per pixel of every picture, in place of what the files say. */
  readonly pixelSizeUm: number | undefined;
  readonly withFeatures: boolean;
  readonly stop: AbortSignal;
  readonly onPicture: () => void;
  /** A sentence on the pictures; the same one for every picture that it is true of. */
  readonly onNotice: (text: string) => void;
}

const STACK_NOTICE = "Some files hold several planes of one place (depths, channels or times): each plane is counted by itself, and in the sums a cell counts as often as it is seen.";
const DEPTH_NOTICE = 'Some 16-bit pictures have no value above a quarter of full white, and nothing says how many bits their camera has: of 12 or 14 bits they are looked at as nearly black. "significant_bits" in an ocular.json beside them says it.';

/** One reader thread and one analyzer, a picture at a time: about one core's work. */
export class BatchLane {
  readonly #parts: LaneParts;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /**
   * All pages of a file. What is wrong with the file or a page is part of the record; undefined when stopped half-way.
   *
   * @throws OcularError when the analyzer cannot be used any more: nothing else would come of the other files
   */
  async analyzeFile(file: InputFile): Promise<FileRecord | undefined> {
    const { bytes, mtimeMs, beside } = await identityOf(file.path);
    const pages: PageRecord[] = [];
    const failures: ErrorData[] = [];
    const record: FileRecord = { path: file.path, bytes, mtime_ms: mtimeMs, ...(beside === undefined ? {} : { beside }), pages, failures };
    let leave: (() => void) | undefined;
    try {
      const { reader, gate, stop } = this.#parts;
      const largest = await reader.ask({ type: "open", file });
      leave = await gate.enter(largest);
      for (;;) {
        const page = await reader.ask({ type: "next" });
        if (page === undefined) return record;
        if (stop.aborted) return undefined;
        if (page.isPlaneOfStack === true) this.#parts.onNotice(STACK_NOTICE);
        if (page.depthMayBeLess === true) this.#parts.onNotice(DEPTH_NOTICE);
        const found = await this.#analyzePage(file.path, page, async (retry) => {
          leave?.();
          leave = undefined;
          const outcome = await gate.alone(retry);
          leave = await gate.enter(largest);
          return outcome;
        });
        if ("tag" in found) failures.push(found);
        else pages.push(found);
        this.#parts.onPicture();
      }
    } catch (error) {
      if (!isOcularError(error) || this.#isOver()) throw error;
      failures.push(error.data);
      return record;
    } finally {
      leave?.();
    }
  }

  async #analyzePage(path: string, page: Page, alone: (retry: () => Promise<DetectionSet>) => Promise<DetectionSet>): Promise<PageRecord | ErrorData> {
    const { pixelSizeUm: told } = this.#parts;
    const { notSquareUm } = page;
    if (told === undefined && notSquareUm !== undefined) return { tag: "PixelsNotSquare", path, xUm: notSquareUm.x, yUm: notSquareUm.y };
    const pixelSizeUm = told ?? page.pixelSizeUm;
    try {
      const { detections, scaleEstimate } = await this.#look(page, pixelSizeUm, alone);
      // Features with a length in them are left out where the scale is only estimated, too.
      const features = await this.#measure(page, pixelSizeUm, detections);
      return {
        page: page.page, width: page.width, height: page.height,
        ...(pixelSizeUm === undefined ? {} : { pixel_size_um: pixelSizeUm }),
        pixel_size_from: told !== undefined ? "option" : page.pixelSizeUm !== undefined ? "file" : scaleEstimate !== undefined ? "objects" : "model",
        ...(scaleEstimate === undefined ? {} : { scale_estimate: { um_per_px: toSixDigits(scaleEstimate.pixelSizeUm), objects: scaleEstimate.objects, classes: scaleEstimate.classIds } }),
        objects: detections.map((detection, index) => objectRecord(detection, features?.[index])),
      };
    } catch (error) {
      if (!isOcularError(error) || this.#isOver()) throw error;
      return error.data;
    }
  }

  /** A picture under which the process died is tried once more, with nothing else in memory. */
  async #look(page: Page, pixelSizeUm: number | undefined, alone: (retry: () => Promise<DetectionSet>) => Promise<DetectionSet>): Promise<DetectionSet> {
    const { analyzer, settings } = this.#parts;
    const { page: frameId, width, height, pixelFormat, pixels } = page;
    const header = { frameId, width, height, pixelFormat, ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) };
    const look = async (): Promise<DetectionSet> => {
      await analyzer.ready();
      return analyzer.analyze({ header, pixels }, settings);
    };
    try {
      return await look();
    } catch (error) {
      if (!isOcularError(error, "InferenceDied")) throw error;
      return alone(look);
    }
  }

  /** A row per detection; undefined where nothing is measured. */
  async #measure(page: Page, pixelSizeUm: number | undefined, detections: readonly Detection[]): Promise<Array<Array<number | null>> | undefined> {
    if (!this.#parts.withFeatures || detections.length === 0 || page.width * page.height > MOST_MEASURED_PX) return undefined;
    const objects = detections.map(({ box, contour }) => ({ box, contour }));
    const values = await this.#parts.reader.ask({ type: "measure", objects, pixelSizeUm });
    const columns = OBJECT_FEATURES.length;
    return detections.map((_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns), toSevenDigits));
  }

  /** Whether the analyzer has ended for good. */
  #isOver(): boolean {
    const state = this.#parts.analyzer.state();
    return state === "failed" || state === "disposed";
  }
}

function objectRecord({ classId, score, box, contour }: Detection, features: Array<number | null> | undefined): ObjectRecord {
  return {
    class: classId, score, box: [box.x, box.y, box.width, box.height],
    ...(contour === undefined ? {} : { contour }),
    ...(features === undefined ? {} : { features }),
  };
}

/** Finer than any estimate. */
function toSixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

/** More digits than any of them is known to. */
function toSevenDigits(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}

