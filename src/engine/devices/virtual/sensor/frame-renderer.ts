/**
 * Renders one exposure into a buffer: finds the tiles of the optical image under the sensor, and for each pixel takes
 * their light times illumination, exposure and gain, adds noise, and clips. Knows no thread and no clock.
 */
import { frameBytes, layoutOf } from "../../../../shared/domain/pixel-layout.ts";
import { IMAGE_TILE_PX, ImageTiles } from "../optics/image-tiles.ts";
import type { ImageTile } from "../optics/image-tiles.ts";
import { blurSigmaUm, focalSurfaceUm, SENSOR_HEIGHT, SENSOR_WIDTH } from "../optics/optics.ts";
import type { Optics } from "../optics/optics.ts";
import { LIGHT_ONE } from "../optics/sharp-tiles.ts";
import type { Specimen } from "../specimen/specimen.ts";
import type { SpecimenKind } from "../specimen/types.ts";
import { frameSize } from "./exposure.ts";
import type { Exposure } from "./exposure.ts";
import { gaussianTable, noiseByLevel, rowOffset } from "./noise.ts";
import { TurnedRows, viewOf } from "./sensor-view.ts";

/**
 * At these settings (and 0 dB) light 1.0 fills this share of full scale: a smear's background comes out near 220 of 255,
 * a chamber's near 115, so that the bright centres of its cells are not clipped.
 */
const REFERENCE_EXPOSURE_MS = 5;
const REFERENCE_LIGHT_PERCENT = 50;
const REFERENCE_SIGNAL: Record<SpecimenKind, number> = { "blood-smear": 0.875, nuclei: 1.3, "viability-chamber": 0.46 };
/** A monochrome sensor's share of red, green and blue light. */
const MONO_WEIGHTS = [0.25, 0.5, 0.25] as const;
/** How far around the view tiles are built ahead, in views. */
const AHEAD_VIEWS = 0.6;
const NOISE_LEVELS = 1024;

type Samples = Uint8ClampedArray | Uint16Array;

export class FrameRenderer {
  readonly #optics: Optics;
  readonly #tiles: ImageTiles;
  readonly #reference: number;
  #noise: { key: string; sigmas: Float32Array; scale: number } | undefined;

  constructor(specimen: Specimen, optics: Optics) {
    this.#optics = optics;
    this.#tiles = new ImageTiles(specimen);
    this.#reference = REFERENCE_SIGNAL[specimen.kind];
  }

