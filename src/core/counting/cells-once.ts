import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { stageBoxOf } from "../geometry/stage-from-image.ts";
import { effectiveDetections, type EffectiveDetection } from "../session/effective-detections.ts";

/** An object in the counting frame of one field. */
export interface Sighting {
  readonly field: FieldView;
  readonly object: EffectiveDetection;
}

/** A cell of the slide, seen in one field or in several. */
export interface SeenCell {
  /** In the order of the fields. */
  readonly sightings: readonly Sighting[];
  /** By what a person said of it, by the rule of the session; else as it was first seen. */
  readonly classId: string;
  readonly rejected: boolean;
}

/** Two sightings nearer than this, or than a share of their size, are one cell: what stages miss when they come back, um. */
const SAME_PLACE_UM = 2;
/** Far below the distance of touching neighbours, which is one whole size. */
const SAME_PLACE_SIZES = 0.35;

/** A cell with the place where it was first seen, um on the stage. */
interface Placed {
  readonly x: number;
  readonly y: number;
  readonly sizeUm: number;
  readonly sightings: Sighting[];
}

/**
 * Joins what several fields show of the same cell: objects of different fields whose centres lie on the same place of the
 * stage, nearest pairs first, each cell at most once in a field. Fields whose place or scale is unknown are joined with none.
 *
 * @param isIn which objects take part: those in their field's counting frame
 * @param rule what stands where a person said something in several fields
 */
export function cellsOnce(fields: readonly FieldView[], isIn: (object: EffectiveDetection, field: FieldView) => boolean, rule: CountingFrame["verdict"] = "last-field"): SeenCell[] {
  const cells: Placed[] = [];
  const grid = new PlaceGrid();
  for (const field of fields) {
    const objects = effectiveDetections(field).filter((object) => isIn(object, field)).map((object) => placed(field, object));
    // All of them before any is added: two objects of one field are never one cell.
    const known = matches(objects, grid);
    objects.forEach((object, i) => {
      const cell = known.get(i);
      if (cell === undefined) {
        cells.push(object);
        grid.add(object);
      } else {
        cell.sightings.push(...object.sightings);
      }
    });
  }
  return cells.map(({ sightings }) => ({ sightings, ...verdict(sightings, rule) }));
}

/** Of an unplaced field every number is NaN: near to nothing. */
function placed(field: FieldView, object: EffectiveDetection): Placed {
  const box = stageBoxOf(field.header, object.detection.box);
  const at = box === undefined ? { x: NaN, y: NaN, sizeUm: NaN } : { x: box.x, y: box.y, sizeUm: (box.width + box.height) / 2 };
  return { ...at, sightings: [{ field, object }] };
}

function matches(objects: readonly Placed[], grid: PlaceGrid): Map<number, Placed> {
  const pairs: Array<{ readonly i: number; readonly cell: Placed; readonly distance: number }> = [];
  objects.forEach((object, i) => {
    for (const cell of grid.near(object)) {
      const distance = Math.hypot(cell.x - object.x, cell.y - object.y);
      const limit = Math.max(SAME_PLACE_UM, SAME_PLACE_SIZES * Math.min(cell.sizeUm, object.sizeUm));
      if (distance <= limit) pairs.push({ i, cell, distance });
    }
  });
  const found = new Map<number, Placed>();
  const taken = new Set<Placed>();
  for (const { i, cell } of pairs.sort((a, b) => a.distance - b.distance || a.i - b.i)) {
    if (found.has(i) || taken.has(cell)) continue;
    found.set(i, cell);
    taken.add(cell);
  }
  return found;
}

function verdict(sightings: readonly Sighting[], rule: NonNullable<CountingFrame["verdict"]>): Pick<SeenCell, "classId" | "rejected"> {
  const spoken = sightings.flatMap((sighting) => {
    const saidAt = lastWordOn(sighting);
    return saidAt === undefined ? [] : [{ ...sighting, saidAt }];
  });
  if (rule === "latest-word") spoken.sort((a, b) => a.saidAt - b.saidAt);
  const decides = spoken.at(-1) ?? sightings[0];
  return { classId: decides?.object.classId ?? "", rejected: decides?.object.rejected ?? false };
}

/** Its place among all that was said in the session; undefined where nobody said anything. */
function lastWordOn({ field, object }: Sighting): number | undefined {
  const at = field.annotations.findLastIndex((said) => "detectionId" in said && said.detectionId === object.detection.id);
  return at < 0 ? undefined : (field.annotationOrder?.[at] ?? 0);
}

/** Cells by where they lie, in squares wide enough that a match lies in the same or a neighbouring one. */
class PlaceGrid {
  readonly #squares = new Map<string, Placed[]>();

  add(cell: Placed): void {
    if (Number.isNaN(cell.x)) return;
    const key = PlaceGrid.#key(cell.x, cell.y, 0, 0);
    const square = this.#squares.get(key);
    if (square === undefined) this.#squares.set(key, [cell]);
    else square.push(cell);
  }

  near(object: Placed): Placed[] {
    if (Number.isNaN(object.x)) return [];
    const steps = [-1, 0, 1];
    return steps.flatMap((dx) => steps.flatMap((dy) => this.#squares.get(PlaceGrid.#key(object.x, object.y, dx, dy)) ?? []));
  }

  /** 50 um: a third of anything wider than 140 um would be needed to reach further, and no cell is. */
  static #key(x: number, y: number, dx: number, dy: number): string {
    return `${Math.floor(x / 50) + dx},${Math.floor(y / 50) + dy}`;
  }
}
