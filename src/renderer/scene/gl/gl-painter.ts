import { Camera, Color, LinearSRGBColorSpace, Scene, WebGLRenderer } from "three";
import type { PreviewMessage } from "../../../shared/ipc/contract.ts";
import type { ContrastRange } from "../histogram.ts";
import type { PicturePainter } from "../picture-painter.ts";
import { drawsInSoftware } from "../picture-quality.ts";
import type { SizePx, ViewTransform } from "../view-transform.ts";
import { PictureLayer } from "./picture-layer.ts";
import { openWebGl, rendererName } from "./webgl.ts";

/** Paints by WebGL2: every machine with a graphics card. */
export class GlPainter implements PicturePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #onRestored: () => void;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new Camera();
  readonly #layer: PictureLayer;

  /**
   * @param surroundDn grey around the picture, 0 to 255
   * @param onRestored a lost context came back: draw again
   * @throws Error when WebGL2 cannot be had on this machine
   */
  constructor(canvas: HTMLCanvasElement, surroundDn: number, onRestored: () => void) {
    this.#canvas = canvas;
    this.#onRestored = onRestored;
    const context = openWebGl(canvas);
    this.#renderer = new WebGLRenderer({ canvas, context });
    // A canvas keeps its context: an earlier view on the same one may have left it in any state.
    this.#renderer.resetState();
    this.#renderer.outputColorSpace = LinearSRGBColorSpace;
    const surround = surroundDn / 255;
    this.#renderer.setClearColor(new Color().setRGB(surround, surround, surround, LinearSRGBColorSpace), 1);
    this.#layer = new PictureLayer(drawsInSoftware(rendererName(context)));
    this.#scene.add(this.#layer.mesh);
    canvas.addEventListener("webglcontextlost", this.#lost);
    canvas.addEventListener("webglcontextrestored", this.#restored);
  }

  setFrame(preview: PreviewMessage): void {
    this.#layer.setFrame(preview);
  }

  clear(): void {
    this.#layer.clear();
  }

  setContrast(contrast: ContrastRange): void {
    this.#layer.setContrast(contrast);
  }

  setSaturationShown(shown: boolean): void {
    this.#layer.setSaturationShown(shown);
  }

  draw(view: ViewTransform, screen: SizePx): boolean {
    if (this.#renderer.getContext().isContextLost()) return false;
    this.#layer.space.uScreen.value.set(screen.width, screen.height);
    this.#layer.space.uSpace.value.set(view.zoom, view.offsetX, view.offsetY);
    const { width, height } = this.#layer.bufferSize(screen);
    if (this.#canvas.width !== width || this.#canvas.height !== height) this.#renderer.setSize(width, height, false);
    this.#layer.prepare(this.#renderer);
    this.#renderer.render(this.#scene, this.#camera);
    return true;
  }

  dispose(): void {
    this.#canvas.removeEventListener("webglcontextlost", this.#lost);
    this.#canvas.removeEventListener("webglcontextrestored", this.#restored);
    this.#layer.dispose();
    this.#renderer.dispose();
  }

  /** What three keeps of the dead context is let go, or it would be deleted later from the new one, to which it does not belong. */
  readonly #lost = (): void => {
    this.#layer.release();
  };

  /** three has made its state anew; the bytes of the last frame are still here, so the picture comes back by drawing. */
  readonly #restored = (): void => {
    this.#layer.setEconomy(drawsInSoftware(rendererName(this.#renderer.getContext())));
    this.#onRestored();
  };
}
