import { describe, expect, it } from "vitest";
import { sceneOf } from "./first-scene.ts";
import { readOptions } from "./options.ts";

describe("the slide that is drawn ahead", () => {
  it.each([[[]], [["--no-sandbox", "."]], [["--camera=virtual:nuclei"]], [["--camera", "virtual:nuclei", "--seed", "7"]], [["--seed=3", "--demo"]]])("is the one that %j asks for", (argv) => {
    const { source, seed } = readOptions(argv, {});
    expect(sceneOf(argv, false)).toEqual({ kind: source.kind === "virtual" ? source.specimen : undefined, seed });
  });

  it.each([[["--camera=replay:/pictures"]], [["--camera=webcam"]], [["--config=devices.yaml"]], [["--config", "devices.yaml", "--camera=virtual:nuclei"]]])("is none for %j", (argv) => {
    expect(sceneOf(argv, false)).toBeUndefined();
  });

  it("is none where devices are set up, unless a slide is named", () => {
    expect(sceneOf([], true)).toBeUndefined();
    expect(sceneOf(["--camera=virtual:nuclei"], true)).toMatchObject({ kind: "nuclei" });
  });
});
