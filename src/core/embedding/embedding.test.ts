import { describe, expect, it } from "vitest";
import fixture from "./embedding.fixture.json" with { type: "json" };
import { standardise, takeRows } from "./matrix.ts";
import { principalComponents } from "./principal-components.ts";
import { mostAlike, toUnitLength } from "./similarity.ts";
import { eigenvectorsOf } from "./symmetric-eigen.ts";

const table = { dimensions: fixture.dimensions, values: Float64Array.from(fixture.vectors) };

describe("principal components", () => {
  const found = principalComponents(table, 3);

  it("are those of a singular value decomposition by NumPy", () => {
    expect(found.scores.dimensions).toBe(3);
    for (const [at, expected] of fixture.scores.entries()) expect(found.scores.values[at]).toBeCloseTo(expected, 5);
    for (const [at, expected] of fixture.shares.entries()) expect(found.shares[at]).toBeCloseTo(expected, 8);
  });

  it("are never more than there are dimensions, and none of them for rows that are all alike", () => {
    expect(principalComponents({ dimensions: 1, values: Float64Array.of(1, 2, 3) }, 2).scores.dimensions).toBe(1);
    expect(principalComponents({ dimensions: 2, values: Float64Array.of(4, 5, 4, 5) }, 2).shares).toEqual([0, 0]);
  });
});

describe("eigenvectors", () => {
  it("solve a matrix by hand", () => {
    const [first, second] = eigenvectorsOf(Float64Array.of(2, 1, 1, 2), 2);
    expect(first?.value).toBeCloseTo(3, 12);
    expect(second?.value).toBeCloseTo(1, 12);
    expect(Math.abs(first?.vector[0] ?? 0)).toBeCloseTo(Math.SQRT1_2, 12);
  });
});

describe("likeness", () => {
  it("ranks as SciPy's cosine does", () => {
    const ranked = mostAlike(table, fixture.alikeTo, 10);
    expect(ranked.map(({ row }) => row)).toEqual(fixture.alike.map(({ row }) => row));
    for (const [at, { similarity }] of fixture.alike.entries()) expect(ranked[at]?.similarity).toBeCloseTo(similarity, 7);
  });

  it("leaves out rows that hold nothing, and finds nothing for one of them", () => {
    const some = { dimensions: 2, values: Float64Array.of(1, 0, NaN, NaN, 0, 0, 2, 0) };
    expect(mostAlike(some, 0)).toEqual([{ row: 3, similarity: 1 }]);
    expect(mostAlike(some, 1)).toEqual([]);
    expect(mostAlike(some, 2)).toEqual([]);
  });

  it("of unit vectors is their distance", () => {
    const { values } = toUnitLength({ dimensions: 2, values: Float64Array.of(3, 4, 0, 0) });
    expect([...values]).toEqual([0.6, 0.8, 0, 0]);
  });
});

describe("one scale", () => {
  it("has mean 0 and spread 1, takes the mean for what is missing, and leaves out what says nothing", () => {
    const scaled = standardise({ dimensions: 4, values: Float64Array.of(1, 7, NaN, 10, 3, 7, NaN, NaN, 5, 7, NaN, 30) });
    expect(scaled.columns).toEqual([0, 3]);
    const root = Math.sqrt(1.5);
    for (const [at, expected] of [-root, -1, 0, 0, root, 1].entries()) expect(scaled.values[at]).toBeCloseTo(expected, 12);
  });

  it("takes rows in the order asked", () => {
    expect([...takeRows({ dimensions: 2, values: Float64Array.of(1, 2, 3, 4, 5, 6) }, [2, 0]).values]).toEqual([5, 6, 1, 2]);
  });
});
