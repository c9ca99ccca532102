import { DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry } from "three";

/** Floats per instance of each attribute. */
export type AttributeSizes = Readonly<Record<string, number>>;

/**
 * Per-instance attributes that grow by doubling and are otherwise re-used: an overlay of about the same size uploads its
 * floats and allocates nothing.
 */
export class InstanceBuffer {
  readonly geometry = new InstancedBufferGeometry();
  readonly #sizes: AttributeSizes;
  #capacity = 0;

  constructor(sizes: AttributeSizes) {
    this.#sizes = sizes;
    this.geometry.instanceCount = 0;
  }

  /** Starts a new content of `count` instances; `write(attribute)` gives the array to fill from its start. */
  refill(count: number): (attribute: string) => Float32Array {
    if (count > this.#capacity) this.#grow(count);
    this.geometry.instanceCount = count;
    return (name) => {
      const attribute = this.geometry.getAttribute(name);
      attribute.needsUpdate = true;
      if (attribute instanceof InstancedBufferAttribute) {
        attribute.clearUpdateRanges();
        attribute.addUpdateRange(0, count * attribute.itemSize);
      }
      return attribute.array as Float32Array;
    };
  }

  dispose(): void {
    this.geometry.dispose();
  }

  #grow(count: number): void {
    this.#capacity = Math.max(64, 2 ** Math.ceil(Math.log2(count)));
    // The old buffers belong to the geometry's GPU state: it is let go as a whole and made anew at the next draw.
    this.geometry.dispose();
    for (const [name, size] of Object.entries(this.#sizes)) {
      const attribute = new InstancedBufferAttribute(new Float32Array(this.#capacity * size), size);
      attribute.setUsage(DynamicDrawUsage);
      this.geometry.setAttribute(name, attribute);
    }
  }
}
