type Edges = Pick<DOMRect, "left" | "right" | "top" | "bottom">;

/** How far a box may go of the way `wished`, CSS pixels, to lie inside another; where it is larger its left upper corner does. */
export function shiftInside(box: Edges, around: Edges, wished: { readonly x: number; readonly y: number }): { readonly x: number; readonly y: number } {
  const along = (way: number, low: number, high: number): number => Math.max(low, Math.min(high, way));
  return { x: along(wished.x, around.left - box.left, around.right - box.right), y: along(wished.y, around.top - box.top, around.bottom - box.bottom) };
}
