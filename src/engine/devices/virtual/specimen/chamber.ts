/**
 * Lays out one tile of a counting chamber: unstained cells in suspension, living and dead, and some debris.
 * In phase or slightly defocused bright field a living cell gathers light (bright centre, dark ring); a dead one, whose
 * membrane leaks, is a flat grey disc.
 */
import type { Body } from "./body.ts";
import { ellipse, wobbleOf } from "./blood-cells.ts";
import { hashInts, Random } from "./random.ts";
import { makeShape } from "./shape.ts";
import { smoothNoise } from "./smooth-noise.ts";
import type { TileLayout } from "./tiled-bodies.ts";
import type { PointUm, RectUm } from "./types.ts";

/** About 6 in a 40x field of 9100 um2, 25 at 20x, 100 at 10x: a dense suspension. */
const CELLS_PER_1000_UM2 = 0.7;
const DEBRIS_PER_1000_UM2 = 0.35;
/** Centres keep this distance, in sums of radii: most cells are single, a few touch. */
const LEAST_GAP = 0.98;

/** Share of living cells on the slide of this seed. */
export function viabilityOf(seed: number): number {
  return new Random(hashInts(seed, 0x11fe)).between(0.55, 0.92);
}

export function chamberLayout(seed: number): TileLayout {
  const viability = viabilityOf(seed);
  return ({ rect, random, idPrefix, near }) => {
    const area = (rect.width * rect.height) / 1000;
    const crowding = 1 + 0.5 * smoothNoise(hashInts(seed, 0xc40b), (rect.x + 32) / 260, (rect.y + 32) / 260);
    const placed: Body[] = [];
    const total = random.poisson(area * CELLS_PER_1000_UM2 * crowding);
    for (let attempts = total * 10; attempts > 0 && placed.length < total; attempts -= 1) {
      const id = `${idPrefix}/${placed.length + 1}`;
      const at = anywhere(rect, random);
      const cell = random.chance(viability) ? makeLiving(id, at, random) : makeDead(id, at, random);
      if (isClear(cell, placed) && isClear(cell, near)) placed.push(cell);
    }
    const specks = random.poisson(area * DEBRIS_PER_1000_UM2);
    for (let i = 1; i <= specks; i += 1) placed.push(makeSpeck(`${idPrefix}/d${i}`, anywhere(rect, random), random));
    return placed;
  };
}

function makeLiving(id: string, centreUm: PointUm, random: Random): Body {
  const radius = random.between(5.8, 8);
  const elongation = random.between(1, 1.12);
  const axis = random.between(0, Math.PI);
  const wobble = wobbleOf(random, [0, 0, 0.02, 0.015, 0.01]);
  const lean = random.between(0, 2 * Math.PI);
  const off = radius * random.between(0, 0.14);
  return {
    id,
    class: "living",
    shape: makeShape(centreUm, (angle) => radius * ellipse(angle - axis, elongation) * (1 + wobble(angle))),
    look: {
      kind: "living-cell",
      ringDensity: random.between(0.8, 1.7),
      coreGain: random.between(0.45, 0.85),
      coreRadius: random.between(0.28, 0.45),
      coreOffset: { x: off * Math.cos(lean), y: off * Math.sin(lean) },
      seed: random.seed(),
    },
  };
}

function makeDead(id: string, centreUm: PointUm, random: Random): Body {
  const radius = random.between(5.6, 8);
  const elongation = random.between(1, 1.25);
  const axis = random.between(0, Math.PI);
  const wobble = wobbleOf(random, [0, 0, 0.05, 0.04, 0.03, 0.02]);
  return {
    id,
    class: "dead",
    shape: makeShape(centreUm, (angle) => radius * ellipse(angle - axis, elongation) * (1 + wobble(angle))),
    look: { kind: "dead-cell", density: random.between(0.22, 0.5), rim: random.between(0.1, 0.35), grain: random.between(0.25, 0.6), seed: random.seed() },
  };
}

/** A fragment of a cell, or dust: far smaller than a cell, and faint. */
function makeSpeck(id: string, centreUm: PointUm, random: Random): Body {
  const radius = random.between(0.8, 2.4);
  const density = random.between(0.1, 0.4);
  return {
    id,
    class: "debris",
    shape: makeShape(centreUm, () => radius),
    look: { kind: "debris", absorbance: [density, density, density], softness: random.between(0.3, 1), isRefractile: random.chance(0.4) },
  };
}

function anywhere(rect: RectUm, random: Random): PointUm {
  return { x: rect.x + rect.width * random.next(), y: rect.y + rect.height * random.next() };
}

function isClear(body: Body, others: readonly Body[]): boolean {
  const { x, y } = body.shape.centreUm;
  return others.every((other) => {
    if (other.class === "debris") return true;
    const distance = Math.hypot(x - other.shape.centreUm.x, y - other.shape.centreUm.y);
    return distance >= LEAST_GAP * (body.shape.meanRadiusUm + other.shape.meanRadiusUm);
  });
}