  /** Fills `target`, whose length must be exactly that of the frame. Throws RangeError otherwise. */
  render(exposure: Exposure, target: Uint8Array): void {
    const { settings } = exposure;
    const { width, height } = frameSize(settings);
    const expected = frameBytes(settings.pixelFormat, width, height);
    if (target.byteLength !== expected) throw new RangeError(`the frame takes ${expected} bytes, the buffer has ${target.byteLength}`);
    const layout = layoutOf(settings.pixelFormat);
    const samples: Samples =
      layout.bytesPerSample === 1
        ? new Uint8ClampedArray(target.buffer, target.byteOffset, target.byteLength)
        : new Uint16Array(target.buffer, target.byteOffset, target.byteLength / 2);
    const maxDn = 2 ** layout.significantBits - 1;
    const row = new RowMaker(exposure, this.#optics, this.#reference, maxDn, this.#noiseFor(exposure, maxDn));
    const view = viewOf(exposure);
    if (view === undefined) {
      row.fillDark(samples, width * layout.channels, height);
      return;
    }
    if (exposure.turn !== undefined) {
      const turned = new TurnedRows(exposure, view, (tx, ty) => this.#tile(exposure, view.umPerPx, tx, ty));
      for (let y = 0; y < height; y += 1) {
        row.begin(y);
        row.write(samples, turned.lightOf(y), 0, 0, width);
      }
      return;
    }
    const tilesOfRow: ImageTile[] = [];
    let tileRow = Number.NaN;
    const firstTile = Math.floor(view.left / IMAGE_TILE_PX);
    const lastTile = Math.floor((view.left + width - 1) / IMAGE_TILE_PX);
    for (let y = 0; y < height; y += 1) {
      const ty = Math.floor((view.top + y) / IMAGE_TILE_PX);
      if (ty !== tileRow) {
        tileRow = ty;
        for (let tx = firstTile; tx <= lastTile; tx += 1) tilesOfRow[tx - firstTile] = this.#tile(exposure, view.umPerPx, tx, ty);
      }
      row.begin(y);
      for (let tx = firstTile; tx <= lastTile; tx += 1) {
        const tile = tilesOfRow[tx - firstTile];
        if (tile === undefined) continue;
        const x0 = Math.max(0, tx * IMAGE_TILE_PX - view.left);
        const x1 = Math.min(width, (tx + 1) * IMAGE_TILE_PX - view.left);
        const from = (view.top + y - ty * IMAGE_TILE_PX) * IMAGE_TILE_PX + (view.left + x0 - tx * IMAGE_TILE_PX);
        row.write(samples, tile, from, x0, x1);
      }
    }
  }

  /** The tiles under an exposure by their keys; undefined unless all of them are built. */
  tilesUnder(exposure: Exposure): ReadonlyMap<string, ImageTile> | undefined {
    const view = viewOf(exposure);
    if (view === undefined) return undefined;
    const { umPerPx, left, top, width, height } = view;
    const tiles = new Map<string, ImageTile>();
    for (let ty = Math.floor(top / IMAGE_TILE_PX); ty <= Math.floor((top + height - 1) / IMAGE_TILE_PX); ty += 1) {
      for (let tx = Math.floor(left / IMAGE_TILE_PX); tx <= Math.floor((left + width - 1) / IMAGE_TILE_PX); tx += 1) {
        const known = this.#tiles.known(umPerPx, this.#sigmaAt(exposure, umPerPx, tx, ty), tx, ty);
        if (known === undefined) return undefined;
        tiles.set(...known);
      }
    }
    return tiles;
  }

  /** Takes in what {@link tilesUnder} gave in an earlier run of the same code on the same specimen. */
  restore(tiles: Iterable<readonly [string, ImageTile]>): void {
    this.#tiles.restore(tiles);
  }

  /** Builds one tile near the view that is still missing. False when nothing is left to do. */
  buildAhead(exposure: Exposure): boolean {
    const view = viewOf(exposure);
    if (view === undefined) return false;
    const { umPerPx } = view;
    const firstX = Math.floor((view.left - AHEAD_VIEWS * view.width) / IMAGE_TILE_PX);
    const lastX = Math.floor((view.left + (1 + AHEAD_VIEWS) * view.width) / IMAGE_TILE_PX);
    const firstY = Math.floor((view.top - AHEAD_VIEWS * view.height) / IMAGE_TILE_PX);
    const lastY = Math.floor((view.top + (1 + AHEAD_VIEWS) * view.height) / IMAGE_TILE_PX);
    const middleX = (firstX + lastX) / 2;
    const middleY = (firstY + lastY) / 2;
    let best: { tx: number; ty: number; far: number } | undefined;
    for (let ty = firstY; ty <= lastY; ty += 1) {
      for (let tx = firstX; tx <= lastX; tx += 1) {
        const far = Math.max(Math.abs(tx - middleX), Math.abs(ty - middleY));
        if (best !== undefined && far >= best.far) continue;
        if (!this.#tiles.has(umPerPx, this.#sigmaAt(exposure, umPerPx, tx, ty), tx, ty)) best = { tx, ty, far };
      }
    }
    if (best === undefined) return false;
    this.#tile(exposure, umPerPx, best.tx, best.ty);
    return true;
  }

  #tile(exposure: Exposure, umPerPx: number, tx: number, ty: number): ImageTile {
    return this.#tiles.get(umPerPx, this.#sigmaAt(exposure, umPerPx, tx, ty), tx, ty);
  }

  #sigmaAt(exposure: Exposure, umPerPx: number, tx: number, ty: number): number {
    const { objective } = exposure;
    if (objective === undefined) return umPerPx;
    const tileUm = IMAGE_TILE_PX * umPerPx;
    const surface = focalSurfaceUm(this.#optics, (tx + 0.5) * tileUm, (ty + 0.5) * tileUm);
    return blurSigmaUm(objective, exposure.focusUm - surface);
  }

  #noiseFor({ settings }: Exposure, maxDn: number): { sigmas: Float32Array; scale: number } {
    const key = `${maxDn}:${settings.gainDb}:${settings.binning}`;
    if (this.#noise?.key !== key) {
      // Levels reach beyond full scale: noise may still bring an overfull pixel back.
      const scale = NOISE_LEVELS / (1.25 * maxDn);
      this.#noise = { key, scale, sigmas: noiseByLevel(maxDn, settings.gainDb, settings.binning, NOISE_LEVELS, scale) };
    }
    return this.#noise;
  }
}

/** Turns light into DN, row by row. Everything that does not change within a frame is worked out once. */
class RowMaker {
  readonly #settings: Exposure["settings"];
  readonly #optics: Optics;
  readonly #noiseSeed: number;
  readonly #maxDn: number;
  /** DN per stored unit of light, per channel. */
  readonly #dnPerLight: readonly [number, number, number];
  readonly #acrossLight: Float32Array;
  readonly #sigmas: Float32Array;
  readonly #sigmaScale: number;
  readonly #table = gaussianTable();
  readonly #width: number;
  readonly #channels: 1 | 3;
  readonly #isBayer: boolean;
  #y = 0;
  #rowLight = 1;
  #noiseAt = 0;

