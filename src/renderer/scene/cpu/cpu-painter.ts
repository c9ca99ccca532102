import type { PreviewMessage } from "../../../shared/ipc/contract.ts";
import { type ContrastRange, IDENTITY_CONTRAST } from "../histogram.ts";
import { drawnSize, redSiteOf } from "../mosaic.ts";
import type { PicturePainter } from "../picture-painter.ts";
import { bufferShare, pictureQuality } from "../picture-quality.ts";
import type { SizePx, ViewTransform } from "../view-transform.ts";
import { demosaicedPixels } from "./demosaiced-pixels.ts";
import { type PixelPlan, planPixels } from "./pixel-plan.ts";
import type { PixelSource } from "./pixel-source.ts";
import { PixelStage } from "./pixel-stage.ts";
import { reducedPixels } from "./reduced-pixels.ts";
import { saturationStripes } from "./saturation-stripes.ts";
import { toneTables } from "./tone-tables.ts";

/**
 * Paints without a graphics card: the processor makes the pixels the screen needs, and a 2D canvas in main memory
 * scales them. WebGL on the processor does the same work through a rasteriser that takes several times as long for it.
 */
export class CpuPainter implements PicturePainter {
  readonly #shown: ImageBitmapRenderingContext;
  readonly #sheet = new OffscreenCanvas(1, 1);
  readonly #pen: OffscreenCanvasRenderingContext2D;
  readonly #surround: string;
  readonly #stage = new PixelStage();
  #stripes: CanvasPattern | undefined;
  #tones = toneTables(IDENTITY_CONTRAST);
  #contrast: ContrastRange = IDENTITY_CONTRAST;
  #marksSaturated = false;
  #preview: PreviewMessage | undefined;
  /** What the stage holds; undefined when it has to be made anew. */
  #made: PixelPlan | undefined;

  /** @param surroundDn grey around the picture, 0 to 255 */
  constructor(canvas: HTMLCanvasElement, surroundDn: number) {
    this.#surround = `rgb(${surroundDn} ${surroundDn} ${surroundDn})`;
    // A canvas that only shows finished bitmaps is a layer of its own for the compositor. One with a 2D context is, without
    // a graphics card, part of the page: every frame would be painted again into the page's tiles.
    const shown = canvas.getContext("bitmaprenderer", { alpha: false });
    const pen = this.#sheet.getContext("2d", { alpha: false, willReadFrequently: true });
    if (shown === null || pen === null) throw new Error("This machine gives no canvas to draw the picture on.");
    this.#shown = shown;
    this.#pen = pen;
  }

  setFrame(preview: PreviewMessage): void {
    this.#preview = preview;
    this.#made = undefined;
  }

  clear(): void {
    this.#preview = undefined;
    this.#made = undefined;
    this.#stage.release();
  }

  setContrast(contrast: ContrastRange): void {
    const { minDn, maxDn, gamma } = this.#contrast;
    if (contrast.minDn === minDn && contrast.maxDn === maxDn && contrast.gamma === gamma) return;
    this.#contrast = contrast;
    this.#tones = toneTables(contrast);
    this.#made = undefined;
  }

  setSaturationShown(shown: boolean): void {
    this.#marksSaturated = shown;
    this.#made = undefined;
  }

  draw(view: ViewTransform, screen: SizePx): boolean {
    const preview = this.#preview;
    const scale = view.zoom * (preview?.reduction ?? 1);
    const share = preview === undefined ? 1 : bufferShare(preview.layout, scale, true);
    const width = Math.ceil(screen.width * share);
    const height = Math.ceil(screen.height * share);
    if (this.#sheet.width !== width) this.#sheet.width = width;
    if (this.#sheet.height !== height) this.#sheet.height = height;
    this.#pen.fillStyle = this.#surround;
    this.#pen.fillRect(0, 0, width, height);
    if (preview !== undefined) this.#drawPicture(preview, view, screen);
    this.#shown.transferFromImageBitmap(this.#sheet.transferToImageBitmap());
    return true;
  }

  dispose(): void {
    this.clear();
  }

  #drawPicture(preview: PreviewMessage, view: ViewTransform, screen: SizePx): void {
    const plan = planPixels(preview, view, screen);
    if (plan.width <= 0 || plan.height <= 0) return;
    if (this.#made === undefined || !samePlan(plan, this.#made)) this.#make(preview, plan);
    this.#made = plan;
    const scale = view.zoom * preview.reduction;
    const perBuffer = { x: this.#sheet.width / screen.width, y: this.#sheet.height / screen.height };
    const x = (view.offsetX + plan.rect.left * scale) * perBuffer.x;
    const y = (view.offsetY + plan.rect.top * scale) * perBuffer.y;
    const width = plan.width * plan.block * scale * perBuffer.x;
    const height = plan.height * plan.block * scale * perBuffer.y;
    const pen = this.#pen;
    if (this.#marksSaturated) {
      this.#stripes ??= saturationStripes(pen);
      pen.fillStyle = this.#stripes;
      // Whole pixels only: where the picture's edge covers half a pixel, the stripes would show through the other half.
      const left = Math.ceil(x);
      const top = Math.ceil(y);
      pen.fillRect(left, top, Math.floor(x + width) - left, Math.floor(y + height) - top);
    }
    pen.imageSmoothingEnabled = !pictureQuality(scale, true).nearest;
    pen.drawImage(this.#stage.canvas, 0, 0, plan.width, plan.height, x, y, width, height);
  }

  #make(preview: PreviewMessage, plan: PixelPlan): void {
    const source: PixelSource = {
      bytes: new Uint8Array(preview.pixels), stride: preview.width, layout: preview.layout, redSite: redSiteOf(preview.cfa ?? "RGGB"),
      tones: this.#tones, marksSaturated: this.#marksSaturated,
    };
    const pixels = this.#stage.begin(plan.width, plan.height, !this.#marksSaturated);
    if (preview.layout === "bayer8" && plan.block === 1) demosaicedPixels(pixels, source, drawnSize(preview), plan.rect);
    else reducedPixels(pixels, source, plan.rect, plan.block);
    this.#stage.finish();
  }
}

function samePlan(a: PixelPlan, b: PixelPlan): boolean {
  return a.block === b.block && a.rect.left === b.rect.left && a.rect.top === b.rect.top && a.rect.width === b.rect.width && a.rect.height === b.rect.height;
}
