import { Vector2, Vector3 } from "three";

/** Uniforms every drawn layer shares: how its own pixels come onto the screen. */
export interface SpaceUniforms {
  /** Canvas size, device pixels. */
  readonly uScreen: { value: Vector2 };
  /** screenPx = p * x + (y, z), device pixels. */
  readonly uSpace: { value: Vector3 };
  /** Device pixels per CSS pixel. */
  readonly uRatio: { value: number };
}

export function spaceUniforms(): SpaceUniforms {
  return { uScreen: { value: new Vector2(1, 1) }, uSpace: { value: new Vector3(1, 0, 0) }, uRatio: { value: 1 } };
}

/** GLSL of {@link SpaceUniforms}: `toScreen` gives device pixels, `toClip` what gl_Position wants. */
export const SPACE_GLSL = /* glsl */ `
uniform vec2 uScreen;
uniform vec3 uSpace;
uniform float uRatio;
vec2 toScreen(vec2 p) { return p * uSpace.x + uSpace.yz; }
vec4 toClip(vec2 screenPx) { return vec4(screenPx.x / uScreen.x * 2.0 - 1.0, 1.0 - screenPx.y / uScreen.y * 2.0, 0.0, 1.0); }
`;

/** Drawing order: what lies on what. */
export const ORDER = { picture: 0, countingFrame: 1, segmentHalos: 2, segments: 3, boxes: 4, glyphs: 5, marks: 6, stale: 7 } as const;
