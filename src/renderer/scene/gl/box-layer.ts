import { BufferAttribute, DoubleSide, GLSL3, Mesh, RawShaderMaterial } from "three";
import type { BoxShape, Dash } from "../shapes.ts";
import { InstanceBuffer } from "./instance-buffer.ts";
import { SPACE_GLSL, type SpaceUniforms, spaceUniforms } from "./layer-space.ts";

const DASH_NUMBER: Record<Dash, number> = { solid: 0, dotted: 1, dashed: 2, striped: 3 };

/**
 * Outlines of rectangles, all in one draw. Each is a ring of eight corners (not a filled quad: its inside costs nothing),
 * on whole device pixels, so that lines are crisp; the dark halo on both sides is drawn by the same ring.
 */
export class BoxLayer {
  readonly mesh: Mesh;
  readonly space: SpaceUniforms = spaceUniforms();
  readonly #uniforms = { ...this.space, uLineWidth: { value: 2 }, uHalo: { value: 1 }, uOpacity: { value: 1 } };
  readonly #buffer = new InstanceBuffer({ aBox: 4, aColor: 3, aStyle: 3 });
  readonly #material: RawShaderMaterial;

  constructor(renderOrder: number) {
    // Corner number: bit 0 right, bit 1 bottom, bit 2 inner ring.
    this.#buffer.geometry.setAttribute("aCorner", new BufferAttribute(new Float32Array([0, 1, 2, 3, 4, 5, 6, 7]), 1));
    this.#buffer.geometry.setIndex([0, 1, 5, 0, 5, 4, 1, 3, 7, 1, 7, 5, 3, 2, 6, 3, 6, 7, 2, 0, 4, 2, 4, 6]);
    this.#material = new RawShaderMaterial({ glslVersion: GLSL3, vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms: this.#uniforms, transparent: true, premultipliedAlpha: true, depthTest: false, depthWrite: false, side: DoubleSide });
    this.mesh = new Mesh(this.#buffer.geometry, this.#material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = renderOrder;
    this.mesh.visible = false;
  }

  setBoxes(boxes: readonly BoxShape[]): void {
    const write = this.#buffer.refill(boxes.length);
    this.mesh.visible = boxes.length > 0;
    if (boxes.length === 0) return;
    const box = write("aBox");
    const color = write("aColor");
    const style = write("aStyle");
    boxes.forEach((shape, i) => {
      box.set([shape.x, shape.y, shape.width, shape.height], i * 4);
      color.set([shape.color[0] / 255, shape.color[1] / 255, shape.color[2] / 255], i * 3);
      style.set([shape.widthFactor, DASH_NUMBER[shape.dash], shape.outsetPx], i * 3);
    });
  }

  /** CSS pixels; `haloPx` 0 draws none. */
  setLine(widthPx: number, haloPx: number, opacity: number): void {
    this.#uniforms.uLineWidth.value = widthPx;
    this.#uniforms.uHalo.value = haloPx;
    this.#uniforms.uOpacity.value = opacity;
  }

  dispose(): void {
    this.#buffer.dispose();
    this.#material.dispose();
  }
}

const VERTEX = /* glsl */ `
precision highp float;
${SPACE_GLSL}
uniform float uLineWidth;
uniform float uHalo;
in float aCorner;
in vec4 aBox;
in vec3 aColor;
in vec3 aStyle;
out vec2 vScreen;
flat out vec4 vLine;
flat out vec3 vColor;
flat out vec2 vStyle;

void main() {
  float width = max(1.0, floor(uLineWidth * aStyle.x * uRatio + 0.5));
  float halo = uHalo > 0.0 ? max(1.0, floor(uHalo * uRatio + 0.5)) : 0.0;
  float outset = floor(aStyle.z * uRatio + 0.5) + floor(width * 0.5);
  vec2 low = floor(toScreen(aBox.xy) + 0.5) - outset;
  vec2 high = max(floor(toScreen(aBox.xy + aBox.zw) + 0.5) + outset, low + 1.0);
  vLine = vec4(low, high);
  vColor = aColor;
  vStyle = vec2(width, aStyle.y);
  int corner = int(aCorner + 0.5);
  vec2 side = vec2(float(corner & 1), float((corner >> 1) & 1));
  // Inner ring: behind the line and its inner halo, but never past the middle.
  vec2 inset = (corner & 4) == 0 ? vec2(-halo) : min(vec2(width + halo), (high - low) * 0.5);
  vScreen = mix(low + inset, high - inset, side);
  gl_Position = toClip(vScreen);
}
`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform float uRatio;
uniform float uOpacity;
in vec2 vScreen;
flat in vec4 vLine;
flat in vec3 vColor;
flat in vec2 vStyle;
out vec4 outColor;

const vec4 HALO = vec4(0.0, 0.0, 0.0, 0.72);

bool inkAt(float along, float dash) {
  if (dash < 0.5) return true;
  float period = (dash < 1.5 ? 6.0 : dash < 2.5 ? 12.0 : 20.0) * uRatio;
  return mod(along, period) < period * 0.5;
}

void main() {
  vec2 fromLow = vScreen - vLine.xy;
  vec2 fromHigh = vLine.zw - vScreen;
  vec2 depth = min(fromLow, fromHigh);
  float inside = min(depth.x, depth.y);
  bool line = inside >= 0.0 && inside < vStyle.x;
  // Dashes run along the nearer edge; stripes run aslant.
  float along = vStyle.y > 2.5 ? vScreen.x + vScreen.y : (depth.x < depth.y ? fromLow.y : fromLow.x);
  bool ink = line && inkAt(along, vStyle.y);
  vec4 color = ink ? vec4(vColor, 1.0) : HALO;
  outColor = color.a * vec4(color.rgb, 1.0) * uOpacity;
}
`;
