/** Lays out one tile of fluorescent nuclei: single ones, clusters, and now and then a dividing cell. */
import type { Body, Lobe } from "./body.ts";
import { ellipse, wobbleOf } from "./blood-cells.ts";
import { depthInLobes } from "./lobes.ts";
import { hashInts } from "./random.ts";
import type { Random } from "./random.ts";
import { makeShape } from "./shape.ts";
import { smoothNoise } from "./smooth-noise.ts";
import { REACH_UM } from "./tiled-bodies.ts";
import type { TileLayout } from "./tiled-bodies.ts";
import type { PointUm, RectUm } from "./types.ts";

/** About 30 in a 40x field of 9100 um2. */
const NUCLEI_PER_1000_UM2 = 3.4;
const MITOSIS_SHARE = 0.06;
const CLUSTER_SHARE = 0.45;
/** The outline of a dividing cell follows its chromosomes at this distance. */
const CHROMOSOME_FRINGE_UM = 0.3;

export function nucleiLayout(seed: number): TileLayout {
  return ({ rect, random, idPrefix, near }) => {
    const patch = smoothNoise(hashInts(seed, 0xce11), (rect.x + 32) / 220, (rect.y + 32) / 220);
    const total = random.poisson(((rect.width * rect.height * NUCLEI_PER_1000_UM2) / 1000) * (1 + 0.45 * patch));
    const placed: Body[] = [];
    for (let attempts = total * 12; attempts > 0 && placed.length < total; attempts -= 1) {
      const isMitosis = random.chance(MITOSIS_SHARE);
      const joins = random.chance(CLUSTER_SHARE) ? placed[Math.floor(random.next() * placed.length)] : undefined;
      const at = joins === undefined ? anywhere(rect, random) : beside(joins, random);
      const body = makeNucleus(`${idPrefix}/${placed.length + 1}`, at, random, isMitosis);
      const least = joins === undefined ? 1.12 : 0.9;
      if (isInReach(at, rect) && isClear(body, placed, least) && isClear(body, near, least)) placed.push(body);
    }
    return placed;
  };
}

function makeNucleus(id: string, centreUm: PointUm, random: Random, isMitosis: boolean): Body {
  const radius = isMitosis ? random.between(4.4, 5.4) : random.between(4.1, 6.2);
  const elongation = random.between(1.02, 1.5);
  const axis = random.between(0, Math.PI);
  const wobble = wobbleOf(random, [0, 0, 0.03, 0.03, 0.02, 0.01]);
  const chromosomes = isMitosis ? chromosomesOf(radius, axis, random) : [];
  const radiusAt = isMitosis
    ? (angle: number) => reachOf(chromosomes, angle) + CHROMOSOME_FRINGE_UM
    : (angle: number) => radius * ellipse(angle - axis, elongation) * (1 + wobble(angle));
  return {
    id,
    class: isMitosis ? "mitosis" : "nucleus",
    shape: makeShape(centreUm, radiusAt),
    look: {
      kind: "nucleus",
      brightness: isMitosis ? random.between(1.25, 1.6) : Math.max(0.35, random.normal(0.8, 0.2)),
      texture: random.between(0.15, 0.4),
      chromosomes,
      seed: random.seed(),
    },
  };
}

/** How far the chromosomes reach from the centre in a direction, um. */
function reachOf(chromosomes: readonly Lobe[], angle: number): number {
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  for (let distance = 7; distance > 0; distance -= 0.1) {
    if (depthInLobes(chromosomes, distance * dx, distance * dy) >= 0) return distance;
  }
  return 0;
}

/** A metaphase plate (one bar) or an anaphase pair (two bars drawn apart). */
function chromosomesOf(radius: number, axis: number, random: Random): Lobe[] {
  const isAnaphase = random.chance(0.45);
  const shift = isAnaphase ? radius * 0.5 : 0;
  const half = radius * (isAnaphase ? 0.5 : 0.72);
  const alongX = Math.cos(axis);
  const alongY = Math.sin(axis);
  const bars = isAnaphase ? [-shift, shift] : [0];
  return bars.map((offset) => ({
    x1: offset * alongX + half * alongY,
    y1: offset * alongY - half * alongX,
    x2: offset * alongX - half * alongY,
    y2: offset * alongY + half * alongX,
    r: radius * random.between(0.2, 0.28),
  }));
}

function anywhere(rect: RectUm, random: Random): PointUm {
  return { x: rect.x + rect.width * random.next(), y: rect.y + rect.height * random.next() };
}

function beside(body: Body, random: Random): PointUm {
  const angle = random.between(0, 2 * Math.PI);
  const distance = body.shape.meanRadiusUm * random.between(1.85, 2.2);
  return { x: body.shape.centreUm.x + distance * Math.cos(angle), y: body.shape.centreUm.y + distance * Math.sin(angle) };
}

function isClear(body: Body, others: readonly Body[], least: number): boolean {
  const { x, y } = body.shape.centreUm;
  return others.every((other) => {
    const distance = Math.hypot(x - other.shape.centreUm.x, y - other.shape.centreUm.y);
    return distance >= least * (body.shape.meanRadiusUm + other.shape.meanRadiusUm);
  });
}

function isInReach(at: PointUm, rect: RectUm): boolean {
  const margin = REACH_UM - 10;
  return at.x > rect.x - margin && at.x < rect.x + rect.width + margin && at.y > rect.y - margin && at.y < rect.y + rect.height + margin;
}
