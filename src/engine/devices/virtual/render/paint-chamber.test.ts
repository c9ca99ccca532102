import { describe, expect, it } from "vitest";
import { createSpecimen } from "../specimen/specimen.ts";
import type { PointUm } from "../specimen/types.ts";
import { makeRaster } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { paintLight } from "./paint-specimen.ts";

const UM_PER_PX = 0.5;
const SIDE_UM = 400;

function painted(seed: number): DensityRaster {
  const raster = makeRaster(0, 0, UM_PER_PX, SIDE_UM / UM_PER_PX, SIDE_UM / UM_PER_PX);
  paintLight(createSpecimen("viability-chamber", seed), raster);
  return raster;
}

/** Mean light at a distance from a centre. */
function lightAt(raster: DensityRaster, centre: PointUm, distanceUm: number): number {
  let sum = 0;
  for (let i = 0; i < 24; i += 1) {
    const px = Math.floor((centre.x + distanceUm * Math.cos((i * Math.PI) / 12)) / UM_PER_PX);
    const py = Math.floor((centre.y + distanceUm * Math.sin((i * Math.PI) / 12)) / UM_PER_PX);
    sum += raster.planes[0][py * raster.width + px] ?? Number.NaN;
  }
  return sum / 24;
}

describe("viability chamber", () => {
  const raster = painted(7);
  const whole = createSpecimen("viability-chamber", 7)
    .objectsIn({ x: 0, y: 0, width: SIDE_UM, height: SIDE_UM })
    .filter((object) => object.visibleFraction === 1);

  it("shows living cells brighter than the background in the middle, with a dark ring", () => {
    const living = whole.filter((object) => object.class === "living");
    expect(living.length).toBeGreaterThan(20);
    for (const { centreUm, boundsUm } of living) {
      expect(lightAt(raster, centreUm, 0.5)).toBeGreaterThan(1.05);
      expect(lightAt(raster, centreUm, 0.34 * boundsUm.width)).toBeLessThan(0.75);
    }
  });

  it("shows dead cells darker than the background all over", () => {
    const dead = whole.filter((object) => object.class === "dead");
    expect(dead.length).toBeGreaterThan(3);
    for (const { centreUm, boundsUm } of dead) {
      for (const share of [0, 0.15, 0.3]) expect(lightAt(raster, centreUm, share * boundsUm.width)).toBeLessThan(0.95);
    }
  });

  it("is grey, and shows the chamber's lines every 200 um", () => {
    expect(raster.planes[0].every((light, i) => raster.planes[1][i] === light && raster.planes[2][i] === light)).toBe(true);
    const columnMeans = Array.from({ length: raster.width }, (_, px) => {
      let sum = 0;
      for (let py = 0; py < raster.height; py += 1) sum += raster.planes[0][py * raster.width + px] ?? 0;
      return sum / raster.height;
    });
    const darkest = columnMeans.indexOf(Math.min(...columnMeans.slice(0, 400)));
    const again = columnMeans[darkest + 400] ?? 1;
    const typical = columnMeans.toSorted((a, b) => a - b)[columnMeans.length >> 1] ?? 0;
    expect(columnMeans[darkest]).toBeLessThan(typical - 0.15);
    expect(again).toBeLessThan(typical - 0.15);
  });
});
