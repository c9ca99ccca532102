/** Value noise: smooth, unbounded, repeatable. For slow variation over the slide; textures use `TextureNoise`. */
import { hashInts } from "./random.ts";

/** Noise in [-1, 1] at (x, y); features are about one unit wide. */
export function smoothNoise(seed: number, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = ease(x - x0);
  const fy = ease(y - y0);
  const top = mix(corner(seed, x0, y0), corner(seed, x0 + 1, y0), fx);
  const bottom = mix(corner(seed, x0, y0 + 1), corner(seed, x0 + 1, y0 + 1), fx);
  return mix(top, bottom, fy);
}

function corner(seed: number, x: number, y: number): number {
  return hashInts(seed, x, y) / 2147483648 - 1;
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
