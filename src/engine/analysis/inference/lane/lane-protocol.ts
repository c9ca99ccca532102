import type { AnalysisPlan } from "./analysis-plan.ts";
import type { FoundObject, Picture, PictureRequest } from "./picture-analyst.ts";

/** What the main thread and the analysis worker say to each other: both are ours and one build, nothing is parsed. */
export interface LaneWorkerData {
  readonly plan: AnalysisPlan;
}

export interface LaneRequest extends PictureRequest {
  readonly id: number;
  readonly picture: Picture;
}

/** Why a picture gave no result, when the process is not to blame. */
export type LaneFault = { readonly kind: "picture" | "model" | "link"; readonly reason: string };

export type LaneMessage =
  | { readonly type: "listening"; readonly address: string; readonly token: string }
  | { readonly type: "result"; readonly id: number; readonly objects: PackedObjects }
  | { readonly type: "fault"; readonly id: number; readonly fault: LaneFault };

/** Objects in few arrays, which move to the other thread without a copy. */
export interface PackedObjects {
  /** Six numbers per object: class index, score, x0, y0, x1, y1 in frame pixels. */
  readonly boxes: Float64Array<ArrayBuffer>;
  /** All contours one after the other, x and y in turn, frame pixels; object n has `points[starts[n]]` to `points[starts[n + 1]]`. */
  readonly contours?: { readonly points: Float32Array<ArrayBuffer>; readonly starts: Uint32Array<ArrayBuffer> };
  /** All embeddings one after the other, each `length` numbers. */
  readonly embeddings?: { readonly values: Float32Array<ArrayBuffer>; readonly length: number };
}

const NUMBERS_PER_OBJECT = 6;

/** The packed form; empty contours stand for none. */
export function packObjects(objects: readonly FoundObject[]): PackedObjects {
  const boxes = Float64Array.from(objects.flatMap(({ label, score, x0, y0, x1, y1 }) => [label, score, x0, y0, x1, y1]));
  const length = objects[0]?.embedding?.length ?? 0;
  return {
    boxes,
    ...(objects.some((object) => object.contour !== undefined) ? { contours: packContours(objects) } : {}),
    ...(length === 0 ? {} : { embeddings: packEmbeddings(objects, length) }),
  };
}

/** What can move instead of being copied. */
export function memoryOf({ boxes, contours, embeddings }: PackedObjects): ArrayBuffer[] {
  return [boxes.buffer, ...(contours === undefined ? [] : [contours.points.buffer, contours.starts.buffer]), ...(embeddings === undefined ? [] : [embeddings.values.buffer])];
}

export function unpackObjects({ boxes, contours, embeddings }: PackedObjects): FoundObject[] {
  return Array.from({ length: boxes.length / NUMBERS_PER_OBJECT }, (_, index) => {
    const [label = 0, score = 0, x0 = 0, y0 = 0, x1 = 0, y1 = 0] = boxes.subarray(index * NUMBERS_PER_OBJECT, (index + 1) * NUMBERS_PER_OBJECT);
    const contour = contours?.points.subarray(contours.starts[index] ?? 0, contours.starts[index + 1] ?? 0) ?? [];
    return {
      label, score, x0, y0, x1, y1,
      ...(contour.length === 0 ? {} : { contour: Array.from(contour) }),
      ...(embeddings === undefined ? {} : { embedding: embeddings.values.subarray(index * embeddings.length, (index + 1) * embeddings.length) }),
    };
  });
}

function packContours(objects: readonly FoundObject[]): { points: Float32Array<ArrayBuffer>; starts: Uint32Array<ArrayBuffer> } {
  const starts = new Uint32Array(objects.length + 1);
  for (const [index, { contour = [] }] of objects.entries()) starts[index + 1] = (starts[index] ?? 0) + contour.length;
  const points = new Float32Array(starts[objects.length] ?? 0);
  for (const [index, { contour = [] }] of objects.entries()) points.set(contour, starts[index]);
  return { points, starts };
}

function packEmbeddings(objects: readonly FoundObject[], length: number): { values: Float32Array<ArrayBuffer>; length: number } {
  const values = new Float32Array(objects.length * length);
  for (const [index, { embedding }] of objects.entries()) values.set(embedding ?? [], index * length);
  return { values, length };
}
