import { stagePointOf } from "../../core/geometry/stage-from-image.ts";
import type { PreviewMessage } from "../../shared/ipc/contract.ts";
import { CpuPainter } from "./cpu/cpu-painter.ts";
import { DrawLoop, pageAnimationFrames } from "./draw-loop.ts";
import { DrawingLayer, type WantedMarks } from "./drawing-layer.ts";
import { hasGraphicsCard } from "./gl/graphics-card.ts";
import { HistogramMeter } from "./histogram-meter.ts";
import type { ContrastSetting, HistogramReport } from "./histogram.ts";
import { objectAt } from "./hit-test.ts";
import { Listeners } from "./listeners.ts";
import type { Overlay, OverlayItem, OverlayStyle } from "./overlay-item.ts";
import { type OverlayPlacement, placeOverlay } from "./overlay-placement.ts";
import { overlayShapes } from "./overlay-shapes.ts";
import type { ShapeLook, Shapes } from "./shape-painter.ts";
import type { PicturePainter } from "./picture-painter.ts";
import { createGlPainter } from "./prepare-painter.ts";
import type { Picked, PictureViewOptions, ViewState } from "./picture-types.ts";
import type { PointPx } from "./view-transform.ts";
import { ViewControl } from "./view-control.ts";

/** How near to a box the cursor has to be to mean it. */
const REACH_PX = 4;
const SURROUND_DN = 24;
const HALO_PX = 1;
/** Share of its width a line keeps when its overlay is older than the frame under it. */
const LATE_WIDTH = 0.5;

/** The PictureView of picture-view.ts, where its promises are written: puts the parts together and decides when to draw. */
export class PictureScene {
  readonly #canvas: HTMLCanvasElement;
  readonly #nowMs: () => number;
  readonly #loop = new DrawLoop(pageAnimationFrames(), () => this.#draw());
  readonly #picture: PicturePainter;
  readonly #drawing: DrawingLayer;
  readonly #meter = new HistogramMeter();
  readonly #view = new ViewControl();
  readonly #didDraw = new Listeners<[frameId: number, waitMs: number]>();
  readonly #didHistogram = new Listeners<[HistogramReport]>();
  readonly #didChangeView = new Listeners<[ViewState]>();
  #pixelRatio = 1;
  #preview: PreviewMessage | undefined;
  /** Set by `setFrame`, cleared by the draw that shows it. */
  #arrived: { readonly frameId: number; readonly atMs: number } | undefined;
  #overlay: Overlay | undefined;
  #style: OverlayStyle = { visibleClasses: new Set(), opacity: 1, lineWidthPx: 2, showLetters: true, boxesOrContours: "boxes" };
  #shapes: Shapes = overlayShapes([], this.#style);
  #look: ShapeLook = { lineWidthPx: 2, haloPx: HALO_PX, opacity: 1 };
  #wanted: WantedMarks = { countingInsetUm: undefined, scaleBar: true, crosshair: false, stale: false };

  constructor(canvas: HTMLCanvasElement, options: PictureViewOptions) {
    this.#canvas = canvas;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    const surroundDn = options.surroundDn ?? SURROUND_DN;
    const { painter = "auto" } = options;
    this.#picture = painter === "cpu" || (painter === "auto" && !hasGraphicsCard()) ? new CpuPainter(canvas, surroundDn) : createGlPainter(canvas, surroundDn, () => this.#loop.invalidate());
    this.#drawing = new DrawingLayer(canvas);
    this.resize();
  }

