import { layoutOf } from "../../../shared/domain/pixel-layout.ts";
import type { PixelFormat } from "../../../shared/domain/frame.ts";

/** Where samples of one colour lie in the rows of a picture. */
export interface ColourPlane {
  /** 0 red, 1 green, 2 blue; grey is red, green and blue at once. */
  readonly channel: 0 | 1 | 2;
  /** Every `pitch`-th pixel, beginning at the phase, along both axes: 1 and 0 where every pixel has this colour. */
  readonly pitch: 1 | 2;
  readonly phaseX: 0 | 1;
  readonly phaseY: 0 | 1;
  /** Samples of a row from one of this colour to the next, and the first one. */
  readonly step: number;
  readonly first: number;
  /** Part of the channel's value that comes from this plane: both greens of a mosaic share theirs. */
  readonly share: number;
}

const CHANNEL_OF_LETTER = { R: 0, G: 1, B: 2 } as const;

/** The colour planes of a pixel format: one for grey, three for RGB, four for a Bayer mosaic; by channel. */
export function planesOf(format: PixelFormat): ColourPlane[] {
  const { channels, cfa } = layoutOf(format);
  const whole = { pitch: 1, phaseX: 0, phaseY: 0, share: 1 } as const;
  if (cfa !== undefined) return ([0, 1, 2, 3] as const).map((place) => bayerPlane(cfa, place)).sort((a, b) => a.channel - b.channel);
  if (channels === 1) return [{ ...whole, channel: 0, step: 1, first: 0 }];
  return ([0, 1, 2] as const).map((channel) => ({ ...whole, channel, step: 3, first: channel }));
}

/** @param place 0 to 3: the letter's place in the 2 x 2 pattern, row by row. */
function bayerPlane(cfa: "RGGB" | "GRBG" | "GBRG" | "BGGR", place: 0 | 1 | 2 | 3): ColourPlane {
  const letter = cfa[place];
  const channel = letter === "R" || letter === "B" ? CHANNEL_OF_LETTER[letter] : CHANNEL_OF_LETTER.G;
  const phaseX = place === 1 || place === 3 ? 1 : 0;
  const phaseY = place >= 2 ? 1 : 0;
  return { channel, pitch: 2, phaseX, phaseY, step: 2, first: phaseX, share: channel === 1 ? 0.5 : 1 };
}
