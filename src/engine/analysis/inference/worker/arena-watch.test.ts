import { describe, expect, it } from "vitest";
import { ArenaWatch } from "./arena-watch.ts";

/** Places in the list after which a new session was asked for; each begins with a watch of its own. */
function renewals(sizes: readonly number[]): number[] {
  let watch = new ArenaWatch();
  return sizes.flatMap((elements, place) => {
    if (!watch.ran(elements)) return [];
    watch = new ArenaWatch();
    return [place];
  });
}

const times = (count: number, elements: number): number[] => Array.from({ length: count }, () => elements);

describe("when the memory of a session is given back", () => {
  it("never while pictures are of one size, or of sizes that are near each other", () => {
    expect(renewals(times(1000, 640 * 480))).toEqual([]);
    expect(renewals(Array.from({ length: 1000 }, (_, n) => 100 + ((n * 37) % 99)))).toEqual([]);
  });

  it("after eight runs of half the size or less in a row", () => {
    expect(renewals([1000, ...times(7, 500)])).toEqual([]);
    expect(renewals([1000, ...times(8, 500)])).toEqual([8]);
    expect(renewals([1000, ...times(20, 501)])).toEqual([]);
    expect(renewals([1000, 10, 400, 3, 77, 500, 120, 1, 60])).toEqual([8]);
  });

  it("counts anew when a large one comes between, whether larger or not", () => {
    expect(renewals([1000, ...times(7, 100), 900, ...times(7, 100)])).toEqual([]);
    expect(renewals([1000, ...times(7, 100), 4000, ...times(8, 900)])).toEqual([16]);
  });

  it("begins anew with the new session: the same small pictures ask for no other", () => {
    expect(renewals([1000, ...times(500, 100)])).toEqual([8]);
    expect(renewals([1000, ...times(8, 100), 1000, ...times(8, 100)])).toEqual([8, 17]);
  });
});
