import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCounted } from "./counting-rule.ts";

describe("isCounted", () => {
  const header = { width: 200, height: 100, pixelSizeUm: 0.5 };

  it("asks for the centre, with the left and top edge in and the right and bottom edge out", () => {
    const frame = { insetUm: 10 }; // 20 px
    const at = (x: number, y: number): boolean => isCounted({ x: x - 4, y: y - 4, width: 8, height: 8 }, header, frame);
    expect([at(20, 20), at(19.9, 50), at(179.9, 79.9), at(180, 50), at(50, 80)]).toEqual([true, false, true, false, false]);
  });

  it("takes no inset where the scale is unknown", () => {
    expect(isCounted({ x: -4, y: -4, width: 10, height: 10 }, { width: 200, height: 100 }, { insetUm: 10 })).toBe(true);
  });

  it("counts nothing in a frame inset to nothing", () => {
    expect(isCounted({ x: 95, y: 45, width: 10, height: 10 }, header, { insetUm: 40 })).toBe(false);
  });

  describe("on two edges, not on the other two", () => {
    const frame = { insetUm: 10, rule: "two-edges" } as const; // 20 px: x 20 to 180, y 20 to 80
    const box = (x: number, y: number): boolean => isCounted({ x, y, width: 10, height: 10 }, header, frame);

    it("counts what touches the left or the top edge, not what touches the right or the bottom edge", () => {
      expect([box(15, 50), box(50, 12), box(175, 50), box(50, 75)]).toEqual([true, true, false, false]);
      expect([box(170, 40), box(169.9, 40)]).toEqual([false, true]);
    });

    it("leaves out what lies beyond, also where it touches the corner of a counted edge and a forbidden line's extension", () => {
      expect([box(5, 50), box(175, 12), box(15, 75)]).toEqual([false, false, false]);
    });

    it("at the border of the picture excludes what is cut on the right and below", () => {
      const whole = { insetUm: 0, rule: "two-edges" } as const;
      expect(isCounted({ x: 190, y: 40, width: 10, height: 10 }, header, whole)).toBe(false);
      expect(isCounted({ x: 0, y: 40, width: 3, height: 10 }, header, whole)).toBe(true);
    });
  });

  it.each(["centre", "two-edges"] as const)("counts each object of a tiled slide exactly once, by %s", (rule) => {
    const inset = { insetUm: 7, rule };
    fc.assert(
      fc.property(fc.integer({ min: 172, max: 680 }), fc.integer({ min: 72, max: 280 }), fc.integer({ min: 1, max: 27 }), (slideX, slideY, size) => {
        let seen = 0;
        for (let column = -3; column < 8; column++) {
          for (let row = -3; row < 8; row++) {
            const box = { x: slideX - column * (200 - 28), y: slideY - row * (100 - 28), width: size, height: size };
            if (isCounted(box, header, inset)) seen += 1;
          }
        }
        expect(seen).toBe(1);
      }),
    );
  });
});
