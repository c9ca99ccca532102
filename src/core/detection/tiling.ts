/** One part of a picture that goes through the model in one piece, model pixels. */
export interface Tile {
  /** What the model sees, margin included. Starts on a multiple of the step, so that every tile meets the same grid of cells. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What the tile answers for: an object belongs to the tile whose core holds its centre. */
  readonly core: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

export interface TilingSettings {
  /** Longest side of what the model sees at once, model pixels. */
  readonly largestSide: number;
  /** Seen around the core on every inner side: at least half the largest object, model pixels. */
  readonly margin: number;
  /** Tile origins are multiples of this, model pixels. */
  readonly step: number;
}

/**
 * Cut a picture into tiles whose cores cover it exactly once. A picture that fits is one tile.
 * Ordered row by row.
 *
 * @param rowSettings how it is cut into rows, where that differs from the columns.
 * @throws RangeError when the settings leave no room for a core.
 */
export function planTiles(width: number, height: number, settings: TilingSettings, rowSettings: TilingSettings = settings): Tile[] {
  const columns = cutAxis(width, settings);
  const rows = cutAxis(height, rowSettings);
  return rows.flatMap((row) =>
    columns.map((column) => ({
      x: column.start,
      y: row.start,
      width: column.end - column.start,
      height: row.end - row.start,
      core: { x0: column.coreStart, y0: row.coreStart, x1: column.coreEnd, y1: row.coreEnd },
    })),
  );
}

/**
 * Whether a tile answers for an object with this centre. Outer cores reach beyond the picture: nothing is nobody's.
 *
 * @param band how far beyond its core a tile also answers: two tiles may see the centre of one outline a little apart,
 * and neither would answer for it. Doubles are then for overlap suppression to settle.
 */
export function ownsCentre(tile: Tile, x: number, y: number, band = 0): boolean {
  return x >= tile.core.x0 - band && x < tile.core.x1 + band && y >= tile.core.y0 - band && y < tile.core.y1 + band;
}

interface Span {
  start: number;
  end: number;
  coreStart: number;
  coreEnd: number;
}

function cutAxis(length: number, { largestSide, margin, step }: TilingSettings): Span[] {
  if (length <= largestSide) return [{ start: 0, end: length, coreStart: -Infinity, coreEnd: Infinity }];
  const alignedMargin = Math.ceil(margin / step) * step;
  const largestCore = Math.floor((largestSide - 2 * alignedMargin) / step) * step;
  if (largestCore < step) throw new RangeError(`tiles of ${largestSide} px leave no core inside margins of ${margin} px`);
  // Equal cores rather than a thin last one.
  const parts = Math.ceil(length / largestCore);
  const core = Math.ceil(length / parts / step) * step;
  const spans: Span[] = [];
  for (let at = 0; at < length; at += core) {
    const isLast = at + core >= length;
    spans.push({
      start: Math.max(at - alignedMargin, 0),
      end: Math.min(at + core + alignedMargin, length),
      coreStart: at === 0 ? -Infinity : at,
      coreEnd: isLast ? Infinity : at + core,
    });
  }
  return spans;
}
