import { describe, expect, it } from "vitest";
import { GalleryIndex } from "./gallery-index.ts";
import type { FileRecord } from "./journal-records.ts";

const record = (scores: readonly number[]): FileRecord => ({
  path: "p", bytes: 1, mtime_ms: 1, failures: [],
  pages: [{ page: 0, width: 9, height: 9, pixel_size_from: "model", objects: scores.map((score) => ({ class: "c", score, box: [1, 2, 3, 4] })) }],
});

describe("GalleryIndex", () => {
  it("keeps the surest cells of a class, in order, however many there are", () => {
    const index = new GalleryIndex(3);
    for (let n = 0; n < 10; n++) index.add({ path: `${n}.png` }, record([n / 10, 0.05]));
    expect(index.cells("c").map(({ file, number, score }) => [file.path, number, score])).toEqual([["9.png", 1, 0.9], ["8.png", 1, 0.8], ["7.png", 1, 0.7]]);
    expect(index.cells("c")[0]?.box).toEqual({ x: 1, y: 2, width: 3, height: 4 });
    expect(index.cells("other")).toEqual([]);
  });

  it("puts equally sure ones in the order of the inputs", () => {
    const index = new GalleryIndex();
    for (const path of ["b", "a"]) index.add({ path }, record([0.5, 0.5]));
    expect(index.cells("c").map(({ file, number }) => `${file.path}${number}`)).toEqual(["b1", "b2", "a1", "a2"]);
  });
});
