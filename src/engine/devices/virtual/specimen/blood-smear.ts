/**
 * Lays out one tile of a blood smear: white cells first, then rouleaux, single red cells, platelets, debris.
 * Most red cells lie free; some lean on a neighbour, some are stacked like coins. Overlaps stay moderate, so that
 * a person can still count: centres of touching red cells are never closer than about half a diameter.
 */
import { draftPlatelet, draftRedCell, draftWhiteCell, makeDebris } from "./blood-cells.ts";
import type { Draft } from "./blood-cells.ts";
import type { Body } from "./body.ts";
import { smoothNoise } from "./smooth-noise.ts";
import { hashInts } from "./random.ts";
import type { Random } from "./random.ts";
import { stainOf } from "./stain.ts";
import type { Stain } from "./stain.ts";
import { REACH_UM } from "./tiled-bodies.ts";
import type { TileLayout } from "./tiled-bodies.ts";
import type { PointUm, RectUm } from "./types.ts";

/** Mean number of objects on 1000 um2. A 40x field of a 1280x960 sensor shows about 9100 um2. */
const RED_PER_1000_UM2 = 7.7;
const WHITE_PER_1000_UM2 = 0.125;
const PLATELETS_PER_1000_UM2 = 0.74;
const DEBRIS_PER_1000_UM2 = 0.5;
const ROULEAUX_PER_1000_UM2 = 0.3;

/** Size of thin and thick places in the smear, um. */
const DENSITY_PATCH_UM = 260;

export function bloodSmearLayout(seed: number): TileLayout {
  const stain = stainOf(seed);
  return ({ rect, random, idPrefix, near }) => {
    const patch = smoothNoise(hashInts(seed, 0xde57), (rect.x + 32) / DENSITY_PATCH_UM, (rect.y + 32) / DENSITY_PATCH_UM);
    const table = new Table(rect, random, stain, idPrefix, near);
    table.placeWhiteCells(expected(rect, WHITE_PER_1000_UM2));
    const redCells = Math.round(expected(rect, RED_PER_1000_UM2) * (1 + 0.22 * patch));
    table.placeRouleaux(expected(rect, ROULEAUX_PER_1000_UM2));
    table.placeRedCells(redCells);
    table.placePlatelets(expected(rect, PLATELETS_PER_1000_UM2));
    table.placeDebris(expected(rect, DEBRIS_PER_1000_UM2));
    return table.placed;
  };
}

function expected(rect: RectUm, per1000Um2: number): number {
  return (rect.width * rect.height * per1000Um2) / 1000;
}

/** One tile while it is being laid. */
class Table {
  readonly placed: Body[] = [];
  readonly #rect: RectUm;
  readonly #random: Random;
  readonly #stain: Stain;
  readonly #idPrefix: string;
  readonly #near: readonly Body[];
  #redCells = 0;

  constructor(rect: RectUm, random: Random, stain: Stain, idPrefix: string, near: readonly Body[]) {
    this.#rect = rect;
    this.#random = random;
    this.#stain = stain;
    this.#idPrefix = idPrefix;
    this.#near = near.filter(({ shape: { centreUm: at } }) => isWithin(at, rect, REACH_UM));
  }

