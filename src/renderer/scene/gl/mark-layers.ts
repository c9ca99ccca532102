import { Group } from "three";
import { countingFrameShape, crosshairSegments, scaleBarMarks, staleShape } from "../mark-shapes.ts";
import type { SizePx, ViewTransform } from "../view-transform.ts";
import { BoxLayer } from "./box-layer.ts";
import type { GlyphAtlas } from "./glyph-atlas.ts";
import { GlyphLayer } from "./glyph-layer.ts";
import { ORDER, type SpaceUniforms } from "./layer-space.ts";
import { SegmentLayer } from "./segment-layer.ts";

/** Which marks are wanted. */
export interface WantedMarks {
  readonly countingInsetUm: number | undefined;
  readonly scaleBar: boolean;
  readonly crosshair: boolean;
  readonly stale: boolean;
}

/** What the marks are drawn for. */
export interface MarkedPicture {
  readonly image: SizePx;
  readonly pixelSizeUm: number | undefined;
  /** Device pixels. */
  readonly view: ViewTransform;
  /** CSS pixels. */
  readonly canvas: SizePx;
  readonly pixelRatio: number;
}

const WHITE = [255, 255, 255] as const;

/** Counting frame, crosshair, scale bar, border of a stale picture. White with a dark halo: no colour at the picture's edge. */
export class MarkLayers {
  readonly group = new Group();
  readonly #countingFrame = new BoxLayer(ORDER.countingFrame);
  readonly #crosshair = new SegmentLayer(ORDER.marks, ORDER.marks);
  readonly #bar = new SegmentLayer(ORDER.marks, ORDER.marks);
  readonly #barText: GlyphLayer;
  readonly #stale = new BoxLayer(ORDER.stale);

  constructor(atlas: GlyphAtlas) {
    this.#barText = new GlyphLayer(atlas, ORDER.marks);
    this.group.add(this.#countingFrame.mesh, this.#crosshair.group, this.#bar.group, this.#barText.mesh, this.#stale.mesh);
    this.#countingFrame.setLine(1, 1, 0.8);
    this.#crosshair.setLine(1, 1, 0.7);
    this.#bar.setLine(1, 1, 1);
    this.#stale.setLine(1, 0, 1);
  }

  get spaces(): readonly SpaceUniforms[] {
    return [this.#countingFrame.space, this.#crosshair.space, this.#bar.space, this.#barText.space, this.#stale.space];
  }

  /** Lays out every mark anew: a handful of shapes, cheap enough for each change of view. */
  layOut(wanted: WantedMarks, picture: MarkedPicture | undefined): void {
    this.group.visible = picture !== undefined;
    if (picture === undefined) return;
    const { image, pixelSizeUm, view, canvas, pixelRatio } = picture;
    const zoomCss = view.zoom / pixelRatio;
    const inset = wanted.countingInsetUm === undefined || pixelSizeUm === undefined ? undefined : wanted.countingInsetUm / pixelSizeUm;
    const frame = inset === undefined ? undefined : countingFrameShape(image, inset);
    this.#countingFrame.setBoxes(frame === undefined ? [] : [frame]);
    this.#crosshair.setSegments(wanted.crosshair ? crosshairSegments(image, zoomCss) : []);
    this.#stale.setBoxes(wanted.stale ? [staleShape(image)] : []);
    this.#layOutBar(wanted.scaleBar, pixelSizeUm === undefined ? undefined : pixelSizeUm / zoomCss, canvas);
    for (const { space } of [this.#countingFrame, this.#crosshair, this.#stale]) space.uSpace.value.set(view.zoom, view.offsetX, view.offsetY);
    for (const { space } of [this.#bar, this.#barText]) space.uSpace.value.set(pixelRatio, 0, 0);
  }

  setAtlas(atlas: GlyphAtlas): void {
    this.#barText.setAtlas(atlas);
  }

  /** Lets go of everything on the graphics card; the next draw makes it anew. */
  release(): void {
    for (const layer of [this.#countingFrame, this.#crosshair, this.#bar, this.#barText, this.#stale]) layer.dispose();
  }

  #layOutBar(shown: boolean, umPerCssPx: number | undefined, canvas: SizePx): void {
    if (!shown) {
      this.#bar.setSegments([]);
      this.#barText.setGlyphs([]);
      return;
    }
    const { bar, text } = scaleBarMarks(umPerCssPx, canvas);
    this.#bar.setSegments(bar);
    this.#barText.setText(text.words, text.x, text.y, WHITE);
  }
}
