import type { GreyPlane, LabelMap, Mask } from "../../image/plane.ts";
import { checkLabelMap, checkPlane, checkSameSize } from "./plane-checks.ts";
import { checkInto, labelsFor } from "./result-memory.ts";

/** Throws RangeError unless all are of one size and the result has its place. */
export function checkWatershed(ground: GreyPlane, markers: LabelMap, mask: Mask, into: Int32Array | undefined): void {
  checkPlane(ground, "watershed");
  checkPlane(mask, "watershed");
  checkLabelMap(markers, "watershed");
  checkSameSize(ground, mask, "watershed");
  checkSameSize(ground, markers, "watershed");
  for (const given of [ground.data, markers.labels, mask.data]) checkInto(into, ground.data.length, given, "watershed");
}

/** See PixelKernels.watershed. */
export function watershed(ground: GreyPlane, markers: LabelMap, mask: Mask, into?: Int32Array): LabelMap {
  checkWatershed(ground, markers, mask, into);
  const { width, height, data } = ground;
  const labels = labelsFor(into, data.length, data, "watershed");
  const queue = new FloodQueue(data);
  const enter = (i: number, label: number): void => {
    if (labels[i] !== 0 || mask.data[i] === 0) return;
    labels[i] = label;
    queue.push(i);
  };
  markers.labels.forEach((label, i) => {
    if (label > 0) enter(i, label);
  });
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    const label = labels[i] ?? 0;
    const x = i % width;
    if (i >= width) enter(i - width, label);
    if (x > 0) enter(i - 1, label);
    if (x < width - 1) enter(i + 1, label);
    if (i + width < data.length) enter(i + width, label);
  }
  return { width, height, labels, count: markers.count };
}

/** Pixels by their ground, highest first, and among equals in the order in which they entered: a binary heap. */
class FloodQueue {
  readonly #ground: Float32Array;
  /** Pixel and when it entered. */
  readonly #pixel: number[] = [];
  readonly #entry: number[] = [];
  #entered = 0;

  constructor(ground: Float32Array) {
    this.#ground = ground;
  }

  push(pixel: number): void {
    const entry = this.#entered++;
    let place = this.#pixel.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#precedes(pixel, entry, parent)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#pixel[place] = pixel;
    this.#entry[place] = entry;
  }

  pop(): number | undefined {
    const first = this.#pixel[0];
    const pixel = this.#pixel.pop();
    const entry = this.#entry.pop();
    const size = this.#pixel.length;
    if (pixel === undefined || entry === undefined || size === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#precedes(this.#pixel[child + 1] ?? 0, this.#entry[child + 1] ?? 0, child)) child++;
      if (this.#precedes(pixel, entry, child)) break;
      this.#move(child, place);
      place = child;
    }
    this.#pixel[place] = pixel;
    this.#entry[place] = entry;
    return first;
  }

  #move(from: number, to: number): void {
    this.#pixel[to] = this.#pixel[from] ?? 0;
    this.#entry[to] = this.#entry[from] ?? 0;
  }

  #precedes(pixel: number, entry: number, place: number): boolean {
    const mine = this.#ground[pixel] ?? 0;
    const other = this.#ground[this.#pixel[place] ?? 0] ?? 0;
    return mine === other ? entry < (this.#entry[place] ?? 0) : mine > other;
  }
}
