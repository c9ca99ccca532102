import { CanvasTexture, LinearSRGBColorSpace, NearestFilter } from "three";
import { CORNER_MARK } from "../shapes.ts";

const CHARACTERS = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.\u00b5 ?${CORNER_MARK}`;
const COLUMNS = 12;
const FONT_PX = 13;
const FONT = `700 ${FONT_PX}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;
/** Room around a sign for its dark halo. */
const PADDING_PX = 3;
const CELL_WIDTH_PX = 20;
const CELL_HEIGHT_PX = 20;
const CORNER_SIDE_PX = 9;

/** One sign: its cell in the texture and how far the next one stands. */
export interface Glyph {
  /** Left, top, width, height in the texture, 0 to 1. */
  readonly uv: readonly [number, number, number, number];
  /** CSS pixels. */
  readonly advancePx: number;
}

/**
 * Letters, digits and signs, white with a dark halo, drawn once per pixel ratio into one small texture. The shader
 * multiplies the white by the class colour; the halo stays dark.
 */
export class GlyphAtlas {
  readonly texture: CanvasTexture;
  /** Size of every cell, CSS pixels. */
  readonly cellPx = { width: CELL_WIDTH_PX, height: CELL_HEIGHT_PX };
  readonly #glyphs = new Map<string, Glyph>();

  constructor(pixelRatio: number) {
    const canvas = document.createElement("canvas");
    const rows = Math.ceil(CHARACTERS.length / COLUMNS);
    canvas.width = Math.ceil(COLUMNS * CELL_WIDTH_PX * pixelRatio);
    canvas.height = Math.ceil(rows * CELL_HEIGHT_PX * pixelRatio);
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("This machine gives no 2D canvas to draw letters on.");
    pen.scale(pixelRatio, pixelRatio);
    pen.font = FONT;
    pen.textBaseline = "alphabetic";
    pen.lineJoin = "round";
    pen.lineWidth = 3.5;
    pen.strokeStyle = "rgba(0, 0, 0, 0.85)";
    pen.fillStyle = "#fff";
    [...CHARACTERS].forEach((character, i) => {
      const left = (i % COLUMNS) * CELL_WIDTH_PX;
      const top = Math.floor(i / COLUMNS) * CELL_HEIGHT_PX;
      const advancePx = character === CORNER_MARK ? drawCorner(pen, left, top) : drawLetter(pen, character, left, top);
      const uv = [left * pixelRatio / canvas.width, top * pixelRatio / canvas.height, CELL_WIDTH_PX * pixelRatio / canvas.width, CELL_HEIGHT_PX * pixelRatio / canvas.height] as const;
      this.#glyphs.set(character, { uv, advancePx });
    });
    this.texture = new CanvasTexture(canvas);
    this.texture.colorSpace = LinearSRGBColorSpace;
    this.texture.flipY = false;
    this.texture.premultiplyAlpha = true;
    this.texture.generateMipmaps = false;
    this.texture.minFilter = NearestFilter;
    this.texture.magFilter = NearestFilter;
  }

  /** The sign of a character; a question mark for one the atlas lacks. */
  glyph(character: string): Glyph {
    return this.#glyphs.get(character) ?? this.#glyphs.get("?") ?? { uv: [0, 0, 0, 0], advancePx: 0 };
  }

  /** Lets go of everything on the graphics card; the next draw makes it anew. */
  release(): void {
    this.texture.dispose();
  }
}

function drawLetter(pen: CanvasRenderingContext2D, character: string, left: number, top: number): number {
  pen.strokeText(character, left + PADDING_PX, top + PADDING_PX + FONT_PX * 0.85);
  pen.fillText(character, left + PADDING_PX, top + PADDING_PX + FONT_PX * 0.85);
  return pen.measureText(character).width;
}

function drawCorner(pen: CanvasRenderingContext2D, left: number, top: number): number {
  pen.beginPath();
  pen.moveTo(left + PADDING_PX, top + PADDING_PX);
  pen.lineTo(left + PADDING_PX + CORNER_SIDE_PX, top + PADDING_PX);
  pen.lineTo(left + PADDING_PX + CORNER_SIDE_PX, top + PADDING_PX + CORNER_SIDE_PX);
  pen.closePath();
  pen.stroke();
  pen.fill();
  return CORNER_SIDE_PX;
}
