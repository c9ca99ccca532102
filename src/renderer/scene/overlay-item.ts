import type { BoxPx } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";

/** One object as the picture draws it: the detection with every correction already worked in. */
export interface OverlayItem {
  /** Detection id. */
  readonly id: string;
  /** Class in force (after corrections). */
  readonly classId: string;
  /** 0 to 7, place in the palette of core/palette.ts. */
  readonly colorIndex: number;
  /** The class's letter: colour is never the only sign. */
  readonly letter: string;
  /** In pixels of the full frame the detections were made on. */
  readonly box: BoxPx;
  /** Outline in the same pixels, x and y in turn, closed by itself. */
  readonly contour?: readonly number[] | undefined;
  /** 0 to 1. */
  readonly score: number;
  /** A person changed the class: drawn with a corner mark. */
  readonly corrected: boolean;
  /** A person said it is no object: drawn crossed out. */
  readonly rejected: boolean;
  /** Its centre lies inside the counting frame: drawn solid; otherwise thinner and dotted. */
  readonly counted: boolean;
  readonly selected?: boolean | undefined;
  /** Two analyzers see it differently: "1" only the first found it, "2" only the second, "?" they give it different classes. */
  readonly disputed?: "1" | "2" | "?" | undefined;
}

/** What was found on one frame. */
export interface Overlay {
  readonly detections: readonly OverlayItem[];
  /** The frame they were found on: the overlay is moved by the stage's way since then. */
  readonly frameHeader: FrameHeader;
  /** Frames between that one and the one shown; above 0 the lines are thinner. */
  readonly framesLate: number;
  /** A kept field (drawn as it was kept), not the live answer. */
  readonly kept: boolean;
}

/** How overlays look. */
export interface OverlayStyle {
  /** Class ids to draw. */
  readonly visibleClasses: ReadonlySet<string>;
  /** 0 to 1. */
  readonly opacity: number;
  /** Width of a counted object's line in CSS pixels; its dark halo of 1 px comes on both sides of it. */
  readonly lineWidthPx: number;
  readonly showLetters: boolean;
  /** Contours fall back to the box where an object has none. */
  readonly boxesOrContours: "boxes" | "contours";
}
