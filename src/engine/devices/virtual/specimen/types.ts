/** What lies on the virtual slide, in stage coordinates (um). Pure data: any thread may hold it. */

export interface PointUm {
  readonly x: number;
  readonly y: number;
}

/** Upright rectangle: top-left corner and size, um. */
export interface RectUm {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type SpecimenKind = "blood-smear" | "nuclei" | "viability-chamber";

/** How a person calls what lies on the slide. */
export const SPECIMEN_WORDS: Readonly<Record<SpecimenKind, string>> = {
  "blood-smear": "blood smear",
  nuclei: "nuclei",
  "viability-chamber": "viability chamber",
};

export type SpecimenClass = "red-cell" | "white-cell" | "platelet" | "debris" | "nucleus" | "mitosis" | "living" | "dead";

export type WhiteCellSubtype = "neutrophil" | "lymphocyte" | "monocyte" | "eosinophil" | "basophil";

/** One thing on the slide as a careful person would outline it: the ground truth. */
export interface SpecimenObject {
  /** Stable: the same thing has the same id whoever asks, from wherever. */
  readonly id: string;
  readonly class: SpecimenClass;
  readonly subtype?: WhiteCellSubtype;
  readonly centreUm: PointUm;
  /** Closed polygon, first point not repeated. */
  readonly outlineUm: readonly PointUm[];
  readonly boundsUm: RectUm;
}

/** An object as seen through a rectangle. */
export interface VisibleObject extends SpecimenObject {
  /** Bounds of the part inside the rectangle. */
  readonly visibleBoundsUm: RectUm;
  /** Share of the outline's area inside the rectangle, above 0 up to 1. */
  readonly visibleFraction: number;
}
