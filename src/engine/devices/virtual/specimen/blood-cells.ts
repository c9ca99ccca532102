/** Makes single blood cells, platelets and debris: outline and look, each drawn from the given random stream. */
import type { Absorbance, Body, Lobe } from "./body.ts";
import type { Random } from "./random.ts";
import { makeShape } from "./shape.ts";
import { scaled } from "./stain.ts";
import type { Stain } from "./stain.ts";
import type { PointUm, SpecimenClass, WhiteCellSubtype } from "./types.ts";

/** A body that has its place and size but no outline yet: most drafts are refused, and outlines cost time. */
export interface Draft {
  readonly class: SpecimenClass;
  readonly centreUm: PointUm;
  readonly radiusUm: number;
  /** Draws outline and look. */
  finish(id: string): Body;
}

/** Red cells: 7.2 um, spread 0.5 um; mostly near-round, a few oval or drawn out like a tear. */
export function draftRedCell(centreUm: PointUm, random: Random, stain: Stain): Draft {
  const radiusUm = Math.max(2.9, random.normal(3.6, 0.26));
  return { class: "red-cell", centreUm, radiusUm, finish: (id) => finishRedCell(id, centreUm, radiusUm, random, stain) };
}

function finishRedCell(id: string, centreUm: PointUm, radius: number, random: Random, stain: Stain): Body {
  const kind = random.next();
  const elongation = kind < 0.07 ? random.between(1.2, 1.38) : random.between(1, 1.12);
  const tail = kind > 0.988 ? random.between(0.35, 0.6) : 0;
  const wobble = wobbleOf(random, [0, 0, 0.016, 0.022, 0.014, 0.009]);
  const axis = random.between(0, Math.PI);
  const tailAt = random.between(0, 2 * Math.PI);
  const shape = makeShape(centreUm, (angle) => {
    const drawnOut = tail === 0 ? 0 : tail * (Math.exp(-((angleBetween(angle, tailAt) / 0.34) ** 2)) - 0.12);
    return radius * ellipse(angle - axis, elongation) * (1 + wobble(angle) + drawnOut);
  });
  const hasPallor = random.chance(0.82);
  return {
    id,
    class: "red-cell",
    shape,
    look: {
      kind: "red-cell",
      absorbance: scaled(stain.redCell, Math.max(0.6, random.normal(1, 0.11))),
      pallorDepth: hasPallor ? random.between(0.35, 0.85) : random.between(0, 0.25),
      pallorRadius: random.between(0.36, 0.62),
      pallorSoftness: random.between(0.12, 0.32),
      pallorOffset: { x: random.normal(0, 0.06), y: random.normal(0, 0.06) },
      slope: { x: random.normal(0, 0.1), y: random.normal(0, 0.1) },
      seed: random.seed(),
    },
  };
}

const SUBTYPES: readonly { subtype: WhiteCellSubtype; share: number; radiusUm: readonly [number, number] }[] = [
  { subtype: "neutrophil", share: 0.5, radiusUm: [5.8, 7] },
  { subtype: "lymphocyte", share: 0.27, radiusUm: [4.5, 6.2] },
  { subtype: "monocyte", share: 0.11, radiusUm: [6.9, 8] },
  { subtype: "eosinophil", share: 0.08, radiusUm: [5.9, 7.1] },
  { subtype: "basophil", share: 0.04, radiusUm: [5.3, 6.4] },
];

/** One of the five kinds, in shares that show each of them within a short demo (basophils are rarer in life). */
export function draftWhiteCell(centreUm: PointUm, random: Random, stain: Stain): Draft {
  let left = random.next();
  let kind = SUBTYPES[0];
  for (const candidate of SUBTYPES) {
    kind = candidate;
    left -= candidate.share;
    if (left < 0) break;
  }
  const subtype = kind?.subtype ?? "neutrophil";
  const radiusUm = random.between(kind?.radiusUm[0] ?? 6, kind?.radiusUm[1] ?? 7);
  return { class: "white-cell", centreUm, radiusUm, finish: (id) => finishWhiteCell(id, centreUm, radiusUm, subtype, random, stain) };
}

