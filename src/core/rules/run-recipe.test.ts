import { describe, expect, it } from "vitest";
import { referenceKernels } from "../kernels/reference-kernels.ts";
import { runRecipe } from "./run-recipe.ts";
import type { RecipeResult, StepMemory } from "./run-recipe.ts";
import { discPicture, discRecipe } from "./testing/scenes.ts";

const TOUCHING = [{ x: 20, y: 20, radius: 8, value: 200 }, { x: 33, y: 20, radius: 8, value: 200 }];
const APART = [{ x: 20, y: 20, radius: 8, value: 200 }, { x: 60, y: 40, radius: 4, value: 120 }];
const classesOf = ({ objects }: RecipeResult): string[] => objects.map(({ classId }) => classId);
const disc = { name: "x", plural: "xs", letter: "X", colorIndex: 0 };

describe("runRecipe", () => {
  it("finds each disc with its box, outline and class", () => {
    const { objects, map } = runRecipe(discRecipe(), discPicture(80, 60, APART), referenceKernels);
    expect(objects).toHaveLength(2);
    expect(map?.count).toBe(2);
    expect(objects[0]).toMatchObject({ classId: "disc", score: 1, box: { x: 12, y: 12, width: 17, height: 17 } });
    const xs = [...(objects[0]?.contour ?? [])].filter((_, at) => at % 2 === 0);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([12, 29]);
  });

  it("parts discs that touch, and only where the waist is deep enough", () => {
    const picture = discPicture(60, 40, TOUCHING);
    expect(runRecipe(discRecipe(), picture, referenceKernels).objects).toHaveLength(2);
    const shallow = discRecipe({ steps: [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "otsu" }, { kind: "split", hUm: 6 }] });
    expect(runRecipe(shallow, picture, referenceKernels).objects).toHaveLength(1);
  });

  it("means the same cells at another pixel size", () => {
    const steps = [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "fixed", value: 50 }, { kind: "gate", feature: "areaUm2", min: 150 }] as const;
    const recipe = discRecipe({ steps: [...steps] });
    const twice = APART.map(({ x, y, radius, value }) => ({ x: 2 * x, y: 2 * y, radius: 2 * radius, value }));
    expect(runRecipe(recipe, discPicture(80, 60, APART), referenceKernels).objects).toHaveLength(1);
    expect(runRecipe(recipe, discPicture(160, 120, twice, 0.5), referenceKernels).objects).toHaveLength(1);
    // Taken for 1 um pixels the small disc would pass as well.
    expect(runRecipe(recipe, discPicture(160, 120, twice), referenceKernels).objects).toHaveLength(2);
  });

  it("gives the first class whose gates fit, with the margin to the nearest gate, and drops or names the rest", () => {
    const classes = [
      { ...disc, id: "bright", gates: [{ feature: "meanIntensity", min: 150 }] },
      { ...disc, id: "small", gates: [{ feature: "equivalentDiameterUm", min: 4, max: 12 }] },
    ];
    const picture = discPicture(120, 60, [...APART, { x: 100, y: 20, radius: 9, value: 90 }]);
    const found = runRecipe(discRecipe({ classes }), picture, referenceKernels);
    expect(classesOf(found)).toEqual(["bright", "small"]);
    expect(found.objects[0]?.score).toBeCloseTo((200 - 150) / (200 + 150), 6);
    // Diameter near 8 of a gate from 4 to 12: nearly in its middle.
    expect(found.objects[1]?.score).toBeGreaterThan(0.85);
    const named = runRecipe(discRecipe({ classes, otherwise: "small" }), picture, referenceKernels);
    expect(classesOf(named).sort()).toEqual(["bright", "small", "small"]);
    expect(named.objects.filter(({ score }) => score === 0)).toHaveLength(1);
  });

  it("stops after a step and shows what each gave", () => {
    const stages: string[] = [];
    const stopped = runRecipe(discRecipe(), discPicture(80, 60, APART), referenceKernels, { until: 1, onStep: (_, { stage }) => stages.push(stage) });
    expect(stages).toEqual(["grey", "mask"]);
    expect(stopped.last.stage).toBe("mask");
    expect(stopped.objects).toEqual([]);
    expect(runRecipe(discRecipe(), discPicture(8, 6, []), referenceKernels, { until: -1 }).last.stage).toBe("colour");
  });

  it("runs again only from the first changed step on, with the same answer", () => {
    const picture = discPicture(80, 60, APART);
    let memory: StepMemory | undefined;
    const remembered: boolean[] = [];
    const again = (hUm: number): RecipeResult => {
      remembered.length = 0;
      const recipe = discRecipe({ steps: [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "otsu" }, { kind: "split", hUm }] });
      return runRecipe(recipe, picture, referenceKernels, { onStep: (_index, _output, was) => remembered.push(was), onMemory: (kept) => { memory = kept; }, ...(memory === undefined ? {} : { memory }) });
    };
    const first = again(1);
    expect(remembered).toEqual([false, false, false]);
    const second = again(2);
    expect(remembered).toEqual([true, true, false]);
    expect(second.objects).toEqual(first.objects);
  });

  it("finds nothing in empty, black, white and one-pixel pictures", () => {
    for (const picture of [discPicture(1, 1, []), discPicture(30, 20, []), discPicture(30, 20, [{ x: 0, y: 0, radius: 99, value: 255 }])]) {
      expect(runRecipe(discRecipe(), picture, referenceKernels).objects).toEqual([]);
    }
    // All of it is object when a fixed threshold says so.
    const steps = [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "fixed", value: 10 }, { kind: "split", hUm: 1 }] as const;
    const whole = runRecipe(discRecipe({ steps: [...steps] }), discPicture(30, 20, [{ x: 0, y: 0, radius: 99, value: 255 }]), referenceKernels);
    expect(whole.objects.map(({ box }) => box)).toEqual([{ x: 0, y: 0, width: 30, height: 20 }]);
  });

  it("takes the light away that falls unevenly", () => {
    const picture = discPicture(80, 60, APART);
    for (const [at, value] of picture.planes[0].data.entries()) picture.planes[0].data[at] = Math.min(value * 0.3 + (at % 80) * 2, 255);
    const steps = (method: "mean" | "tiles") => [{ kind: "background", method, radiusUm: 10, remove: "subtract" }, { kind: "channel", source: "grey" }, { kind: "threshold", method: "fixed", value: 20 }] as const;
    for (const method of ["mean", "tiles"] as const) {
      const places = runRecipe(discRecipe({ steps: [...steps(method)] }), picture, referenceKernels).objects.map(({ box }) => [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]);
      expect(places).toContainEqual([21, 21]);
    }
  });

  it("cleans masks: opening takes specks away, filling closes small holes only", () => {
    const ring = discPicture(60, 40, [{ x: 20, y: 20, radius: 10, value: 200 }, { x: 20, y: 20, radius: 2, value: 0 }, { x: 50, y: 10, radius: 0, value: 200 }]);
    const run = (...more: Array<{ kind: "fillHoles"; maxAreaUm2?: number } | { kind: "morphology"; operation: "open"; radiusUm: number }>): number[] => {
      const { features } = runRecipe(discRecipe({ steps: [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "otsu" }, ...more] }), ring, referenceKernels);
      return [...(features?.column("areaUm2") ?? [])];
    };
    expect(run()).toEqual([317 - 13, 1]);
    expect(run({ kind: "fillHoles" })).toEqual([317, 1]);
    expect(run({ kind: "fillHoles", maxAreaUm2: 5 })).toEqual([317 - 13, 1]);
    expect(run({ kind: "fillHoles" }, { kind: "morphology", operation: "open", radiusUm: 1 })).toEqual([313]);
  });

  it("refuses planes that are not the picture", () => {
    expect(() => runRecipe(discRecipe(), { ...discPicture(4, 4, []), width: 5 }, referenceKernels)).toThrow(RangeError);
  });
});
