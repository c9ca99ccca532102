/** A canvas in main memory that is filled with packed pixels and then drawn from; its memory is used again for every frame. */
export class PixelStage {
  #canvas: OffscreenCanvas | undefined;
  #pen: OffscreenCanvasRenderingContext2D | undefined;
  #image: ImageData | undefined;
  #opaque = true;

  /** What was filled last lies in its top left corner. */
  get canvas(): OffscreenCanvas {
    if (this.#canvas === undefined) throw new Error("Nothing was filled yet.");
    return this.#canvas;
  }

  /**
   * Fill this, rows without a gap, then call `finish`.
   * @param opaque no pixel is transparent: drawing then copies and does not blend
   */
  begin(width: number, height: number, opaque: boolean): Uint32Array {
    const canvas = this.#canvas;
    // A canvas that is large enough stays: panning changes what is in sight by a pixel here and there.
    if (canvas === undefined || canvas.width < width || canvas.height < height || this.#opaque !== opaque) this.#makeCanvas(width, height, opaque);
    if (this.#image?.width !== width || this.#image.height !== height) this.#image = new ImageData(width, height);
    return new Uint32Array(this.#image.data.buffer);
  }

  finish(): void {
    if (this.#image !== undefined) this.#pen?.putImageData(this.#image, 0, 0);
  }

  release(): void {
    this.#canvas = undefined;
    this.#pen = undefined;
    this.#image = undefined;
  }

  #makeCanvas(width: number, height: number, opaque: boolean): void {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d", { alpha: !opaque, willReadFrequently: true });
    if (pen === null) throw new Error("This machine gives no 2D canvas to make the picture on.");
    this.#canvas = canvas;
    this.#pen = pen;
    this.#opaque = opaque;
  }
}
