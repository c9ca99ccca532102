/** The virtual slide: what lies where, and how it takes or gives light. Pure and deterministic in its seed. */
import type { Body } from "./body.ts";
import { bloodSmearLayout } from "./blood-smear.ts";
import { chamberLayout } from "./chamber.ts";
import { nucleiLayout } from "./nuclei-field.ts";
import { areaOf, boundsOf, clipToRect, outlineOf } from "./shape.ts";
import { TiledBodies } from "./tiled-bodies.ts";
import type { TileLayout } from "./tiled-bodies.ts";
import type { RectUm, SpecimenKind, SpecimenObject, VisibleObject } from "./types.ts";

export interface Specimen {
  readonly kind: SpecimenKind;
  readonly seed: number;
  /** Every object whose outline meets the rectangle, in an order that does not depend on earlier questions. */
  objectsIn(rectUm: RectUm): VisibleObject[];
  /** The same with what painting needs; includes bodies that come near without meeting the rectangle. */
  bodiesNear(rectUm: RectUm): Body[];
}

const LAYOUTS: Readonly<Record<SpecimenKind, (seed: number) => TileLayout>> = {
  "blood-smear": bloodSmearLayout,
  nuclei: nucleiLayout,
  "viability-chamber": chamberLayout,
};

/** A slide of the given kind. The same seed always gives the same slide, on any machine. */
export function createSpecimen(kind: SpecimenKind, seed: number): Specimen {
  const bodies = new TiledBodies(seed, LAYOUTS[kind](seed));
  return {
    kind,
    seed,
    bodiesNear: (rectUm) => bodies.near(rectUm),
    objectsIn: (rectUm) => bodies.near(rectUm).flatMap((body) => seenThrough(toObject(body), rectUm)),
  };
}

function toObject(body: Body): SpecimenObject {
  const outlineUm = outlineOf(body.shape);
  const object = { id: body.id, class: body.class, centreUm: body.shape.centreUm, outlineUm, boundsUm: boundsOf(outlineUm) };
  return body.subtype === undefined ? object : { ...object, subtype: body.subtype };
}

function seenThrough(object: SpecimenObject, rectUm: RectUm): VisibleObject[] {
  const visible = clipToRect(object.outlineUm, rectUm);
  const area = areaOf(visible);
  if (area <= 0) return [];
  return [{ ...object, visibleBoundsUm: boundsOf(visible), visibleFraction: Math.min(1, area / areaOf(object.outlineUm)) }];
}
