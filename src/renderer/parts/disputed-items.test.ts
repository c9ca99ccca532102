import { describe, expect, it } from "vitest";
import { compareDetections } from "../../core/comparison/compare-detections.ts";
import type { ClassInfo, Detection } from "../../shared/domain/detection.ts";
import type { OverlayItem } from "../scene/overlay-item.ts";
import { disputedItems } from "./disputed-items.ts";

const CLASSES: ClassInfo[] = [
  { id: "red-cell", name: "Red cell", plural: "Red cells", letter: "R", colorIndex: 0 },
  { id: "white-cell", name: "White cell", plural: "White cells", letter: "W", colorIndex: 1 },
];
const object = (id: string, x: number, classId = "red-cell"): Detection => ({ id, classId, score: 0.9, box: { x, y: 0, width: 10, height: 10 } });
const item = ({ id, classId, box, score }: Detection): OverlayItem => ({ id, classId, colorIndex: 0, letter: "R", box, score, corrected: false, rejected: false, counted: true });

describe("disputedItems", () => {
  it("marks what one alone found and what gets two classes, and adds the second's own without counting them", () => {
    const first = [object("a", 0), object("b", 30), object("c", 60)];
    const second = [object("A", 1), object("B", 31, "white-cell"), object("D", 90, "white-cell")];
    const ids = CLASSES.map((info) => info.id);
    const drawn = disputedItems(first.map(item), compareDetections(first, second, { first: ids, second: ids }), CLASSES);
    expect(drawn.map(({ id, disputed, counted }) => [id, disputed, counted])).toEqual([["a", undefined, true], ["b", "?", true], ["c", "1", true], ["second D", "2", false]]);
    expect(drawn.at(-1)).toMatchObject({ letter: "W", colorIndex: 1 });
  });

  it("without a comparison leaves everything as it is", () => {
    expect(disputedItems([item(object("a", 0))], undefined, CLASSES)).toEqual([item(object("a", 0))]);
  });
});
