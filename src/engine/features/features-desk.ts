import { join } from "node:path";
import { measureObjects } from "../../core/features/measure-objects.ts";
import type { Crops, CropsRequest, FieldFeatures } from "../../shared/domain/features.ts";
import { errorDataOf } from "../../shared/errors.ts";
import { scaledPicture } from "../analysis/rules/recipe-picture.ts";
import { fieldPath } from "../session/field-file.ts";
import { pictureOf } from "../session/field-picture.ts";
import type { RgbPicture } from "../session/field-picture.ts";
import { readOmeTiff } from "../session/ome-tiff.ts";
import { cropCells } from "./crop-cells.ts";
import type { FeaturesMessage, FeaturesRequest } from "./features-protocol.ts";
import { SessionContentsCache } from "./session-contents-cache.ts";

/** Pictures kept for the next crops: a gallery comes back to the same fields. Some 7 MB each. */
const MOST_PICTURES = 6;

/** Measures kept fields and cuts cells out of them; the inside of the features worker, without the thread. */
export class FeaturesDesk {
  readonly #sessions = new SessionContentsCache();
  readonly #pictures = new Map<string, RgbPicture>();

  /** Never throws: what goes wrong is the answer. */
  async answer(request: FeaturesRequest): Promise<FeaturesMessage> {
    try {
      if (request.type === "measure") return { id: request.id, type: "measured", features: await this.#measure(request.folder, request.fieldId) };
      return { id: request.id, type: "cropped", crops: await this.#crop(request.folder, request.request) };
    } catch (error) {
      return { id: request.id, type: "fault", error: errorDataOf(error, request.type === "measure" ? "Measuring a field" : "Cutting out cells") };
    }
  }

  async #measure(folder: string, fieldId: string): Promise<FieldFeatures> {
    const { header, detections = [], second } = await this.#sessions.field(folder, fieldId);
    // What a second analyzer found counts once a person has confirmed it; then its numbers must be there.
    const opinions = [detections, second?.detections ?? []];
    const detectionIds = opinions.flat().map(({ id }) => id);
    if (detectionIds.length === 0) return { fieldId, detectionIds, values: new Float64Array() };
    const stored = await readOmeTiff(pathOf(folder, fieldId));
    // The picture as it is: no working scale, so the assumed one has no part.
    const { picture } = scaledPicture({ assumedPixelSizeUm: 1 }, stored);
    // Each by itself: neighbours are those of the same analyzer.
    const measured = opinions.map((objects) => measureObjects({ planes: picture.planes, pixelSizeUm: header.pixelSizeUm }, objects));
    const values = new Float64Array(measured.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of measured) {
      values.set(part, at);
      at += part.length;
    }
    return { fieldId, detectionIds, values };
  }

  async #crop(folder: string, { fieldId, boxes, sidePx }: CropsRequest): Promise<Crops> {
    return { sidePx, rgb: cropCells(await this.#picture(pathOf(folder, fieldId)), boxes, sidePx) };
  }

  async #picture(path: string): Promise<RgbPicture> {
    const known = this.#pictures.get(path);
    const picture = known ?? pictureOf(await readOmeTiff(path));
    // The last used stand at the end.
    this.#pictures.delete(path);
    this.#pictures.set(path, picture);
    for (const oldest of this.#pictures.keys()) {
      if (this.#pictures.size <= MOST_PICTURES) break;
      this.#pictures.delete(oldest);
    }
    return picture;
  }
}

function pathOf(folder: string, fieldId: string): string {
  return join(folder, ...fieldPath(fieldId).split("/"));
}
