/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

export type Dash = "solid" | "dotted" | "dashed" | "striped";

/** The outline of a rectangle, its line centred on the edge; in pixels of the shape's space. */
export interface BoxShape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: Rgb;
  /** Times the look's line width. */
  readonly widthFactor: number;
  readonly dash: Dash;
  /** Grown by this on every side, CSS pixels; negative shrinks. */
  readonly outsetPx: number;
}

/** A straight line with round ends; in pixels of the shape's space. */
export interface SegmentShape {
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
  readonly color: Rgb;
  /** Times the look's line width. */
  readonly widthFactor: number;
}

/** A closed line through points; in pixels of the shape's space. */
export interface OutlineShape {
  /** x and y in turn; the first point is not repeated. */
  readonly points: readonly number[];
  readonly color: Rgb;
  /** Times the look's line width. */
  readonly widthFactor: number;
  readonly dash: Dash;
}

/** A letter or sign. `CORNER_MARK` stands for the triangle of a corrected object. */
export interface GlyphShape {
  readonly character: string;
  /** Where it hangs, in pixels of the shape's space. */
  readonly x: number;
  readonly y: number;
  /** From there to its top left corner, CSS pixels. */
  readonly dxPx: number;
  readonly dyPx: number;
  readonly color: Rgb;
  /** Side of the thing it belongs to, in the shape's space: the sign goes away when that gets small on the screen. 0: always there. */
  readonly belongsToPx: number;
}

export const CORNER_MARK = "\u25e5";
