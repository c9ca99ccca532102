import type { Detection } from "../../shared/domain/detection.ts";
import type { FakePicture } from "../api/fake-instrument.ts";

interface Coco {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly category_id: number; readonly bbox: readonly [number, number, number, number] }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
}

const CLASS_IDS: Readonly<Record<string, string>> = { RBC: "red-cell", WBC: "white-cell", Platelets: "platelet" };

/** A real blood smear with its labels where the data folder is at hand; else a drawn one. */
export async function loadFakePicture(): Promise<FakePicture> {
  const answer = await fetch("/bccd/annotations.json");
  if (!answer.ok || answer.headers.get("content-type")?.includes("json") !== true) return drawnPicture();
  const coco = (await answer.json()) as Coco;
  const image = coco.images[0];
  if (image === undefined) return drawnPicture();
  const bitmap = await createImageBitmap(await (await fetch(`/bccd/images/${image.file_name}`)).blob());
  const names = new Map(coco.categories.map((category) => [category.id, CLASS_IDS[category.name] ?? category.name]));
  const detections = coco.annotations
    .filter((annotation) => annotation.image_id === image.id)
    .map(({ bbox: [x, y, width, height], category_id }, index): Detection => ({ id: `d${index}`, classId: names.get(category_id) ?? "?", score: 0.42 + ((index * 37) % 57) / 100, box: { x, y, width, height } }));
  return { width: bitmap.width, height: bitmap.height, rgb: rgbOf(bitmap), detections };
}

function rgbOf(source: CanvasImageSource & { readonly width: number; readonly height: number }): Uint8Array<ArrayBuffer> {
  const canvas = new OffscreenCanvas(source.width, source.height);
  const paint = canvas.getContext("2d");
  if (paint === null) throw new Error("This browser has no 2D canvas.");
  paint.drawImage(source, 0, 0);
  const rgba = paint.getImageData(0, 0, source.width, source.height).data;
  const rgb = new Uint8Array(source.width * source.height * 3);
  for (let pixel = 0; pixel < source.width * source.height; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = rgba[pixel * 4 + channel] ?? 0;
  }
  return rgb;
}

/** Round red cells on a pale ground: enough to see where things lie. */
function drawnPicture(): FakePicture {
  const canvas = new OffscreenCanvas(640, 480);
  const paint = canvas.getContext("2d");
  if (paint === null) throw new Error("This browser has no 2D canvas.");
  paint.fillStyle = "rgb(228 222 224)";
  paint.fillRect(0, 0, 640, 480);
  const detections = Array.from({ length: 20 }, (_, index): Detection => {
    const box = { x: 30 + (index % 5) * 120, y: 20 + Math.floor(index / 5) * 115, width: 88, height: 88 };
    paint.fillStyle = "rgb(205 150 155)";
    paint.beginPath();
    paint.arc(box.x + 44, box.y + 44, 42, 0, 2 * Math.PI);
    paint.fill();
    return { id: `d${index}`, classId: index % 7 === 3 ? "white-cell" : "red-cell", score: 0.5 + (index % 5) / 10, box };
  });
  return { width: 640, height: 480, rgb: rgbOf(canvas), detections };
}