  placeWhiteCells(mean: number): void {
    for (let left = this.#random.poisson(mean); left > 0; left -= 1) {
      this.#tryPlaces(8, () => {
        const draft = draftWhiteCell(this.#anywhere(), this.#random, this.#stain);
        return this.#isClear(draft, 0.96, 0.96) ? draft : undefined;
      });
    }
  }

  placeRouleaux(mean: number): void {
    for (let left = this.#random.poisson(mean); left > 0; left -= 1) {
      const length = 2 + Math.floor(this.#random.between(0.3, 3.9));
      const spacing = this.#random.between(0.52, 0.8);
      let heading = this.#random.between(0, 2 * Math.PI);
      let at = this.#anywhere();
      const chain: Body[] = [];
      for (let i = 0; i < length; i += 1) {
        const draft = draftRedCell(at, this.#random, this.#stain);
        if (!this.#isInReach(at) || !this.#isClear(draft, 1.02, 0.97)) break;
        chain.push(draft.finish(this.#nextId()));
        heading += this.#random.normal(0, 0.22);
        const step = 2 * draft.radiusUm * spacing * this.#random.between(0.94, 1.08);
        at = { x: at.x + step * Math.cos(heading), y: at.y + step * Math.sin(heading) };
      }
      this.placed.push(...chain);
      this.#redCells += chain.length;
    }
  }

  placeRedCells(total: number): void {
    for (let attempts = total * 10; attempts > 0 && this.#redCells < total; attempts -= 1) {
      const draft = draftRedCell(this.#anywhere(), this.#random, this.#stain);
      const leans = this.#random.chance(0.1);
      if (!(leans ? this.#leansOnOne(draft) : this.#isClear(draft, 1.04, 0.97))) continue;
      this.placed.push(draft.finish(this.#nextId()));
      this.#redCells += 1;
    }
  }

  placePlatelets(mean: number): void {
    for (let left = this.#random.poisson(mean); left > 0; left -= 1) {
      const mayCover = this.#random.chance(0.1);
      this.#tryPlaces(25, () => {
        const draft = draftPlatelet(this.#anywhere(), this.#random, this.#stain);
        return this.#isClear(draft, mayCover ? 0 : 1.05, 1.1) ? draft : undefined;
      });
    }
  }

  placeDebris(mean: number): void {
    for (let left = this.#random.poisson(mean); left > 0; left -= 1) {
      this.placed.push(makeDebris(this.#nextId(), this.#anywhere(), this.#random, this.#stain));
    }
  }

  #tryPlaces(times: number, makeDraft: () => Draft | undefined): void {
    for (let i = 0; i < times; i += 1) {
      const draft = makeDraft();
      if (draft === undefined) continue;
      this.placed.push(draft.finish(this.#nextId()));
      return;
    }
  }

  /** True when the draft keeps its distance (in sums of radii) from red cells and from everything else. */
  #isClear(draft: Draft, redDistance: number, otherDistance: number): boolean {
    return this.#everyNeighbour((other) => {
      const needed = other.class === "red-cell" ? redDistance : otherDistance;
      return gap(draft, other) >= needed;
    });
  }

  /** True when the cell overlaps exactly one red cell, moderately, and nothing else. */
  #leansOnOne(cell: Draft): boolean {
    let touched = 0;
    const isAllowed = this.#everyNeighbour((other) => {
      const distance = gap(cell, other);
      if (other.class !== "red-cell") return distance >= 0.97;
      if (distance < 1.02) touched += 1;
      return distance >= 0.62 && touched <= 1;
    });
    return isAllowed && touched === 1;
  }

  #everyNeighbour(isFine: (other: Body) => boolean): boolean {
    for (const other of this.placed) if (other.class !== "debris" && !isFine(other)) return false;
    for (const other of this.#near) if (other.class !== "debris" && !isFine(other)) return false;
    return true;
  }

  #anywhere(): PointUm {
    const { x, y, width, height } = this.#rect;
    return { x: x + width * this.#random.next(), y: y + height * this.#random.next() };
  }

  /** Chains may leave the tile, but never so far that the next tile of the same colour could meet them. */
  #isInReach(at: PointUm): boolean {
    return isWithin(at, this.#rect, REACH_UM - 8);
  }

  #nextIdNumber = 0;
  #nextId(): string {
    this.#nextIdNumber += 1;
    return `${this.#idPrefix}/${this.#nextIdNumber}`;
  }
}

function isWithin(at: PointUm, { x, y, width, height }: RectUm, margin: number): boolean {
  return at.x > x - margin && at.x < x + width + margin && at.y > y - margin && at.y < y + height + margin;
}

/** Distance of the centres in sums of mean radii: 1 = the outlines touch. */
function gap(a: Draft, b: Body): number {
  const dx = a.centreUm.x - b.shape.centreUm.x;
  const dy = a.centreUm.y - b.shape.centreUm.y;
  return Math.sqrt(dx * dx + dy * dy) / (a.radiusUm + b.shape.meanRadiusUm);
}
