import { describe, expect, it } from "vitest";
import { um } from "../../shared/units.ts";
import { serpentine } from "./serpentine.ts";

describe("serpentine", () => {
  it("visits every place once and never steps further than one field", () => {
    const points = serpentine({ centreUm: { x: um(100), y: um(-50) }, fields: 20, columns: 5, acrossUm: { x: um(94), y: um(0) }, downUm: { x: um(0), y: um(67) } });
    expect(points).toHaveLength(20);
    expect(new Set(points.map((p) => `${p.x},${p.y}`)).size).toBe(20);
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]];
      if (a === undefined || b === undefined) throw new Error("gap in the plan");
      expect([Math.abs(a.x - b.x), Math.abs(a.y - b.y)].sort((p, q) => p - q)).toEqual(a.y === b.y ? [0, 94] : [0, 67]);
    }
    expect(points.reduce((s, p) => s + p.x, 0) / 20).toBeCloseTo(100);
    expect(points.reduce((s, p) => s + p.y, 0) / 20).toBeCloseTo(-50);
  });

  it("goes along the picture where the camera is turned", () => {
    const points = serpentine({ centreUm: { x: um(0), y: um(0) }, fields: 4, columns: 2, acrossUm: { x: um(0), y: um(-94) }, downUm: { x: um(67), y: um(0) } });
    expect(points).toEqual([{ x: -33.5, y: 47 }, { x: -33.5, y: -47 }, { x: 33.5, y: -47 }, { x: 33.5, y: 47 }]);
  });
});
