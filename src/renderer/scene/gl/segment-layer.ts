import { BufferAttribute, DoubleSide, GLSL3, Group, Mesh, RawShaderMaterial } from "three";
import type { SegmentShape } from "../shapes.ts";
import { InstanceBuffer } from "./instance-buffer.ts";
import { SPACE_GLSL, type SpaceUniforms, spaceUniforms } from "./layer-space.ts";

/**
 * Straight lines in any direction with round ends: outlines, crosses, crosshair, scale bar. Drawn twice from one buffer,
 * halos below and lines above, so that at a joint no halo covers the neighbour's line.
 */
export class SegmentLayer {
  readonly group = new Group();
  readonly space: SpaceUniforms = spaceUniforms();
  readonly #line = { uLineWidth: { value: 2 }, uHalo: { value: 1 }, uOpacity: { value: 1 } };
  readonly #buffer = new InstanceBuffer({ aEnds: 4, aColor: 3, aWidth: 1 });
  readonly #materials: readonly RawShaderMaterial[];

  constructor(haloOrder: number, lineOrder: number) {
    this.#buffer.geometry.setAttribute("aCorner", new BufferAttribute(new Float32Array([0, 1, 2, 3]), 1));
    this.#buffer.geometry.setIndex([0, 1, 2, 2, 1, 3]);
    const passes = [{ isHalo: 1, order: haloOrder }, { isHalo: 0, order: lineOrder }];
    this.#materials = passes.map(({ isHalo, order }) => {
      const uniforms = { ...this.space, ...this.#line, uIsHalo: { value: isHalo } };
      const material = new RawShaderMaterial({ glslVersion: GLSL3, vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms, transparent: true, premultipliedAlpha: true, depthTest: false, depthWrite: false, side: DoubleSide });
      const mesh = new Mesh(this.#buffer.geometry, material);
      mesh.frustumCulled = false;
      mesh.renderOrder = order;
      this.group.add(mesh);
      return material;
    });
    this.group.visible = false;
  }

  setSegments(segments: readonly SegmentShape[]): void {
    const write = this.#buffer.refill(segments.length);
    this.group.visible = segments.length > 0;
    if (segments.length === 0) return;
    const ends = write("aEnds");
    const color = write("aColor");
    const width = write("aWidth");
    segments.forEach((shape, i) => {
      ends.set([shape.ax, shape.ay, shape.bx, shape.by], i * 4);
      color.set([shape.color[0] / 255, shape.color[1] / 255, shape.color[2] / 255], i * 3);
      width[i] = shape.widthFactor;
    });
  }

  /** CSS pixels. */
  setLine(widthPx: number, haloPx: number, opacity: number): void {
    this.#line.uLineWidth.value = widthPx;
    this.#line.uHalo.value = haloPx;
    this.#line.uOpacity.value = opacity;
  }

  dispose(): void {
    this.#buffer.dispose();
    for (const material of this.#materials) material.dispose();
  }
}

const VERTEX = /* glsl */ `
precision highp float;
${SPACE_GLSL}
uniform float uLineWidth;
uniform float uHalo;
uniform float uIsHalo;
in float aCorner;
in vec4 aEnds;
in vec3 aColor;
in float aWidth;
out vec2 vScreen;
flat out vec4 vEnds;
flat out vec3 vColor;
flat out float vRadius;

// Where a line of that width falls on whole pixels.
float snapped(float place, float width) {
  return mod(width, 2.0) > 0.5 ? floor(place) + 0.5 : floor(place + 0.5);
}

void main() {
  vec2 a = toScreen(aEnds.xy);
  vec2 b = toScreen(aEnds.zw);
  float width = max(1.0, uLineWidth * aWidth * uRatio);
  // Upright and level lines are crisp; others are smoothed anyway.
  if (abs(a.y - b.y) < 0.01) a.y = b.y = snapped(a.y, floor(width + 0.5));
  if (abs(a.x - b.x) < 0.01) a.x = b.x = snapped(a.x, floor(width + 0.5));
  vec2 along = b - a;
  float length_ = length(along);
  vec2 direction = length_ > 0.0 ? along / length_ : vec2(1.0, 0.0);
  vec2 across = vec2(-direction.y, direction.x);
  vRadius = width * 0.5 + uIsHalo * uHalo * uRatio;
  float reach = vRadius + 1.0;
  int corner = int(aCorner + 0.5);
  vec2 end = (corner & 1) == 0 ? a - direction * reach : b + direction * reach;
  vScreen = end + across * ((corner & 2) == 0 ? -reach : reach);
  vEnds = vec4(a, b);
  vColor = aColor;
  gl_Position = toClip(vScreen);
}
`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform float uIsHalo;
uniform float uOpacity;
in vec2 vScreen;
flat in vec4 vEnds;
flat in vec3 vColor;
flat in float vRadius;
out vec4 outColor;

void main() {
  vec2 along = vEnds.zw - vEnds.xy;
  float share = clamp(dot(vScreen - vEnds.xy, along) / max(dot(along, along), 1e-6), 0.0, 1.0);
  float distance_ = distance(vScreen, vEnds.xy + along * share);
  float cover = clamp(vRadius + 0.5 - distance_, 0.0, 1.0) * uOpacity;
  if (cover <= 0.0) discard;
  outColor = uIsHalo > 0.5 ? vec4(0.0, 0.0, 0.0, 0.72 * cover) : vec4(vColor * cover, cover);
}
`;