  setFrame(preview: PreviewMessage): void {
    const { frameId, width, height } = preview.header;
    this.#preview = preview;
    this.#arrived = { frameId, atMs: this.#nowMs() };
    this.#picture.setFrame(preview);
    if (this.#meter.offer(preview, this.#nowMs())) this.#applyContrast();
    if (this.#view.setImage({ width, height })) this.#didChangeView.emit(this.viewState);
    this.#loop.invalidate();
  }

  clearFrame(): void {
    this.#preview = undefined;
    this.#arrived = undefined;
    this.#picture.clear();
    this.#meter.reset();
    this.#loop.invalidate();
  }

  setOverlay(overlay: Overlay | undefined): void {
    this.#overlay = overlay;
    this.#rebuildOverlay();
  }

  setOverlayStyle(style: OverlayStyle): void {
    this.#style = style;
    this.#rebuildOverlay();
  }

  setContrast(contrast: ContrastSetting): void {
    this.#meter.setContrast(contrast);
    this.#applyContrast();
    this.#loop.invalidate();
  }

  setSaturationShown(shown: boolean): void {
    this.#picture.setSaturationShown(shown);
    this.#loop.invalidate();
  }

  setCountingFrame(insetUm: number | undefined): void {
    this.#want({ countingInsetUm: insetUm });
  }

  setScaleBar(shown: boolean): void {
    this.#want({ scaleBar: shown });
  }

  setCrosshair(shown: boolean): void {
    this.#want({ crosshair: shown });
  }

  setStale(stale: boolean): void {
    this.#want({ stale });
  }

  zoomBy(factor: number, atScreenPx: PointPx): void {
    this.#changeView(() => this.#view.zoomBy(factor, this.#deviceFromCss(atScreenPx)));
  }

  panBy(dxPx: number, dyPx: number): void {
    this.#changeView(() => this.#view.panBy(dxPx * this.#pixelRatio, dyPx * this.#pixelRatio));
  }

  fit(): void {
    this.#changeView(() => this.#view.fit());
  }

  oneToOne(): void {
    this.#changeView(() => this.#view.oneToOne());
  }

  get viewState(): ViewState {
    return { zoom: this.#view.transform.zoom, fits: this.#view.fits, visiblePx: this.#preview === undefined ? undefined : this.#view.visiblePx };
  }

  pick(screenPx: PointPx): Picked | undefined {
    const header = this.#preview?.header;
    if (header === undefined) return undefined;
    const imagePx = this.#view.imageFromScreen(this.#deviceFromCss(screenPx));
    if (imagePx.x < 0 || imagePx.y < 0 || imagePx.x >= header.width || imagePx.y >= header.height) return undefined;
    return { imagePx, stageUm: stagePointOf(header, imagePx), item: this.#itemAt(imagePx) };
  }

  screenFromImage(imagePx: PointPx): PointPx | undefined {
    if (this.#preview === undefined) return undefined;
    const device = this.#view.screenFromImage(imagePx);
    return { x: device.x / this.#pixelRatio, y: device.y / this.#pixelRatio };
  }

  onDidDraw(listener: (frameId: number, waitMs: number) => void): () => void {
    return this.#didDraw.add(listener);
  }

  onDidHistogram(listener: (report: HistogramReport) => void): () => void {
    return this.#didHistogram.add(listener);
  }

  onDidChangeView(listener: (view: ViewState) => void): () => void {
    return this.#didChangeView.add(listener);
  }

  resize(): void {
    const pixelRatio = window.devicePixelRatio;
    const screen = { width: Math.max(1, Math.round(this.#canvas.clientWidth * pixelRatio)), height: Math.max(1, Math.round(this.#canvas.clientHeight * pixelRatio)) };
    this.#drawing.resize(this.#canvas, screen, pixelRatio);
    this.#pixelRatio = pixelRatio;
    this.#view.setScreen(screen);
    this.#didChangeView.emit(this.viewState);
    // A canvas of a new size is blank until it is drawn: waiting for the next frame would flicker.
    this.#draw();
  }

  readPixels(): { readonly width: number; readonly height: number; readonly rgba: Uint8Array } {
    this.#draw();
    const { width, height } = this.#view.screen;
    const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (pen === null) throw new Error("This machine gives no 2D canvas to read the picture from.");
    pen.drawImage(this.#canvas, 0, 0, width, height);
    pen.drawImage(this.#drawing.element, 0, 0);
    return { width, height, rgba: new Uint8Array(pen.getImageData(0, 0, width, height).data.buffer) };
  }

  dispose(): void {
    this.#loop.dispose();
    for (const listeners of [this.#didDraw, this.#didHistogram, this.#didChangeView]) listeners.clear();
    this.#drawing.dispose();
    this.#picture.dispose();
  }

  #draw(): void {
    // A frame that cannot be drawn is not reported: it waits for the context, or for the next frame to replace it.
    if (!this.#picture.draw(this.#view.snapped, this.#view.screen)) return;
    this.#drawOverlay();
    const arrived = this.#arrived;
    if (arrived === undefined) return;
    this.#arrived = undefined;
    this.#loop.afterCommit(() => this.#didDraw.emit(arrived.frameId, this.#nowMs() - arrived.atMs));
  }

  #drawOverlay(): void {
    const header = this.#preview?.header;
    const view = this.#view.snapped;
    const placement = this.#placement();
    this.#drawing.draw({
      image: header === undefined ? undefined : { width: header.width, height: header.height },
      pixelSizeUm: header?.pixelSizeUm,
      view,
      overlay: placement === undefined ? undefined : { shapes: this.#shapes, look: this.#look, placement },
      marks: this.#wanted,
    });
  }

  #placement(): OverlayPlacement | undefined {
    if (this.#overlay === undefined || this.#preview === undefined) return undefined;
    return placeOverlay(this.#overlay.frameHeader, this.#preview.header);
  }

  #itemAt(imagePx: PointPx): OverlayItem | undefined {
    const placement = this.#placement();
    if (this.#overlay === undefined || placement === undefined) return undefined;
    const { scale, dx, dy } = placement;
    const visible = this.#overlay.detections.filter((item) => this.#style.visibleClasses.has(item.classId));
    const reach = (REACH_PX * this.#pixelRatio) / (this.#view.transform.zoom * scale);
    return objectAt(visible, { x: (imagePx.x - dx) / scale, y: (imagePx.y - dy) / scale }, reach, this.#style.boxesOrContours);
  }

  #rebuildOverlay(): void {
    const { opacity, lineWidthPx } = this.#style;
    const late = this.#overlay !== undefined && !this.#overlay.kept && this.#overlay.framesLate > 0;
    this.#shapes = overlayShapes(this.#overlay?.detections ?? [], this.#style);
    this.#look = { lineWidthPx: lineWidthPx * (late ? LATE_WIDTH : 1), haloPx: HALO_PX, opacity };
    this.#loop.invalidate();
  }

  #applyContrast(): void {
    this.#picture.setContrast(this.#meter.inForce);
    const report = this.#meter.report;
    if (report !== undefined) this.#didHistogram.emit(report);
  }

  #want(change: Partial<WantedMarks>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#loop.invalidate();
  }

  #changeView(change: () => void): void {
    change();
    this.#didChangeView.emit(this.viewState);
    this.#loop.invalidate();
  }

  #deviceFromCss({ x, y }: PointPx): PointPx {
    return { x: x * this.#pixelRatio, y: y * this.#pixelRatio };
  }
}
