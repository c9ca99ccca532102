import type { PixelKernels } from "../../../../core/kernels/pixel-kernels.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { elementsOf } from "../link/wire-tensor.ts";

/** Float32 memory kept for the next tensors: as many as are ever under way. */
const MOST_KEPT = 3;

/** Makes float32 of tensors that travelled as bytes with gain and offset, in memory that is used again. */
export class TensorWidener {
  readonly #kernels: Pick<PixelKernels, "lookUp">;
  readonly #free: ArrayBufferLike[] = [];
  readonly #table = new Float32Array(256);

  constructor(kernels: Pick<PixelKernels, "lookUp">) {
    this.#kernels = kernels;
  }

  /**
   * The tensor as the model takes it. Others than bytes with `affine` are returned as they are.
   *
   * @throws TypeError when something else than bytes is to be scaled.
   */
  widen(tensor: WireTensor): WireTensor {
    const { affine, data, name, shape } = tensor;
    if (affine === undefined) return tensor;
    if (!(data instanceof Uint8Array)) throw new TypeError(`${name}: only bytes can be scaled on arrival`);
    const values = this.#take(data.length);
    const channels = shape[1] ?? 1;
    const plane = elementsOf(shape.slice(2));
    for (let at = 0; at < data.length; at += plane) {
      const channel = (at / plane) % channels;
      this.#fillTable(affine.gain[channel] ?? 1, affine.offset[channel] ?? 0);
      this.#kernels.lookUp(data.subarray(at, at + plane), this.#table, values.subarray(at, at + plane));
    }
    return { name, dtype: "float32", shape, data: values };
  }

  /** Memory for tensors to come; one that does not fit them is let go. */
  giveBack(memory: ArrayBufferLike): void {
    this.#free.push(memory);
    if (this.#free.length > MOST_KEPT) this.#free.shift();
  }

  #take(length: number): Float32Array {
    const byteLength = length * Float32Array.BYTES_PER_ELEMENT;
    const index = this.#free.findIndex((memory) => memory.byteLength === byteLength);
    const [memory] = index < 0 ? [] : this.#free.splice(index, 1);
    return memory === undefined ? new Float32Array(length) : new Float32Array(memory);
  }

  #fillTable(gain: number, offset: number): void {
    for (let value = 0; value < 256; value++) this.#table[value] = value * gain + offset;
  }
}
