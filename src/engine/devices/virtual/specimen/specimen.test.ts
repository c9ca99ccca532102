import { describe, expect, it } from "vitest";
import { viabilityOf } from "./chamber.ts";
import { TILE_UM } from "./tiled-bodies.ts";
import { createSpecimen } from "./specimen.ts";
import type { RectUm, SpecimenClass, SpecimenObject } from "./types.ts";

/** A 40x field of a 1280 x 960 sensor. */
const FIELD = { width: 110.4, height: 82.8 };

const field = (x: number, y: number): RectUm => ({ x, y, ...FIELD });
const count = (objects: readonly SpecimenObject[], wanted: SpecimenClass): number => objects.filter((o) => o.class === wanted).length;

describe.each(["blood-smear", "nuclei", "viability-chamber"] as const)("specimen %s", (kind) => {
  it("is the same for the same seed, and another for another", () => {
    const there = field(1234, -5678);
    expect(createSpecimen(kind, 7).objectsIn(there)).toEqual(createSpecimen(kind, 7).objectsIn(there));
    expect(createSpecimen(kind, 8).objectsIn(there)).not.toEqual(createSpecimen(kind, 7).objectsIn(there));
  });

  it("does not depend on the way one came", () => {
    const direct = createSpecimen(kind, 7).objectsIn(field(900, 700));
    const wanderer = createSpecimen(kind, 7);
    for (let step = 0; step < 12; step += 1) wanderer.objectsIn(field(1500 - 50 * step, 100 + 50 * step));
    expect(wanderer.objectsIn(field(900, 700))).toEqual(direct);
  });

  it("shows an object across a tile's seam to both sides, whole and with one id", () => {
    const specimen = createSpecimen(kind, 7);
    const all = specimen.objectsIn({ x: 0, y: 0, width: 8 * TILE_UM, height: 12 * TILE_UM });
    const left = new Map(specimen.objectsIn({ x: 0, y: 0, width: 3 * TILE_UM, height: 12 * TILE_UM }).map((o) => [o.id, o]));
    const right = new Map(specimen.objectsIn({ x: 3 * TILE_UM, y: 0, width: 5 * TILE_UM, height: 12 * TILE_UM }).map((o) => [o.id, o]));
    expect(new Set([...left.keys(), ...right.keys()])).toEqual(new Set(all.map((o) => o.id)));
    const shared = all.filter((o) => left.has(o.id) && right.has(o.id));
    expect(shared.length).toBeGreaterThan(3);
    for (const object of shared) {
      expect(left.get(object.id)?.outlineUm).toEqual(object.outlineUm);
      const parts = (left.get(object.id)?.visibleFraction ?? 0) + (right.get(object.id)?.visibleFraction ?? 0);
      expect(parts).toBeCloseTo(object.visibleFraction, 6);
    }
  });

  it("gives every object an id of its own", () => {
    const objects = createSpecimen(kind, 7).objectsIn({ x: -400, y: -400, width: 800, height: 800 });
    expect(new Set(objects.map((o) => o.id)).size).toBe(objects.length);
  });
});

describe("blood smear", () => {
  it("holds what a smear holds, in a field at 40x", () => {
    const specimen = createSpecimen("blood-smear", 7);
    const fields = Array.from({ length: 60 }, (_, i) => specimen.objectsIn(field(FIELD.width * (i % 10), FIELD.height * Math.floor(i / 10))));
    const mean = (wanted: SpecimenClass): number => fields.reduce((sum, objects) => sum + count(objects, wanted), 0) / fields.length;
    expect(mean("red-cell")).toBeGreaterThan(60);
    expect(mean("red-cell")).toBeLessThan(110);
    expect(mean("white-cell")).toBeGreaterThan(0.6);
    expect(mean("white-cell")).toBeLessThan(2.2);
    expect(mean("platelet")).toBeGreaterThan(4);
    expect(mean("platelet")).toBeLessThan(10);
    const kinds = new Set(fields.flat().flatMap((o) => (o.subtype === undefined ? [] : [o.subtype])));
    expect(kinds).toEqual(new Set(["neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil"]));
  });

  it("keeps red cells apart enough to be counted by eye", () => {
    const cells = createSpecimen("blood-smear", 3).objectsIn({ x: 0, y: 0, width: 600, height: 600 }).filter((o) => o.class === "red-cell");
    let closest = Infinity;
    for (const a of cells) {
      for (const b of cells) {
        if (a.id < b.id) closest = Math.min(closest, Math.hypot(a.centreUm.x - b.centreUm.x, a.centreUm.y - b.centreUm.y));
      }
    }
    expect(closest).toBeGreaterThan(2.9);
  });
});

describe("nuclei field", () => {
  it("holds about 30 nuclei in a field at 40x, some of them dividing", () => {
    const specimen = createSpecimen("nuclei", 7);
    const fields = Array.from({ length: 60 }, (_, i) => specimen.objectsIn(field(FIELD.width * (i % 10), FIELD.height * Math.floor(i / 10))));
    const nuclei = fields.reduce((sum, objects) => sum + objects.length, 0) / fields.length;
    expect(nuclei).toBeGreaterThan(20);
    expect(nuclei).toBeLessThan(45);
    expect(fields.some((objects) => count(objects, "mitosis") > 0)).toBe(true);
  });
});

describe("viability chamber", () => {
  it("holds the share of living cells that its seed says, about 25 cells in a field at 20x", () => {
    for (const seed of [7, 28]) {
      const objects = createSpecimen("viability-chamber", seed).objectsIn({ x: 0, y: 0, width: 3000, height: 2000 });
      const living = count(objects, "living");
      const all = living + count(objects, "dead");
      expect(living / all).toBeCloseTo(viabilityOf(seed), 1);
      const perField = all / (6e6 / (4 * FIELD.width * FIELD.height));
      expect(perField).toBeGreaterThan(18);
      expect(perField).toBeLessThan(32);
    }
  });
});
