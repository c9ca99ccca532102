import { describe, expect, it } from "vitest";
import { sceneOf } from "./first-scene.ts";
import { readOptions } from "./options.ts";

describe("the slide that is drawn ahead", () => {
  it.each([[[]], [["--no-sandbox", "."]], [["--camera=virtual:nuclei"]], [["--camera", "virtual:nuclei", "--seed", "7"]], [["--seed=3", "--demo"]]])("is the one that %j asks for", (argv) => {
    const { source, seed } = readOptions(argv, {});
    expect(sceneOf(argv)).toEqual({ kind: source.kind === "virtual" ? source.specimen : undefined, seed });
  });

  it.each([[["--camera=replay:/pictures"]], [["--camera=webcam"]]])("is none for %j", (argv) => {
    expect(sceneOf(argv)).toBeUndefined();
  });
});
