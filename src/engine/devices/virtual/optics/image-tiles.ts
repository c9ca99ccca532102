/**
 * Pieces of the optical image, 256 x 256 px at the camera's scale, blurred as lens and focus demand.
 *
 * A blurred picture holds no fine detail, so it is computed on a coarser lattice (2x, 4x, ... the pixel) and enlarged:
 * that costs a quarter, a sixteenth, ... and loses nothing that the lens had not lost already. Each tile is blurred
 * for the focal surface at its own middle, so that a tile stays good while the stage travels.
 */
import { gaussianKernel, blurInside, roomFor, type BlurRoom } from "../render/blur.ts";
import { LeastRecentlyUsed } from "./lru.ts";
import { SharpTiles } from "./sharp-tiles.ts";
import type { Specimen } from "../specimen/specimen.ts";

export const IMAGE_TILE_PX = 256;
const TILE_SAMPLES = IMAGE_TILE_PX * IMAGE_TILE_PX;
/** 200 tiles hold a 1280 x 960 view and a border of over half a view around it: about 79 MB. */
const CAPACITY = 200;
/** The coarse lattice must still carry the blurred picture: sigma of at least this many of its pixels. */
const MIN_SIGMA_PX = 0.6;
const MAX_LEVEL = 4;
/** No lattice coarser than this: one tile of it would need the cells of a wide area. */
const MAX_COARSE_UM_PER_PX = 1.4;
/** Blur is computed in steps of 4 %. */
const SIGMA_STEP = Math.log(1.04);
/** Variance that linear enlargement itself adds, in coarse pixels squared. */
const ENLARGEMENT_VARIANCE = 1 / 6;

export type ImageTile = readonly [Uint16Array, Uint16Array, Uint16Array];

export class ImageTiles {
  readonly #sharp: SharpTiles;
  readonly #tiles = new LeastRecentlyUsed<ImageTile>(CAPACITY);
  readonly #blurRoom: BlurRoom = {};
  #window: Float32Array | undefined;

  constructor(specimen: Specimen) {
    this.#sharp = new SharpTiles(specimen);
  }

  /** The tile if it is built already. */
  has(umPerPx: number, sigmaUm: number, tx: number, ty: number): boolean {
    return this.#tiles.has(keyOf(umPerPx, sigmaUm, tx, ty));
  }

  /** Tile (tx, ty) of the lattice of scale `umPerPx`, blurred by `sigmaUm`; built when not known. */
  get(umPerPx: number, sigmaUm: number, tx: number, ty: number): ImageTile {
    const key = keyOf(umPerPx, sigmaUm, tx, ty);
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const tile = this.#tiles.recycle(() => [new Uint16Array(TILE_SAMPLES), new Uint16Array(TILE_SAMPLES), new Uint16Array(TILE_SAMPLES)]);
    this.#build(tile, umPerPx, Math.exp(sigmaStep(sigmaUm) * SIGMA_STEP), tx, ty);
    this.#tiles.set(key, tile);
    return tile;
  }

  /** A tile that is built already with its key, for who keeps it over a restart. */
  known(umPerPx: number, sigmaUm: number, tx: number, ty: number): readonly [string, ImageTile] | undefined {
    const key = keyOf(umPerPx, sigmaUm, tx, ty);
    const tile = this.#tiles.get(key);
    return tile === undefined ? undefined : [key, tile];
  }

  /** Takes in tiles that were built before, of this specimen and by this code. */
  restore(tiles: Iterable<readonly [string, ImageTile]>): void {
    for (const [key, tile] of tiles) this.#tiles.set(key, tile);
  }

  #build(tile: ImageTile, umPerPx: number, sigmaUm: number, tx: number, ty: number): void {
    const sigmaPx = sigmaUm / umPerPx;
    const level = levelFor(sigmaPx, umPerPx);
    const factor = 2 ** level;
    const added = level === 0 ? 0 : ENLARGEMENT_VARIANCE;
    const kernel = gaussianKernel(Math.sqrt(Math.max(0.05, (sigmaPx / factor) ** 2 - added)));
    const margin = kernel.length - 1;
    // One coarse pixel more on every side for the enlargement to lean on.
    const inner = IMAGE_TILE_PX / factor + 2;
    const size = inner + 2 * margin;
    const window = (this.#window = roomFor(this.#window, size * size));
    const left = (tx * IMAGE_TILE_PX) / factor - 1 - margin;
    const top = (ty * IMAGE_TILE_PX) / factor - 1 - margin;
    for (const plane of [0, 1, 2] as const) {
      this.#sharp.copyWindow(plane, umPerPx * factor, left, top, size, size, window);
      enlarge(blurInside(window, size, size, margin, kernel, this.#blurRoom), inner, factor, tile[plane]);
    }
  }
}

function levelFor(sigmaPx: number, umPerPx: number): number {
  let level = 0;
  while (level < MAX_LEVEL && sigmaPx / 2 ** (level + 1) >= MIN_SIGMA_PX && umPerPx * 2 ** (level + 1) <= MAX_COARSE_UM_PER_PX) level += 1;
  return level;
}

function sigmaStep(sigmaUm: number): number {
  return Math.round(Math.log(sigmaUm) / SIGMA_STEP);
}

function keyOf(umPerPx: number, sigmaUm: number, tx: number, ty: number): string {
  return `${umPerPx}:${sigmaStep(sigmaUm)}:${tx}:${ty}`;
}

/** Linear enlargement of the `inner` x `inner` source (one pixel of border) to a whole tile, rounded to integers. */
function enlarge(source: Float32Array, inner: number, factor: number, out: Uint16Array): void {
  const row = new Float32Array(inner);
  for (let y = 0; y < IMAGE_TILE_PX; y += 1) {
    const v = (y + 0.5) / factor + 0.5;
    const y0 = Math.floor(v);
    const fy = v - y0;
    const above = y0 * inner;
    const below = Math.min(inner - 1, y0 + 1) * inner;
    for (let x = 0; x < inner; x += 1) {
      const a = source[above + x] ?? 0;
      row[x] = a + ((source[below + x] ?? 0) - a) * fy;
    }
    const to = y * IMAGE_TILE_PX;
    if (factor === 1) {
      for (let x = 0; x < IMAGE_TILE_PX; x += 1) out[to + x] = (row[x + 1] ?? 0) + 0.5;
      continue;
    }
    // Between the centres of two coarse pixels lie `factor` fine ones, on a straight line; half a pixel more for rounding.
    for (let left = 0; left < inner - 1; left += 1) {
      const a = row[left] ?? 0;
      const rise = ((row[left + 1] ?? 0) - a) / factor;
      const start = left * factor - factor / 2;
      const first = start < 0 ? 0 : start;
      const end = Math.min(IMAGE_TILE_PX, start + factor);
      let value = a + (first - start + 0.5) * rise + 0.5;
      for (let x = first; x < end; x += 1) {
        out[to + x] = value;
        value += rise;
      }
    }
  }
}
