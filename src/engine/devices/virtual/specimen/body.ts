/** A body is an object with what is needed to paint it; the public ground truth is derived from it. */
import type { Shape } from "./shape.ts";
import type { SpecimenClass, WhiteCellSubtype } from "./types.ts";

/** Light taken away in red, green and blue: natural-log absorbance per unit of density. */
export type Absorbance = readonly [number, number, number];

export interface RedCellLook {
  readonly kind: "red-cell";
  readonly absorbance: Absorbance;
  /** 0 = evenly filled disc, 1 = clear centre. */
  readonly pallorDepth: number;
  /** Radius of the pale centre as a share of the cell's radius. */
  readonly pallorRadius: number;
  /** How sharply the pale centre is bordered, share of radius. */
  readonly pallorSoftness: number;
  readonly pallorOffset: { readonly x: number; readonly y: number };
  /** Thickness slope across the cell (relative, at the rim). */
  readonly slope: { readonly x: number; readonly y: number };
  readonly seed: number;
}

/** A nucleus part: a line from (x1, y1) to (x2, y2) with a round pen of radius r, um from the cell's centre. */
export interface Lobe {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly r: number;
}

export interface WhiteCellLook {
  readonly kind: "white-cell";
  readonly subtype: WhiteCellSubtype;
  readonly cytoplasm: Absorbance;
  readonly nucleus: Absorbance;
  readonly granules: { readonly count: number; readonly radiusUm: number; readonly absorbance: Absorbance };
  readonly lobes: readonly Lobe[];
  readonly seed: number;
}

export interface PlateletLook {
  readonly kind: "platelet";
  readonly absorbance: Absorbance;
  readonly seed: number;
}

export interface DebrisLook {
  readonly kind: "debris";
  readonly absorbance: Absorbance;
  /** Share of the radius over which the edge fades: near 0 = a crisp speck, 1 = a smudge. */
  readonly softness: number;
  /** A refractile speck has a bright core. */
  readonly isRefractile: boolean;
}

export interface NucleusLook {
  readonly kind: "nucleus";
  /** Peak emission relative to a typical nucleus. */
  readonly brightness: number;
  /** Contrast of the chromatin texture, 0..1. */
  readonly texture: number;
  /** Condensed chromosomes of a dividing cell, um from the centre; empty for a resting nucleus. */
  readonly chromosomes: readonly Lobe[];
  readonly seed: number;
}

export interface LivingCellLook {
  readonly kind: "living-cell";
  /** Density of the dark ring. */
  readonly ringDensity: number;
  /** How far the centre is brighter than the background: natural log of the ratio. */
  readonly coreGain: number;
  /** Radius of the bright centre as a share of the cell's radius. */
  readonly coreRadius: number;
  /** Where the bright centre lies, um from the cell's centre. */
  readonly coreOffset: { readonly x: number; readonly y: number };
  readonly seed: number;
}

export interface DeadCellLook {
  readonly kind: "dead-cell";
  readonly density: number;
  /** What the rim takes in addition. */
  readonly rim: number;
  /** Contrast of its structure, 0..1. */
  readonly grain: number;
  readonly seed: number;
}

export type Look = RedCellLook | WhiteCellLook | PlateletLook | DebrisLook | NucleusLook | LivingCellLook | DeadCellLook;

export interface Body {
  readonly id: string;
  readonly class: SpecimenClass;
  readonly subtype?: WhiteCellSubtype;
  readonly shape: Shape;
  readonly look: Look;
}
