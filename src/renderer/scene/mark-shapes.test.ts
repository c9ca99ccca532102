import { describe, expect, it } from "vitest";
import { countingFrameShape, crosshairSegments, scaleBarMarks } from "./mark-shapes.ts";

const image = { width: 1000, height: 800 };

describe("marks", () => {
  it("the counting frame leaves its inset on every side, and goes where nothing is left", () => {
    expect(countingFrameShape(image, 100)).toMatchObject({ x: 100, y: 100, width: 800, height: 600, dash: "dashed" });
    expect(countingFrameShape(image, 400)).toBeUndefined();
  });

  it("the crosshair is open around the centre by the same way on the screen at every zoom", () => {
    for (const zoom of [0.5, 1, 4]) {
      const gap = crosshairSegments(image, zoom).map(({ bx }) => bx)[0] ?? 0;
      expect((500 - gap) * zoom).toBeCloseTo(14);
    }
  });

  it("the scale bar is as long as it says, tip to tip", () => {
    const { bar, text } = scaleBarMarks(0.1, { width: 640, height: 480 });
    const [segment] = bar;
    if (segment === undefined) throw new Error("There is a bar.");
    expect(segment.bx - segment.ax + segment.widthFactor).toBeCloseTo(200);
    expect(text.words).toBe("20 \u00b5m");
  });

  it("without a pixel size it says so instead", () => {
    const { bar, text } = scaleBarMarks(undefined, { width: 640, height: 480 });
    expect(bar).toEqual([]);
    expect(text.words).toBe("Scale unknown");
  });
});
