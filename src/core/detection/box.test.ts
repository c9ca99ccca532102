import { expect, it } from "vitest";
import { isCounted } from "../counting/counting-rule.ts";
import { toBoxPx } from "./box.ts";

it("gives a box that touches the picture's border sides that reach it, whatever scale it was found at", () => {
  const [width, height] = [1388, 1040];
  const frame = { insetUm: 0, rule: "two-edges" } as const;
  for (let cells = 200; cells < 700; cells++) {
    const scale = cells / width;
    for (let left = cells - 60; left < cells - 10; left++) {
      const box = toBoxPx({ x0: left / scale, y0: 10.3 / scale, x1: cells / scale, y1: 31.7 / scale });
      expect(box.x + box.width).toBe(width);
      expect(Math.abs(box.x - left / scale)).toBeLessThan(1e-6);
      expect(isCounted(box, { width, height }, frame)).toBe(false);
    }
  }
});
