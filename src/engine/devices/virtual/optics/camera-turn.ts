/** How the camera is screwed on: turned about its axis, and seeing by a mirror or not. */
export interface CameraTurn {
  /** From the picture's right to the stage's +x, clockwise as seen in the picture. */
  readonly degrees: number;
  /** Left and right of the picture change places. */
  readonly isMirrored?: boolean;
}

/** Lengths and angles kept: a way of (right, down) in the picture is (a right + b down, c right + d down) on the slide. */
export type TurnMatrix = readonly [a: number, b: number, c: number, d: number];

export function turnMatrix({ degrees, isMirrored = false }: CameraTurn): TurnMatrix {
  const radians = (degrees * Math.PI) / 180;
  // Quarter turns are exact: 6e-17 would be no 0.
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)].map((value) => Math.round(value * 1e12) / 1e12) as [number, number];
  return isMirrored ? [-cos, -sin, -sin, cos] : [cos, -sin, sin, cos];
}
