/** Which part of the optical image lies under the sensor, in pixels of its lattice. */
import { IMAGE_TILE_PX, type ImageTile } from "../optics/image-tiles.ts";
import { pixelSizeUm, SENSOR_HEIGHT, SENSOR_WIDTH } from "../optics/optics.ts";
import { type Exposure, frameSize } from "./exposure.ts";

/** An upright part of the lattice. */
export interface SensorView {
  readonly umPerPx: number;
  /** Top-left pixel on the lattice of this scale. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a point of the frame (px from its top left) lies on the lattice. */
type LatticePlace = (x: number, y: number) => { readonly x: number; readonly y: number };

/** Undefined while no lens is in place. A turned sensor lies within the view, an upright one is it. */
export function viewOf(exposure: Exposure): SensorView | undefined {
  const { axisUm, objective, settings, turn } = exposure;
  if (objective === undefined) return undefined;
  const umPerPx = pixelSizeUm(objective, settings.binning);
  const { width, height } = frameSize(settings);
  if (turn !== undefined) {
    const onLattice = turnedPlace(exposure, umPerPx);
    const corners = [onLattice(0, 0), onLattice(width, 0), onLattice(0, height), onLattice(width, height)];
    // One more on every side: pixels lie between those of the lattice.
    const left = Math.floor(Math.min(...corners.map(({ x }) => x))) - 1;
    const top = Math.floor(Math.min(...corners.map(({ y }) => y))) - 1;
    return { umPerPx, left, top, width: Math.ceil(Math.max(...corners.map(({ x }) => x))) + 1 - left, height: Math.ceil(Math.max(...corners.map(({ y }) => y))) + 1 - top };
  }
  const sensorPixelUm = pixelSizeUm(objective, 1);
  return {
    umPerPx,
    left: Math.round((axisUm.x + (settings.roi.offsetX - SENSOR_WIDTH / 2) * sensorPixelUm) / umPerPx),
    top: Math.round((axisUm.y + (settings.roi.offsetY - SENSOR_HEIGHT / 2) * sensorPixelUm) / umPerPx),
    width, height,
  };
}

function turnedPlace({ axisUm, settings, turn = [1, 0, 0, 1] }: Exposure, umPerPx: number): LatticePlace {
  const [a, b, c, d] = turn;
  const { roi, binning } = settings;
  return (x, y) => {
    const right = x + (roi.offsetX - SENSOR_WIDTH / 2) / binning;
    const down = y + (roi.offsetY - SENSOR_HEIGHT / 2) / binning;
    return { x: axisUm.x / umPerPx + a * right + b * down, y: axisUm.y / umPerPx + c * right + d * down };
  };
}

/** The light under each row of a turned sensor, each pixel between the four places of the lattice round its middle. */
export class TurnedRows {
  readonly #place: LatticePlace;
  readonly #firstColumn: number;
  readonly #firstRow: number;
  readonly #width: number;
  readonly #light: ImageTile;
  readonly #tiles: readonly (readonly ImageTile[])[];

  /** @param tileAt the tile (tx, ty) of the lattice */
  constructor(exposure: Exposure, view: SensorView, tileAt: (tx: number, ty: number) => ImageTile) {
    const { width } = frameSize(exposure.settings);
    this.#place = turnedPlace(exposure, view.umPerPx);
    this.#firstColumn = tileOf(view.left);
    this.#firstRow = tileOf(view.top);
    this.#width = width;
    this.#light = [new Uint16Array(width), new Uint16Array(width), new Uint16Array(width)];
    const tilesFrom = (first: number, length: number): number[] => Array.from({ length: tileOf(first + length) - tileOf(first) + 1 }, (_, i) => tileOf(first) + i);
    this.#tiles = tilesFrom(view.top, view.height).map((ty) => tilesFrom(view.left, view.width).map((tx) => tileAt(tx, ty)));
  }

  /** One sample a pixel of row `y`, overwritten by the next call. */
  lightOf(y: number): ImageTile {
    for (const plane of this.#light) plane.fill(0);
    for (let x = 0; x < this.#width; x += 1) {
      const at = this.#place(x + 0.5, y + 0.5);
      const [left, top] = [Math.floor(at.x - 0.5), Math.floor(at.y - 0.5)];
      const [right, down] = [at.x - 0.5 - left, at.y - 0.5 - top];
      this.#addSample(x, left, top, (1 - right) * (1 - down));
      this.#addSample(x, left + 1, top, right * (1 - down));
      this.#addSample(x, left, top + 1, (1 - right) * down);
      this.#addSample(x, left + 1, top + 1, right * down);
    }
    return this.#light;
  }

  #addSample(x: number, px: number, py: number, share: number): void {
    const tx = tileOf(px);
    const ty = tileOf(py);
    const tile = this.#tiles[ty - this.#firstRow]?.[tx - this.#firstColumn];
    if (tile === undefined) return;
    const from = (py - ty * IMAGE_TILE_PX) * IMAGE_TILE_PX + (px - tx * IMAGE_TILE_PX);
    const [red, green, blue] = this.#light;
    red[x] = (red[x] ?? 0) + (tile[0][from] ?? 0) * share;
    green[x] = (green[x] ?? 0) + (tile[1][from] ?? 0) * share;
    blue[x] = (blue[x] ?? 0) + (tile[2][from] ?? 0) * share;
  }
}

function tileOf(px: number): number {
  return Math.floor(px / IMAGE_TILE_PX);
}
