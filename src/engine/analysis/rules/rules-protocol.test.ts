import { expect, it } from "vitest";
import { discRecipe } from "../../../core/rules/testing/scenes.ts";
import { flattenObjects } from "./rules-protocol.ts";

it("brings what touches the border of a reduced picture to the border of the whole one", () => {
  const recipe = discRecipe();
  const [width, height] = [1280, 960];
  for (let cells = 400; cells < 700; cells++) {
    const scale = { x: cells / width, y: 414 / height };
    const boxes = Array.from({ length: 50 }, (_, n) => ({ x: cells - 10 - n, y: 300, width: 10 + n, height: 114 }));
    const flat = flattenObjects(recipe, boxes.map((box) => ({ label: 1, classId: recipe.classes[0]?.id ?? "", score: 1, box, contour: new Int32Array() })), scale);
    const sides = boxes.map((_, n) => [(flat.boxes[4 * n] ?? 0) + (flat.boxes[4 * n + 2] ?? 0), (flat.boxes[4 * n + 1] ?? 0) + (flat.boxes[4 * n + 3] ?? 0)]);
    expect(sides.filter(([right, bottom]) => right !== width || bottom !== height)).toEqual([]);
  }
});
