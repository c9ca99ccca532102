/** Painted pieces of the specimen before the lens blurs them: 128 x 128 px at some scale, kept for reuse. */
import { makeRaster } from "../render/density-raster.ts";
import { paintLight } from "../render/paint-specimen.ts";
import type { Specimen } from "../specimen/specimen.ts";
import { LeastRecentlyUsed } from "./lru.ts";

const SHARP_TILE_PX = 128;
/** Light 1.0 (clear glass, a bright nucleus) in stored units; leaves room for light above 1. */
export const LIGHT_ONE = 20000;

const TILE_SAMPLES = SHARP_TILE_PX * SHARP_TILE_PX;
const CAPACITY = 320;

type Planes = readonly [Uint16Array, Uint16Array, Uint16Array];

export class SharpTiles {
  readonly #specimen: Specimen;
  readonly #tiles = new LeastRecentlyUsed<Planes>(CAPACITY);
  readonly #scratch = makeRaster(0, 0, 1, SHARP_TILE_PX, SHARP_TILE_PX);

  constructor(specimen: Specimen) {
    this.#specimen = specimen;
  }

  /**
   * Copies one plane of a window into `out` (width * height), in units of light. The window is given in pixels of the
   * lattice of scale `umPerPx` whose pixel (0, 0) begins at the stage's origin.
   */
  copyWindow(plane: 0 | 1 | 2, umPerPx: number, left: number, top: number, width: number, height: number, out: Float32Array): void {
    const firstX = Math.floor(left / SHARP_TILE_PX);
    const lastX = Math.floor((left + width - 1) / SHARP_TILE_PX);
    const firstY = Math.floor(top / SHARP_TILE_PX);
    const lastY = Math.floor((top + height - 1) / SHARP_TILE_PX);
    for (let ty = firstY; ty <= lastY; ty += 1) {
      for (let tx = firstX; tx <= lastX; tx += 1) {
        const source = this.#tile(umPerPx, tx, ty)[plane];
        const x0 = Math.max(left, tx * SHARP_TILE_PX);
        const x1 = Math.min(left + width, (tx + 1) * SHARP_TILE_PX);
        const y0 = Math.max(top, ty * SHARP_TILE_PX);
        const y1 = Math.min(top + height, (ty + 1) * SHARP_TILE_PX);
        for (let y = y0; y < y1; y += 1) {
          const from = (y - ty * SHARP_TILE_PX) * SHARP_TILE_PX + (x0 - tx * SHARP_TILE_PX);
          out.set(source.subarray(from, from + (x1 - x0)), (y - top) * width + (x0 - left));
        }
      }
    }
  }

  #tile(umPerPx: number, tx: number, ty: number): Planes {
    const key = `${umPerPx}:${tx}:${ty}`;
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const raster = { ...this.#scratch, umPerPx, leftUm: tx * SHARP_TILE_PX * umPerPx, topUm: ty * SHARP_TILE_PX * umPerPx };
    for (const plane of raster.planes) plane.fill(0);
    paintLight(this.#specimen, raster);
    const tile = this.#tiles.recycle(() => [new Uint16Array(TILE_SAMPLES), new Uint16Array(TILE_SAMPLES), new Uint16Array(TILE_SAMPLES)]);
    for (const index of [0, 1, 2] as const) {
      const light = raster.planes[index];
      const stored = tile[index];
      for (let i = 0; i < TILE_SAMPLES; i += 1) stored[i] = Math.max(0, Math.min(65535, (light[i] ?? 0) * LIGHT_ONE + 0.5));
    }
    this.#tiles.set(key, tile);
    return tile;
  }
}
