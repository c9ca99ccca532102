import { Vector2, Vector3 } from "three";

/** Uniforms that say how a layer's own pixels come onto the screen. */
export interface SpaceUniforms {
  /** Canvas size, device pixels (of the screen: the drawing buffer may be smaller and is stretched). */
  readonly uScreen: { value: Vector2 };
  /** screenPx = p * x + (y, z), device pixels. */
  readonly uSpace: { value: Vector3 };
}

export function spaceUniforms(): SpaceUniforms {
  return { uScreen: { value: new Vector2(1, 1) }, uSpace: { value: new Vector3(1, 0, 0) } };
}

/** GLSL of {@link SpaceUniforms}: `toScreen` gives device pixels, `toClip` what gl_Position wants. */
export const SPACE_GLSL = /* glsl */ `
uniform vec2 uScreen;
uniform vec3 uSpace;
vec2 toScreen(vec2 p) { return p * uSpace.x + uSpace.yz; }
vec4 toClip(vec2 screenPx) { return vec4(screenPx.x / uScreen.x * 2.0 - 1.0, 1.0 - screenPx.y / uScreen.y * 2.0, 0.0, 1.0); }
`;
