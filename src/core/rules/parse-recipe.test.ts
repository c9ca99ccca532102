import { describe, expect, it } from "vitest";
import { isOcularError } from "../../shared/errors.ts";
import { parseRecipe } from "./parse-recipe.ts";
import { requireOnePixelSize } from "./pixel-sizes.ts";

const CHANNEL = { kind: "channel", source: "grey" };
const OTSU = { kind: "threshold", method: "otsu" };
const CLASS = { id: "a", name: "A", plural: "As", letter: "A", colorIndex: 0 };
const GOOD = { format: "ocular-recipe", formatVersion: 1, id: "mine", version: 1, name: "Mine", assumedPixelSizeUm: 0.5, steps: [CHANNEL, OTSU], classes: [CLASS] };

function sentence(value: unknown): string {
  try {
    parseRecipe(value, "mine.yaml");
  } catch (error) {
    if (isOcularError(error, "RecipeInvalid")) return error.message;
    throw error;
  }
  return "no error";
}

describe("parseRecipe", () => {
  it("fills what may be left out", () => {
    expect(parseRecipe(GOOD, "x")).toMatchObject({ description: "", otherwise: "drop", steps: [{ invert: false }, { side: "above", factor: 1 }], classes: [{ gates: [] }] });
  });

  it.each([
    ["an unknown step", { steps: [CHANNEL, { kind: "blurr" }, OTSU] }, 'step 2: there is no step "blurr": known are background'],
    ["a step without kind", { steps: [{ sigmaUm: 1 }] }, "step 1: it does not say its kind"],
    ["an unknown option", { steps: [CHANNEL, { ...OTSU, sigma: 3 }] }, "step 2 (threshold): unrecognized key"],
    ["a value that is none", { steps: [{ kind: "smooth", method: "gaussian", sigmaUm: -1 }, CHANNEL, OTSU] }, "step 1 (smooth), sigmaUm: too small"],
    ["a threshold before a channel", { steps: [OTSU, CHANNEL] }, "step 1 (threshold): it needs a grey picture: put a channel or stain step before it"],
    ["morphology before a threshold", { steps: [CHANNEL, { kind: "morphology", operation: "open", radiusUm: 1 }, OTSU] }, "step 2 (morphology): it needs a mask: put a threshold before it"],
    ["smoothing of a mask", { steps: [CHANNEL, OTSU, { kind: "smooth", method: "median", radiusUm: 1 }] }, "step 3 (smooth): it cannot work on a mask: put it before the threshold"],
    ["two channels", { steps: [CHANNEL, CHANNEL, OTSU] }, "step 2 (channel): it cannot work on a grey picture"],
    ["no threshold", { steps: [CHANNEL] }, "none of them is a threshold"],
    ["no step at all", { steps: [] }, "steps: too small"],
    ["an impossible gate", { steps: [CHANNEL, OTSU, { kind: "gate", feature: "areaUm2", min: 5, max: 4 }] }, "step 3 (gate): its gate on areaUm2 lets nothing through: min 5 is above max 4"],
    ["a gate outside of what can be", { classes: [{ ...CLASS, gates: [{ feature: "circularity", min: 1.2 }] }] }, "the feature lies from 0 to 1"],
    ["a gate without ends", { classes: [{ ...CLASS, gates: [{ feature: "areaUm2" }] }] }, "has neither min nor max"],
    ["an unknown feature", { classes: [{ ...CLASS, gates: [{ feature: "roundness", min: 1 }] }] }, 'class "a": there is no feature "roundness": known are areaUm2'],
    ["a class nothing reaches", { classes: [CLASS, { ...CLASS, id: "b" }] }, 'class "b": no object reaches it'],
    ["two classes of one name", { classes: [{ ...CLASS, gates: [{ feature: "areaUm2", min: 1 }] }, CLASS] }, "two of this name"],
    ["a class that a spreadsheet would compute", { classes: [{ ...CLASS, id: "=1+1" }] }, "begins with neither"],
    ["another class that is none", { otherwise: "c" }, 'there is no class "c"'],
    ["an unknown stain", { steps: [{ kind: "stain", stains: "giemsa", take: "dab" }, OTSU] }, 'it takes the stain "dab"'],
    ["stains that are one", { steps: [{ kind: "stain", stains: [{ name: "a", rgb: [1, 0, 0] }, { name: "b", rgb: [2, 0, 0] }], take: "a" }, OTSU] }, "too much alike"],
    ["a newer format", { formatVersion: 2 }, "2 is newer than this Ocular reads"],
    ["a name with blanks", { id: "my recipe" }, "needs small letters"],
  ])("says in one sentence what is wrong with %s", (_, changes, words) => {
    const said = sentence({ ...GOOD, ...changes });
    expect(said).toContain(words);
    expect(said).toMatch(/^Recipe .+ cannot be used \(.+\): mend it there\.$/u);
  });

  it("calls a recipe without id by its file", () => {
    expect(sentence("text")).toContain("Recipe mine.yaml cannot be used (the whole");
    expect(sentence({ ...GOOD, id: 3 })).toContain("Recipe mine.yaml cannot be used (id");
  });
});

describe("requireOnePixelSize", () => {
  const rules = { id: "nuclei rules", assumedPixelSizeUm: 0.5 };
  const model = { id: "nuclei", assumedPixelSizeUm: 0.25 };

  it("refuses two scales for one picture, unless the picture states its own", () => {
    expect(() => requireOnePixelSize(rules, model, undefined)).toThrow("nuclei rules assumes 0.5 um per pixel and nuclei 0.25: state the pixel size");
    expect(() => requireOnePixelSize(rules, model, 0.3)).not.toThrow();
    expect(() => requireOnePixelSize(rules, { ...model, assumedPixelSizeUm: 0.502 }, undefined)).not.toThrow();
  });
});
