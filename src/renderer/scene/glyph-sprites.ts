import { CORNER_MARK, type Rgb } from "./shapes.ts";

const GLYPH_FONT = '700 13px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const CELL_PX = 20;
/** Room around a sign for its dark halo. */
const PADDING_PX = 3;
const BASELINE_PX = 14;
const CORNER_SIDE_PX = 9;

/** Letters and signs as small pictures with a dark halo, each drawn once: putting one down is a copy, stroking text is slow. */
export class GlyphSprites {
  readonly #pixelRatio: number;
  readonly #sprites = new Map<string, OffscreenCanvas>();

  constructor(pixelRatio: number) {
    this.#pixelRatio = pixelRatio;
  }

  /** The sign in that colour, its cell's top left corner where the sign hangs. */
  sprite(character: string, color: Rgb): OffscreenCanvas {
    const key = `${character}/${color.join()}`;
    const known = this.#sprites.get(key);
    if (known !== undefined) return known;
    const side = Math.ceil(CELL_PX * this.#pixelRatio);
    const sprite = new OffscreenCanvas(side, side);
    const pen = sprite.getContext("2d");
    if (pen === null) throw new Error("This machine gives no 2D canvas to draw letters on.");
    pen.scale(this.#pixelRatio, this.#pixelRatio);
    haloPen(pen);
    pen.fillStyle = `rgb(${color.join(", ")})`;
    if (character === CORNER_MARK) {
      drawCorner(pen);
    } else {
      pen.strokeText(character, PADDING_PX, BASELINE_PX);
      pen.fillText(character, PADDING_PX, BASELINE_PX);
    }
    this.#sprites.set(key, sprite);
    return sprite;
  }
}

/** Sets a pen to the font and halo of everything written on the picture. */
export function haloPen(pen: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D): void {
  pen.font = GLYPH_FONT;
  pen.textBaseline = "alphabetic";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  pen.strokeStyle = "rgba(0, 0, 0, 0.85)";
}

function drawCorner(pen: OffscreenCanvasRenderingContext2D): void {
  pen.beginPath();
  pen.moveTo(PADDING_PX, PADDING_PX);
  pen.lineTo(PADDING_PX + CORNER_SIDE_PX, PADDING_PX);
  pen.lineTo(PADDING_PX + CORNER_SIDE_PX, PADDING_PX + CORNER_SIDE_PX);
  pen.closePath();
  pen.stroke();
  pen.fill();
}
