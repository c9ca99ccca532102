import type { GreyPlane, Mask } from "../../image/plane.ts";
import { checkPlane } from "./plane-checks.ts";
import { numbersFor } from "./result-memory.ts";

/** See PixelKernels.distanceTransform: the squares are whole numbers and exact; their root is rounded once. */
export function distanceTransform(mask: Mask, into?: Float32Array): GreyPlane {
  checkPlane(mask, "distanceTransform");
  const squares = squaredDistance(mask);
  const distance = numbersFor(into, squares.length, mask.data, "distanceTransform");
  for (let i = 0; i < squares.length; i++) distance[i] = Math.sqrt(squares[i] ?? 0);
  return { width: mask.width, height: mask.height, data: distance };
}

/** Squared Euclidean distance to the nearest 0, px2; infinite where there is none (Felzenszwalb and Huttenlocher 2012). */
export function squaredDistance(mask: Mask): Float64Array {
  const { width, height } = mask;
  const vertical = distanceWithinColumns(mask);
  const squares = new Float64Array(vertical.length);
  const envelope = new LowerEnvelope(width);
  for (let y = 0; y < height; y++) {
    const row = vertical.subarray(y * width, (y + 1) * width);
    envelope.build(row);
    envelope.sample(squares.subarray(y * width, (y + 1) * width));
  }
  return squares;
}

/** Distance to the nearest 0 above or below, px. */
function distanceWithinColumns({ width, height, data }: Mask): Float64Array {
  const distance = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) distance[i] = i < width ? Infinity : (distance[i - width] ?? 0) + 1;
  }
  for (let i = (height - 1) * width - 1; i >= 0; i--) {
    distance[i] = Math.min(distance[i] ?? 0, (distance[i + width] ?? 0) + 1);
  }
  return distance;
}

/** The lowest of the parabolas (x - apex)2 + height(apex)2 at each x. */
class LowerEnvelope {
  /** Apexes of the parabolas that are lowest somewhere, from left to right. */
  readonly #apex: Int32Array;
  readonly #height: Float64Array;
  /** Where each becomes the lowest. */
  readonly #start: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.#apex = new Int32Array(width);
    this.#height = new Float64Array(width);
    this.#start = new Float64Array(width);
  }

  build(distance: Float64Array): void {
    this.#count = 0;
    for (let x = 0; x < distance.length; x++) {
      const height = (distance[x] ?? 0) ** 2;
      if (height === Infinity) continue;
      let start = this.#crossing(x, height);
      while (this.#count > 0 && start <= (this.#start[this.#count - 1] ?? 0)) {
        this.#count--;
        start = this.#crossing(x, height);
      }
      this.#apex[this.#count] = x;
      this.#height[this.#count] = height;
      this.#start[this.#count++] = start;
    }
  }

  /** Where a parabola to the right of all others falls below the last of them. */
  #crossing(apex: number, height: number): number {
    if (this.#count === 0) return -Infinity;
    const last = this.#apex[this.#count - 1] ?? 0;
    return (height + apex * apex - (this.#height[this.#count - 1] ?? 0) - last * last) / (2 * (apex - last));
  }

  sample(into: Float64Array): void {
    if (this.#count === 0) {
      into.fill(Infinity);
      return;
    }
    for (let x = 0, k = 0; x < into.length; x++) {
      while (k + 1 < this.#count && (this.#start[k + 1] ?? 0) < x) k++;
      into[x] = (x - (this.#apex[k] ?? 0)) ** 2 + (this.#height[k] ?? 0);
    }
  }
}
