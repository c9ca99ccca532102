type Corner = readonly [number, number];

/** Corners of a regular shape of about the size of the unit circle. */
function regular(corners: number, turnDeg: number, radius = 1): Corner[] {
  return Array.from({ length: corners }, (_, at) => {
    const angle = ((turnDeg + (360 * at) / corners) * Math.PI) / 180;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
}

function cross(turnDeg: number): Corner[] {
  const arm = 0.42;
  const tip = 1.15;
  const corners: Corner[] = [[-arm, -tip], [arm, -tip], [arm, -arm], [tip, -arm], [tip, arm], [arm, arm], [arm, tip], [-arm, tip], [-arm, arm], [-tip, arm], [-tip, -arm], [-arm, -arm]];
  const [c, s] = [Math.cos((turnDeg * Math.PI) / 180), Math.sin((turnDeg * Math.PI) / 180)];
  return corners.map(([x, y]) => [c * x - s * y, s * x + c * y] as const);
}

/** A shape for each class colour, so that colour is never the only sign: circle, square, triangle, diamond, cross, triangle down, slanted cross, hexagon. */
export const CLASS_SHAPES: readonly (readonly Corner[])[] = [
  regular(14, 0), regular(4, 45, 1.2), regular(3, -90, 1.35), regular(4, 0, 1.3), cross(0), regular(3, 90, 1.35), cross(45), regular(6, 0, 1.1),
];
