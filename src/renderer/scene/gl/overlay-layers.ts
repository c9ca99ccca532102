import { Group } from "three";
import type { OverlayPlacement } from "../overlay-placement.ts";
import type { OverlayStyle } from "../overlay-item.ts";
import type { OverlayShapes } from "../overlay-shapes.ts";
import type { ViewTransform } from "../view-transform.ts";
import { BoxLayer } from "./box-layer.ts";
import type { GlyphAtlas } from "./glyph-atlas.ts";
import { GlyphLayer } from "./glyph-layer.ts";
import { ORDER, type SpaceUniforms } from "./layer-space.ts";
import { SegmentLayer } from "./segment-layer.ts";

/** Share of its width a line keeps when its overlay is older than the frame under it. */
const LATE_WIDTH = 0.5;
const HALO_PX = 1;

/** Everything of an overlay: boxes, outlines, crosses, letters. Moving or zooming changes uniforms only. */
export class OverlayLayers {
  readonly group = new Group();
  readonly #boxes = new BoxLayer(ORDER.boxes);
  readonly #segments = new SegmentLayer(ORDER.segmentHalos, ORDER.segments);
  readonly #glyphs: GlyphLayer;

  constructor(atlas: GlyphAtlas) {
    this.#glyphs = new GlyphLayer(atlas, ORDER.glyphs);
    this.group.add(this.#boxes.mesh, this.#segments.group, this.#glyphs.mesh);
  }

  get spaces(): readonly SpaceUniforms[] {
    return [this.#boxes.space, this.#segments.space, this.#glyphs.space];
  }

  setShapes({ boxes, segments, glyphs }: OverlayShapes): void {
    this.#boxes.setBoxes(boxes);
    this.#segments.setSegments(segments);
    this.#glyphs.setGlyphs(glyphs);
  }

  setLook(style: OverlayStyle, late: boolean): void {
    const width = style.lineWidthPx * (late ? LATE_WIDTH : 1);
    this.#boxes.setLine(width, HALO_PX, style.opacity);
    this.#segments.setLine(width, HALO_PX, style.opacity);
    this.#glyphs.setOpacity(style.opacity);
  }

  /** Lays the overlay on the frame shown; undefined takes it off. */
  place(view: ViewTransform, placement: OverlayPlacement | undefined): void {
    this.group.visible = placement !== undefined;
    if (placement === undefined) return;
    const { scale, dx, dy } = placement;
    for (const space of this.spaces) space.uSpace.value.set(view.zoom * scale, view.offsetX + dx * view.zoom, view.offsetY + dy * view.zoom);
  }

  setAtlas(atlas: GlyphAtlas): void {
    this.#glyphs.setAtlas(atlas);
  }

  /** Lets go of everything on the graphics card; the next draw makes it anew. */
  release(): void {
    this.#boxes.dispose();
    this.#segments.dispose();
    this.#glyphs.dispose();
  }
}
