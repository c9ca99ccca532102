/**
 * A 2x3 affine map, row by row: x' = a x + b y + c, y' = d x + e y + f. Named for the spaces it joins and read right to
 * left: `stageFromImage` takes image pixels and gives stage um.
 */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** A point in whatever space. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const IDENTITY: Affine = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

export function applyAffine(map: Affine, point: Point): Point {
  return { x: map.a * point.x + map.b * point.y + map.c, y: map.d * point.x + map.e * point.y + map.f };
}

/** `outer` after `inner`: stageFromImage = compose(stageFromSensor, sensorFromImage). */
export function composeAffine(outer: Affine, inner: Affine): Affine {
  const origin = applyAffine(outer, { x: inner.c, y: inner.f });
  return {
    a: outer.a * inner.a + outer.b * inner.d,
    b: outer.a * inner.b + outer.b * inner.e,
    c: origin.x,
    d: outer.d * inner.a + outer.e * inner.d,
    e: outer.d * inner.b + outer.e * inner.e,
    f: origin.y,
  };
}

/**
 * The map back.
 * @throws RangeError when the map flattens the plane.
 */
export function invertAffine(map: Affine): Affine {
  const determinant = map.a * map.e - map.b * map.d;
  if (determinant === 0 || !Number.isFinite(determinant)) throw new RangeError("This map has no inverse: it flattens the plane.");
  const a = map.e / determinant;
  const b = -map.b / determinant;
  const d = -map.d / determinant;
  const e = map.a / determinant;
  return { a, b, c: -(a * map.c + b * map.f), d, e, f: -(d * map.c + e * map.f) };
}
