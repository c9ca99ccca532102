import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("options of the app", () => {
  it("opens the virtual blood smear when nothing is said", () => {
    expect(readOptions([], {})).toMatchObject({ source: { kind: "virtual", specimen: "blood-smear" }, modelId: "blood-cells", demo: undefined, frameRate: 30 });
  });

  it("reads what is said, and leaves Chromium's own switches alone", () => {
    const options = readOptions(["--no-sandbox", ".", "--camera=replay:/pictures", "--demo", "--demo-out=/o", "--demo-fields=3", "--frame-rate=12", "--data-dir=/d"], {});
    expect(options).toMatchObject({ source: { kind: "replay", path: "/pictures" }, demo: { outDir: "/o", fields: 3 }, frameRate: 12, dataDir: "/d" });
  });

  it("takes the model that fits the specimen, unless one is named", () => {
    const modelOf = (...argv: string[]) => readOptions(argv, {}).modelId;
    expect([modelOf("--camera=virtual:nuclei"), modelOf("--camera=virtual:viability-chamber"), modelOf("--camera=replay:/pictures")]).toEqual(["nuclei", "viability", "blood-cells"]);
    expect(modelOf("--camera=virtual:viability-chamber", "--model=blood-cells")).toBe("blood-cells");
  });

  it.each([
    [["--camera=microscope"], "UnsupportedValue"],
    [["--camera=webcam:"], "UnsupportedValue"],
    [["--seed=cells"], "InvalidInput"],
    [["--frame-rate=0"], "OutOfRange"],
  ])("refuses %j with one sentence", (argv, tag) => {
    expect(() => readOptions(argv, {})).toThrow(expect.objectContaining({ data: expect.objectContaining({ tag }) as unknown }) as Error);
  });
});
