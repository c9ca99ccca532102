import { areaOfContour } from "../../contours/polygon.ts";
import type { DecodedObject, MapPlacement } from "./decoded-object.ts";
import { requireLength, requireNumbers } from "./decoded-object.ts";
import { objectOfContour } from "./label-objects.ts";
import { suppressObjects } from "./suppress-objects.ts";

/** The outputs of a star-convex head; planes lie one after the other, each `rows` x `columns`, row by row. */
export interface StarMap {
  readonly columns: number;
  readonly rows: number;
  /** How sure the model is that a cell lies well inside an object, 0 to 1. */
  readonly probability: Float32Array;
  /**
   * One plane per ray: from the middle of the cell's first pixel to the outline, input pixels. Ray k of n points to
   * (cos, sin)(2 pi k / n), y down: clockwise from the right.
   */
  readonly distances: Float32Array;
}

export interface StarSettings extends MapPlacement {
  /** Place of the objects in the model's list of classes. */
  readonly label: number;
  readonly rays: number;
  readonly scoreThreshold: number;
  /** Two outlines that overlap by more than this are one object. */
  readonly nmsOverlap: number;
  /** The shared area over that of the smaller outline, as StarDist's own thresholds mean it, or over the union of both. */
  readonly overlapOver: "smaller" | "union";
  /** Smaller objects are dust, input pixels squared. */
  readonly leastAreaPx: number;
}

/** StarDist lets no ray be shorter. */
const LEAST_RAY_PX = 1e-3;

/**
 * Star-convex polygons of every cell that reaches the threshold, less those that a better one overlaps, best first
 * (Schmidt et al. 2018, arXiv:1806.03535). A ray starts at the middle of pixel (column * stride, row * stride), as
 * StarDist counts its grid. Objects whose start lies outside the picture are left out; points outside are moved onto the
 * picture's edge.
 *
 * @throws RangeError when planes do not fit or values are no numbers.
 */
export function decodeStarDistances(map: StarMap, settings: StarSettings): DecodedObject[] {
  const { columns, rows } = map;
  const cells = columns * rows;
  requireLength(map.probability, cells, "star probabilities");
  requireLength(map.distances, cells * settings.rays, "star distances");
  requireNumbers(map.probability, "star probabilities");
  const rays = Array.from({ length: settings.rays }, (_, k) => [Math.cos((2 * Math.PI * k) / settings.rays), Math.sin((2 * Math.PI * k) / settings.rays)] as const);
  const found: DecodedObject[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const score = map.probability[cell] ?? 0;
    if (score < settings.scoreThreshold || score <= 0) continue;
    const x = (cell % columns) * settings.stride + 0.5;
    const y = Math.floor(cell / columns) * settings.stride + 0.5;
    const { picture } = settings;
    if (x < picture.x0 || x >= picture.x1 || y < picture.y0 || y >= picture.y1) continue;
    const contour: number[] = [];
    for (const [k, [dx, dy]] of rays.entries()) {
      const length = Math.max(map.distances[k * cells + cell] ?? 0, LEAST_RAY_PX);
      contour.push(Math.min(Math.max(x + dx * length, picture.x0), picture.x1), Math.min(Math.max(y + dy * length, picture.y0), picture.y1));
    }
    if (contour.some((place) => !Number.isFinite(place))) throw new RangeError("the star distances hold values that are no numbers");
    found.push(objectOfContour(contour, settings.label, Math.min(score, 1)));
  }
  const kept = suppressObjects(found, { iou: settings.nmsOverlap }, settings.overlapOver);
  return kept.filter(({ contour }) => contour !== undefined && areaOfContour(contour) >= settings.leastAreaPx);
}