function finishWhiteCell(id: string, centreUm: PointUm, radius: number, subtype: WhiteCellSubtype, random: Random, stain: Stain): Body {
  const roughness = subtype === "monocyte" ? 0.028 : 0.014;
  const wobble = wobbleOf(random, [0, 0, roughness * 1.5, roughness, roughness, roughness * 0.6]);
  const elongation = random.between(1, 1.14);
  const axis = random.between(0, Math.PI);
  return {
    id,
    class: "white-cell",
    subtype,
    shape: makeShape(centreUm, (angle) => radius * ellipse(angle - axis, elongation) * (1 + wobble(angle))),
    look: {
      kind: "white-cell",
      subtype,
      cytoplasm: cytoplasmOf(subtype, stain),
      nucleus: scaled(stain.nucleus, nucleusDensity(subtype) * random.between(0.88, 1.12)),
      granules: granulesOf(subtype, stain, random),
      lobes: lobesOf(subtype, radius, random),
      seed: random.seed(),
    },
  };
}

/** Platelets: 2 to 3 um across, purple, fuzzy, granular. */
export function draftPlatelet(centreUm: PointUm, random: Random, stain: Stain): Draft {
  const radiusUm = random.between(1.08, 1.65);
  return { class: "platelet", centreUm, radiusUm, finish: (id) => finishPlatelet(id, centreUm, radiusUm, random, stain) };
}

function finishPlatelet(id: string, centreUm: PointUm, radius: number, random: Random, stain: Stain): Body {
  const elongation = random.between(1, 1.4);
  const axis = random.between(0, Math.PI);
  const wobble = wobbleOf(random, [0, 0, 0.05, 0.06, 0.05, 0.04]);
  return {
    id,
    class: "platelet",
    shape: makeShape(centreUm, (angle) => radius * ellipse(angle - axis, elongation) * (1 + wobble(angle))),
    look: { kind: "platelet", absorbance: scaled(stain.plateletCentre, random.between(0.85, 1.35)), seed: random.seed() },
  };
}

/** Debris nobody counts: dark specks, pale smudges of precipitate, refractile dots. */
export function makeDebris(id: string, centreUm: PointUm, random: Random, stain: Stain): Body {
  const kind = random.next();
  const isSmudge = kind < 0.25;
  const isRefractile = kind > 0.7;
  const radius = isSmudge ? random.between(1.2, 2.6) : random.between(0.22, 0.5);
  const wobble = wobbleOf(random, [0, 0, 0.12, 0.1, 0.06, 0.04]);
  const dark = random.between(0.25, 0.7);
  return {
    id,
    class: "debris",
    shape: makeShape(centreUm, (angle) => radius * (1 + wobble(angle))),
    look: {
      kind: "debris",
      absorbance: isSmudge ? scaled(stain.greyBlue, random.between(0.25, 0.5)) : [dark, dark * 1.05, dark * 0.9],
      softness: isSmudge ? 1 : 0.35,
      isRefractile,
    },
  };
}

function angleBetween(a: number, b: number): number {
  return Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));
}

/** Radius factor of an ellipse with the given axis ratio and the area of the unit circle. */
export function ellipse(angle: number, elongation: number): number {
  const a = Math.sqrt(elongation);
  const b = 1 / a;
  const across = Math.cos(angle) / a;
  const along = Math.sin(angle) / b;
  return 1 / Math.sqrt(across * across + along * along);
}

/** Sum of harmonics with random phases: index = harmonic, value = standard deviation of its amplitude. */
export function wobbleOf(random: Random, sigmas: readonly number[]): (angle: number) => number {
  const terms = sigmas.flatMap((sigma, harmonic) =>
    sigma === 0 ? [] : [{ harmonic, amplitude: random.normal(0, sigma), phase: random.between(0, 2 * Math.PI) }],
  );
  return (angle) => {
    let sum = 0;
    for (const t of terms) sum += t.amplitude * Math.cos(t.harmonic * angle + t.phase);
    return sum;
  };
}

function cytoplasmOf(subtype: WhiteCellSubtype, stain: Stain): Absorbance {
  switch (subtype) {
    case "lymphocyte":
      return stain.paleBlue;
    case "monocyte":
      return stain.greyBlue;
    case "neutrophil":
    case "eosinophil":
    case "basophil":
      return stain.paleLilac;
  }
}

