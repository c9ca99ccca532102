import { DataTexture, LinearFilter, NoColorSpace, RedFormat, RGBFormat, RGFormat, UnsignedByteType } from "three";
import type { PreviewMessage } from "../../../shared/ipc/contract.ts";
import { drawnSize } from "../mosaic.ts";

/**
 * How a mosaic lies in its texture: two bytes to a texel, two rows of the mosaic side by side in one row of texels. That
 * is the mosaic's own order in memory (nothing is copied), and it makes each of the four colour sites a plane that the
 * graphics card can filter: even rows in the left half (sites 0,0 and 1,0), odd rows in the right half (0,1 and 1,1).
 */
interface TextureShape {
  readonly width: number;
  readonly height: number;
  readonly format: typeof RedFormat | typeof RGFormat | typeof RGBFormat;
}

/** The newest frame's bytes on the graphics card. The texture is made anew only when size or layout change. */
export class FrameTexture {
  #texture: DataTexture | undefined;
  #shape: TextureShape | undefined;
  /** How often a texture was made, for tests: once per size and layout. */
  made = 0;

  get texture(): DataTexture | undefined {
    return this.#texture;
  }

  /** Hands the bytes to three, which sends them with the next draw. The buffer is kept until the next frame (a lost context needs it again). */
  setFrame(preview: PreviewMessage): void {
    const bytes = preview.layout === "bayer8" ? wholeCells(preview) : new Uint8Array(preview.pixels);
    const shape = shapeOf(preview);
    if (this.#texture === undefined || this.#shape === undefined || !sameShape(shape, this.#shape)) {
      this.#texture?.dispose();
      this.#texture = makeTexture(shape, bytes);
      this.#shape = shape;
      this.made += 1;
    } else {
      this.#texture.image.data = bytes;
    }
    this.#texture.needsUpdate = true;
  }

  dispose(): void {
    this.#texture?.dispose();
    this.#texture = undefined;
    this.#shape = undefined;
  }
}

function shapeOf(preview: PreviewMessage): TextureShape {
  const { width, height } = drawnSize(preview);
  switch (preview.layout) {
    case "mono8":
      return { width, height, format: RedFormat };
    case "rgb8":
      return { width, height, format: RGBFormat };
    case "bayer8":
      return { width, height: height / 2, format: RGFormat };
  }
}

function sameShape(a: TextureShape, b: TextureShape): boolean {
  return a.width === b.width && a.height === b.height && a.format === b.format;
}

function makeTexture({ width, height, format }: TextureShape, bytes: Uint8Array<ArrayBuffer>): DataTexture {
  const texture = new DataTexture(bytes, width, height, format, UnsignedByteType);
  // Bytes are bytes: no colour management. three knows no sized name for plain RGB by itself.
  texture.colorSpace = NoColorSpace;
  if (format === RGBFormat) texture.internalFormat = "RGB8";
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.unpackAlignment = 1;
  return texture;
}

function wholeCells(preview: PreviewMessage): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(preview.pixels);
  const { width, height } = drawnSize(preview);
  if (width === preview.width) return all.subarray(0, width * height);
  const cut = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) cut.set(all.subarray(y * preview.width, y * preview.width + width), y * width);
  return cut;
}