  constructor(exposure: Exposure, optics: Optics, reference: number, maxDn: number, noise: { sigmas: Float32Array; scale: number }) {
    const { settings } = exposure;
    const layout = layoutOf(settings.pixelFormat);
    const amount = (exposure.lightPercent / REFERENCE_LIGHT_PERCENT) * (settings.exposureMs / REFERENCE_EXPOSURE_MS) * 10 ** (settings.gainDb / 20);
    const dn = (amount * reference * maxDn) / LIGHT_ONE;
    this.#settings = settings;
    this.#optics = optics;
    this.#noiseSeed = exposure.noiseSeed;
    this.#maxDn = maxDn;
    this.#dnPerLight = [dn * optics.cast[0], dn * optics.cast[1], dn * optics.cast[2]];
    this.#sigmas = noise.sigmas;
    this.#sigmaScale = noise.scale;
    this.#width = frameSize(settings).width;
    this.#channels = layout.channels;
    this.#isBayer = layout.cfa !== undefined;
    this.#acrossLight = new Float32Array(this.#width);
    for (let x = 0; x < this.#width; x += 1) {
      const nx = (settings.roi.offsetX + (x + 0.5) * settings.binning) / SENSOR_WIDTH - 0.5;
      this.#acrossLight[x] = optics.slopeX * 2 * nx - optics.vignetting * 2 * nx * nx;
    }
  }

  begin(y: number): void {
    const { roi, binning } = this.#settings;
    const ny = (roi.offsetY + (y + 0.5) * binning) / SENSOR_HEIGHT - 0.5;
    this.#y = y;
    this.#rowLight = 1 + this.#optics.slopeY * 2 * ny - this.#optics.vignetting * 2 * ny * ny;
    this.#noiseAt = rowOffset(this.#noiseSeed, y, this.#width * this.#channels);
  }

  /** Pixels x0 up to x1 of the begun row, from the tile's samples that begin at `from`. */
  write(out: Samples, tile: ImageTile, from: number, x0: number, x1: number): void {
    if (this.#channels === 3) {
      for (const c of [0, 1, 2] as const) this.#run(out, tile[c], this.#dnPerLight[c], from, x0, x1, 0, 1, 3, c);
    } else if (this.#isBayer) {
      // Red and green in even rows, green and blue in odd ones.
      const left = this.#y % 2 === 0 ? 0 : 1;
      const right = this.#y % 2 === 0 ? 1 : 2;
      const odd = x0 % 2;
      this.#run(out, tile[left], this.#dnPerLight[left], from, x0, x1, odd, 2, 1, 0);
      this.#run(out, tile[right], this.#dnPerLight[right], from, x0, x1, 1 - odd, 2, 1, 0);
    } else {
      this.#monoRun(out, tile, from, x0, x1);
    }
  }

  fillDark(out: Samples, rowSamples: number, height: number): void {
    const sigma = this.#sigmas[0] ?? 0;
    const black = this.#settings.blackLevelDn;
    for (let y = 0; y < height; y += 1) {
      const noise = rowOffset(this.#noiseSeed, y, rowSamples);
      for (let x = 0; x < rowSamples; x += 1) this.#put(out, y * rowSamples + x, black + sigma * (this.#table[noise + x] ?? 0));
    }
  }

  #run(out: Samples, light: Uint16Array, dnPerLight: number, from: number, x0: number, x1: number, start: number, step: number, stride: number, channel: number): void {
    const table = this.#table;
    const sigmas = this.#sigmas;
    const across = this.#acrossLight;
    const scale = this.#sigmaScale;
    const rowLight = this.#rowLight;
    const black = this.#settings.blackLevelDn;
    const limit = 1.2 * this.#maxDn;
    const maxDn = this.#maxDn;
    const rowStart = this.#y * this.#width * stride + channel;
    const noiseAt = this.#noiseAt + channel;
    const clampsItself = out instanceof Uint8ClampedArray;
    for (let x = x0 + start; x < x1; x += step) {
      let dn = (light[from + x - x0] ?? 0) * dnPerLight * (rowLight + (across[x] ?? 0));
      if (dn > limit) dn = limit;
      dn += (table[noiseAt + x * stride] ?? 0) * (sigmas[(dn * scale) | 0] ?? 0) + black;
      if (!clampsItself) dn = dn < 0 ? 0 : dn > maxDn ? maxDn : dn + 0.5;
      out[rowStart + x * stride] = dn;
    }
  }

  #monoRun(out: Samples, tile: ImageTile, from: number, x0: number, x1: number): void {
    const [red, green, blue] = tile;
    const kRed = this.#dnPerLight[0] * MONO_WEIGHTS[0];
    const kGreen = this.#dnPerLight[1] * MONO_WEIGHTS[1];
    const kBlue = this.#dnPerLight[2] * MONO_WEIGHTS[2];
    const limit = 1.2 * this.#maxDn;
    const rowStart = this.#y * this.#width;
    for (let x = x0; x < x1; x += 1) {
      const at = from + x - x0;
      const light = kRed * (red[at] ?? 0) + kGreen * (green[at] ?? 0) + kBlue * (blue[at] ?? 0);
      const dn = Math.min(limit, light * (this.#rowLight + (this.#acrossLight[x] ?? 0)));
      const noise = (this.#table[this.#noiseAt + x] ?? 0) * (this.#sigmas[(dn * this.#sigmaScale) | 0] ?? 0);
      this.#put(out, rowStart + x, dn + noise + this.#settings.blackLevelDn);
    }
  }

  #put(out: Samples, at: number, dn: number): void {
    out[at] = out instanceof Uint8ClampedArray ? dn : Math.max(0, Math.min(this.#maxDn, dn + 0.5));
  }
}