function nucleusDensity(subtype: WhiteCellSubtype): number {
  if (subtype === "lymphocyte") return 1.1;
  if (subtype === "monocyte" || subtype === "basophil") return 0.78;
  return 1;
}

function granulesOf(subtype: WhiteCellSubtype, stain: Stain, random: Random) {
  switch (subtype) {
    case "eosinophil":
      return { count: Math.round(random.between(90, 130)), radiusUm: 0.42, absorbance: stain.eosinGranule };
    case "basophil":
      return { count: Math.round(random.between(55, 85)), radiusUm: 0.45, absorbance: stain.basoGranule };
    case "neutrophil":
      return { count: Math.round(random.between(90, 150)), radiusUm: 0.2, absorbance: stain.neutroGranule };
    case "monocyte":
      return { count: 30, radiusUm: 0.2, absorbance: stain.neutroGranule };
    case "lymphocyte":
      return { count: 0, radiusUm: 0.2, absorbance: stain.neutroGranule };
  }
}

function lobesOf(subtype: WhiteCellSubtype, radius: number, random: Random): Lobe[] {
  const turn = random.between(0, 2 * Math.PI);
  switch (subtype) {
    case "lymphocyte": {
      const r = radius * random.between(0.76, 0.88);
      const off = Math.max(0, radius - r) * 0.7;
      const x = off * Math.cos(turn);
      const y = off * Math.sin(turn);
      const dent = r * 0.12;
      return [{ x1: x - dent * Math.sin(turn), y1: y + dent * Math.cos(turn), x2: x + dent * Math.sin(turn), y2: y - dent * Math.cos(turn), r: r * 0.94 }];
    }
    case "monocyte":
      return arcOfLobes({ count: 4, spread: 2.1, orbit: radius * 0.36, r: radius * 0.4, bridge: 0.95, turn, random });
    case "eosinophil":
      return arcOfLobes({ count: 2, spread: 2.2, orbit: radius * 0.5, r: radius * 0.36, bridge: 0.35, turn, random });
    case "basophil":
      return arcOfLobes({ count: 3, spread: 2.6, orbit: radius * 0.38, r: radius * 0.38, bridge: 0.7, turn, random });
    case "neutrophil": {
      const count = 2 + Math.floor(random.between(0.4, 4));
      return arcOfLobes({ count, spread: 1.25 * count, orbit: radius * 0.5, r: radius * (0.4 - 0.025 * count), bridge: 0.45, turn, random });
    }
  }
}

interface Arc {
  readonly count: number;
  /** Angle from first to last lobe, radians. */
  readonly spread: number;
  readonly orbit: number;
  readonly r: number;
  /** Thickness of the connection between neighbours, share of r. */
  readonly bridge: number;
  readonly turn: number;
  readonly random: Random;
}

/** Lobes strung along an arc around the cell's centre, joined by bridges. */
function arcOfLobes({ count, spread, orbit, r, bridge, turn, random }: Arc): Lobe[] {
  const lobes: Lobe[] = [];
  let previous: Lobe | undefined;
  for (let i = 0; i < count; i += 1) {
    const angle = turn + spread * (count === 1 ? 0 : i / (count - 1) - 0.5) + random.normal(0, 0.1);
    const distance = orbit * random.between(0.85, 1.12);
    const x = distance * Math.cos(angle);
    const y = distance * Math.sin(angle);
    const stretch = r * random.between(0.1, 0.45);
    const lean = angle + random.normal(0, 0.8);
    const dx = (stretch / 2) * Math.cos(lean);
    const dy = (stretch / 2) * Math.sin(lean);
    const lobe = { x1: x - dx, y1: y - dy, x2: x + dx, y2: y + dy, r: r * random.between(0.85, 1.1) };
    if (previous !== undefined) lobes.push({ x1: previous.x2, y1: previous.y2, x2: lobe.x1, y2: lobe.y1, r: r * bridge });
    lobes.push(lobe);
    previous = lobe;
  }
  return lobes;
}
