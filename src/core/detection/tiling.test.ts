import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownsCentre, planTiles } from "./tiling.ts";

const settings = { largestSide: 128, margin: 20, step: 16 };

describe("planTiles", () => {
  it("takes a picture that fits as one tile", () => {
    expect(planTiles(128, 90, settings)).toMatchObject([{ x: 0, y: 0, width: 128, height: 90 }]);
  });

  it("covers every point by exactly one core, with the margin around it", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (width, height, u, v) => {
      const tiles = planTiles(width, height, settings);
      const owners = tiles.filter((tile) => ownsCentre(tile, u * width, v * height));
      expect(owners).toHaveLength(1);
      const isRight = tiles.every((tile) => Math.max(tile.width, tile.height) <= settings.largestSide
        && tile.x % settings.step === 0 && tile.y % settings.step === 0
        && (tile.x === 0 || tile.x <= tile.core.x0 - settings.margin)
        && (tile.x + tile.width === width || tile.x + tile.width >= tile.core.x1 + settings.margin));
      expect(isRight).toBe(true);
    }));
  });

  it("refuses margins that leave no core", () => {
    expect(() => planTiles(500, 500, { largestSide: 64, margin: 32, step: 16 })).toThrow(RangeError);
  });
});
