/**
 * Places bodies on an unbounded plane, tile by tile, without seams and whatever the order of asking.
 *
 * Tiles are coloured like a 2x2 chequerboard (0..3). A tile is laid out knowing its neighbours of lower colour, which
 * are laid out first; tiles of one colour never touch. So each tile depends on a handful of others, never on the path
 * by which someone came to look at it.
 */
import { hashInts, Random } from "./random.ts";
import type { Body } from "./body.ts";
import type { RectUm } from "./types.ts";

export const TILE_UM = 64;
/** No body may reach farther out of its own tile than this (a little under half a tile keeps same-colour tiles apart). */
export const REACH_UM = 30;

/** Lays out one tile: `rect` is its place, `near` holds the bodies of neighbours laid out before it. */
export type TileLayout = (tile: { rect: RectUm; random: Random; idPrefix: string; near: readonly Body[] }) => Body[];

export class TiledBodies {
  readonly #seed: number;
  readonly #layout: TileLayout;
  readonly #maxTiles: number;
  readonly #tiles = new Map<string, readonly Body[]>();

  /** Keeps at most `maxTiles` laid-out tiles; older ones are laid out again when asked for. */
  constructor(seed: number, layout: TileLayout, maxTiles = 900) {
    this.#seed = seed;
    this.#layout = layout;
    this.#maxTiles = maxTiles;
  }

  /** Bodies whose reach may touch the rectangle, in a stable order (by tile row, column, then layout order). */
  near(rect: RectUm): Body[] {
    const firstX = Math.floor((rect.x - REACH_UM) / TILE_UM);
    const lastX = Math.floor((rect.x + rect.width + REACH_UM) / TILE_UM);
    const firstY = Math.floor((rect.y - REACH_UM) / TILE_UM);
    const lastY = Math.floor((rect.y + rect.height + REACH_UM) / TILE_UM);
    const found: Body[] = [];
    for (let ty = firstY; ty <= lastY; ty += 1) {
      for (let tx = firstX; tx <= lastX; tx += 1) {
        for (const body of this.#tile(tx, ty)) {
          const { x, y } = body.shape.centreUm;
          const r = body.shape.maxRadiusUm;
          if (x + r < rect.x || x - r > rect.x + rect.width || y + r < rect.y || y - r > rect.y + rect.height) continue;
          found.push(body);
        }
      }
    }
    return found;
  }

  #tile(tx: number, ty: number): readonly Body[] {
    const key = `${tx},${ty}`;
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const bodies = this.#layout({
      rect: { x: tx * TILE_UM, y: ty * TILE_UM, width: TILE_UM, height: TILE_UM },
      random: new Random(hashInts(this.#seed, tx, ty)),
      idPrefix: `${tx}.${ty}`,
      near: this.#lowerNeighbours(tx, ty),
    });
    this.#remember(key, bodies);
    return bodies;
  }

  #lowerNeighbours(tx: number, ty: number): Body[] {
    const near: Body[] = [];
    for (let dy = -1; dy <= 1; dy += 1) {
      for (let dx = -1; dx <= 1; dx += 1) {
        if (colourOf(tx + dx, ty + dy) < colourOf(tx, ty)) near.push(...this.#tile(tx + dx, ty + dy));
      }
    }
    return near;
  }

  #remember(key: string, bodies: readonly Body[]): void {
    if (this.#tiles.size >= this.#maxTiles) {
      const oldest = this.#tiles.keys().next();
      if (oldest.done !== true) this.#tiles.delete(oldest.value);
    }
    this.#tiles.set(key, bodies);
  }
}

function colourOf(tx: number, ty: number): number {
  return (tx & 1) | ((ty & 1) << 1);
}
