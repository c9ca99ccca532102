import { describe, expect, it } from "vitest";
import { projectByComponents, projectByUmap, seededRandom } from "./project-rows.ts";

/** Two clouds of 20 rows, far apart in five dimensions. */
const random = seededRandom(1);
const values = Float64Array.from({ length: 40 * 5 }, (_, at) => random() + (at < 100 ? 0 : 20));
const table = { dimensions: 5, values };

function separation(places: Float64Array): number {
  const mean = (from: number, to: number, axis: number): number => {
    let sum = 0;
    for (let row = from; row < to; row++) sum += places[2 * row + axis] ?? NaN;
    return sum / (to - from);
  };
  return Math.hypot(mean(0, 20, 0) - mean(20, 40, 0), mean(0, 20, 1) - mean(20, 40, 1));
}

describe("a map of many numbers", () => {
  it("by UMAP is the same each time, tells how far it is, and keeps clouds apart", () => {
    const told: number[] = [];
    const first = projectByUmap(table, (done, total) => { told.push(done / total); });
    expect(first.places).toHaveLength(80);
    expect(told.at(-1)).toBe(1);
    expect([...projectByUmap(table, () => undefined).places]).toEqual([...first.places]);
    expect(separation(first.places)).toBeGreaterThan(5);
  });

  it("by components has the clouds' distance along the first", () => {
    const { places, shares } = projectByComponents(table);
    expect(shares?.[0]).toBeGreaterThan(0.95);
    expect(separation(places)).toBeCloseTo(20 * Math.sqrt(5), 0);
  });

  it("by components of one dimension is a line", () => {
    const { places } = projectByComponents({ dimensions: 1, values: Float64Array.of(1, 2, 3) });
    expect([...places]).toEqual([-1, 0, 0, 0, 1, 0]);
  });
});
