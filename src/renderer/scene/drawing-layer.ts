import { GlyphSprites, haloPen } from "./glyph-sprites.ts";
import { countingFrameShape, crosshairSegments, scaleBarMarks, staleShape } from "./mark-shapes.ts";
import type { OverlayPlacement } from "./overlay-placement.ts";
import { paintShapes, type ShapeLook, type Shapes } from "./shape-painter.ts";
import type { SizePx, ViewTransform } from "./view-transform.ts";

/** Which marks are wanted. */
export interface WantedMarks {
  readonly countingInsetUm: number | undefined;
  readonly scaleBar: boolean;
  readonly crosshair: boolean;
  readonly stale: boolean;
}

/** Everything drawn above the picture. Objects are compared by identity: the same ones again cost nothing. */
export interface Drawing {
  /** Frame shown; undefined draws nothing. */
  readonly image: SizePx | undefined;
  readonly pixelSizeUm: number | undefined;
  /** Device pixels. */
  readonly view: ViewTransform;
  readonly overlay: { readonly shapes: Shapes; readonly look: ShapeLook; readonly placement: OverlayPlacement } | undefined;
  readonly marks: WantedMarks;
}

const NO_SHAPES: Shapes = { boxes: [], outlines: [], segments: [], glyphs: [] };

/**
 * Overlay, counting frame, crosshair, scale bar and stale border: a transparent 2D canvas above the picture's. It is drawn
 * when its content changes (some ten times a second) and not with every frame. Measured without a graphics card: 300
 * boxes in the WebGL canvas cost 40 ms of every frame.
 */
export class DrawingLayer {
  readonly element: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #sprites = new GlyphSprites(1);
  #pixelRatio = 1;
  #drawn = "";
  #drawnShapes: Shapes | undefined;

  /** Lays itself exactly over `picture`, inside the same parent. */
  constructor(picture: HTMLCanvasElement) {
    this.element = document.createElement("canvas");
    const { style } = this.element;
    style.position = "absolute";
    style.pointerEvents = "none";
    this.element.setAttribute("aria-hidden", "true");
    const pen = this.element.getContext("2d");
    if (pen === null) throw new Error("This machine gives no 2D canvas to draw overlays on.");
    this.#pen = pen;
    picture.after(this.element);
  }

  resize(picture: HTMLCanvasElement, screen: SizePx, pixelRatio: number): void {
    const { style } = this.element;
    style.left = `${picture.offsetLeft}px`;
    style.top = `${picture.offsetTop}px`;
    style.width = `${picture.clientWidth}px`;
    style.height = `${picture.clientHeight}px`;
    this.element.width = screen.width;
    this.element.height = screen.height;
    if (pixelRatio !== this.#pixelRatio) this.#sprites = new GlyphSprites(pixelRatio);
    this.#pixelRatio = pixelRatio;
    this.#drawn = "";
  }

  /** Draws if anything is other than last time. */
  draw(drawing: Drawing): void {
    const { overlay, ...rest } = drawing;
    const key = JSON.stringify([rest, overlay?.look, overlay?.placement]);
    if (key === this.#drawn && overlay?.shapes === this.#drawnShapes) return;
    this.#drawn = key;
    this.#drawnShapes = overlay?.shapes;
    this.#pen.clearRect(0, 0, this.element.width, this.element.height);
    if (drawing.image === undefined) return;
    this.#drawOverlay(drawing);
    this.#drawMarks(drawing, drawing.image);
  }

  dispose(): void {
    this.element.remove();
  }

  #drawOverlay({ overlay, view }: Drawing): void {
    if (overlay === undefined) return;
    const { scale, dx, dy } = overlay.placement;
    const space = { scale: view.zoom * scale, dx: view.offsetX + dx * view.zoom, dy: view.offsetY + dy * view.zoom };
    paintShapes(this.#pen, overlay.shapes, space, overlay.look, this.#pixelRatio, this.#sprites);
  }

  #drawMarks({ marks, view, pixelSizeUm }: Drawing, image: SizePx): void {
    const space = { scale: view.zoom, dx: view.offsetX, dy: view.offsetY };
    const paint = (shapes: Partial<Shapes>, look: ShapeLook, inSpace = space): void =>
      paintShapes(this.#pen, { ...NO_SHAPES, ...shapes }, inSpace, look, this.#pixelRatio, this.#sprites);
    const zoomCss = view.zoom / this.#pixelRatio;
    const inset = marks.countingInsetUm === undefined || pixelSizeUm === undefined ? undefined : marks.countingInsetUm / pixelSizeUm;
    const frame = inset === undefined ? undefined : countingFrameShape(image, inset);
    if (frame !== undefined) paint({ boxes: [frame] }, { lineWidthPx: 1, haloPx: 1, opacity: 0.8 });
    if (marks.crosshair) paint({ segments: crosshairSegments(image, zoomCss) }, { lineWidthPx: 1, haloPx: 1, opacity: 0.7 });
    if (marks.stale) paint({ boxes: [staleShape(image)] }, { lineWidthPx: 1, haloPx: 0, opacity: 1 });
    if (!marks.scaleBar) return;
    const canvasCss = { width: this.element.width / this.#pixelRatio, height: this.element.height / this.#pixelRatio };
    const { bar, text } = scaleBarMarks(pixelSizeUm === undefined ? undefined : pixelSizeUm / zoomCss, canvasCss);
    paint({ segments: bar }, { lineWidthPx: 1, haloPx: 1, opacity: 1 }, { scale: this.#pixelRatio, dx: 0, dy: 0 });
    this.#write(text.words, text.x, text.y);
  }

  /** One line, from its baseline; CSS pixels. */
  #write(words: string, x: number, y: number): void {
    const pen = this.#pen;
    pen.save();
    pen.scale(this.#pixelRatio, this.#pixelRatio);
    haloPen(pen);
    pen.setLineDash([]);
    pen.fillStyle = "#fff";
    pen.strokeText(words, x, y);
    pen.fillText(words, x, y);
    pen.restore();
  }
}
