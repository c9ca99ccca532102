/** Rows beyond the edge that exist already, so that a quick scroll shows no gap. */
const OVERSCAN = 6;

/** Half-open range of the rows of one height that lie in view. */
export function visibleRows(scrollTop: number, viewHeight: number, rowHeight: number, rowCount: number): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.min(rowCount, Math.floor(scrollTop / rowHeight)) - OVERSCAN);
  const end = Math.min(rowCount, Math.ceil((scrollTop + viewHeight) / rowHeight) + OVERSCAN);
  return { first, end: Math.max(first, end) };
}

/** Where a list is scrolled to, moved no further than it takes to have a whole row in view. */
export function inSight(row: number, scrollTop: number, viewHeight: number, rowHeight: number): number {
  return Math.min(row * rowHeight, Math.max(scrollTop, (row + 1) * rowHeight - viewHeight));
}
