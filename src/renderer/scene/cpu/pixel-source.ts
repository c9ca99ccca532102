import type { RedSite } from "../mosaic.ts";
import type { ToneTables } from "./tone-tables.ts";

/** The bytes of a preview and how to show them. */
export interface PixelSource {
  readonly bytes: Uint8Array;
  /** Pixels in a row of `bytes`, those that are not drawn included. */
  readonly stride: number;
  readonly layout: "mono8" | "bayer8" | "rgb8";
  /** Of a mosaic. */
  readonly redSite: RedSite;
  readonly tones: ToneTables;
  /** Leaves saturated pixels transparent, so that the stripes under the picture show. */
  readonly marksSaturated: boolean;
}

/** Part of a preview, in its pixels. */
export interface PixelRect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A pixel that is not painted. */
export const TRANSPARENT = 0;
export const SATURATED_DN = 255;
