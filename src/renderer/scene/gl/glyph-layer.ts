import { BufferAttribute, DoubleSide, GLSL3, Mesh, RawShaderMaterial } from "three";
import type { GlyphShape, Rgb } from "../shapes.ts";
import type { GlyphAtlas } from "./glyph-atlas.ts";
import { InstanceBuffer } from "./instance-buffer.ts";
import { SPACE_GLSL, type SpaceUniforms, spaceUniforms } from "./layer-space.ts";

/** Below this many CSS pixels on the screen a thing goes without its letter. */
const SMALLEST_LETTERED_PX = 14;

/** Letters and small signs, all in one draw, on whole device pixels. */
export class GlyphLayer {
  readonly mesh: Mesh;
  readonly space: SpaceUniforms = spaceUniforms();
  readonly #uniforms;
  readonly #buffer = new InstanceBuffer({ aPlace: 4, aUv: 4, aColor: 3, aBelongs: 1 });
  readonly #material: RawShaderMaterial;
  #atlas: GlyphAtlas;
  #glyphs: readonly GlyphShape[] = [];

  constructor(atlas: GlyphAtlas, renderOrder: number) {
    this.#atlas = atlas;
    this.#uniforms = { ...this.space, uAtlas: { value: atlas.texture }, uCell: { value: [atlas.cellPx.width, atlas.cellPx.height] }, uOpacity: { value: 1 } };
    this.#buffer.geometry.setAttribute("aCorner", new BufferAttribute(new Float32Array([0, 1, 2, 3]), 1));
    this.#buffer.geometry.setIndex([0, 1, 2, 2, 1, 3]);
    this.#material = new RawShaderMaterial({ glslVersion: GLSL3, vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms: this.#uniforms, transparent: true, premultipliedAlpha: true, depthTest: false, depthWrite: false, side: DoubleSide });
    this.mesh = new Mesh(this.#buffer.geometry, this.#material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = renderOrder;
    this.mesh.visible = false;
  }

  setGlyphs(glyphs: readonly GlyphShape[]): void {
    this.#glyphs = glyphs;
    const write = this.#buffer.refill(glyphs.length);
    this.mesh.visible = glyphs.length > 0;
    if (glyphs.length === 0) return;
    const place = write("aPlace");
    const uv = write("aUv");
    const color = write("aColor");
    const belongs = write("aBelongs");
    glyphs.forEach((shape, i) => {
      place.set([shape.x, shape.y, shape.dxPx, shape.dyPx], i * 4);
      uv.set(this.#atlas.glyph(shape.character).uv, i * 4);
      color.set([shape.color[0] / 255, shape.color[1] / 255, shape.color[2] / 255], i * 3);
      belongs[i] = shape.belongsToPx;
    });
  }

  /** One line of text; `x`, `y` in the layer's space is the top left corner of its first sign. */
  setText(text: string, x: number, y: number, color: Rgb): void {
    let dxPx = 0;
    const glyphs = [...text].map((character): GlyphShape => {
      const at = dxPx;
      dxPx += this.#atlas.glyph(character).advancePx;
      return { character, x, y, dxPx: at, dyPx: 0, color, belongsToPx: 0 };
    });
    this.setGlyphs(glyphs);
  }

  /** Width of a text, CSS pixels. */
  textWidthPx(text: string): number {
    return [...text].reduce((sum, character) => sum + this.#atlas.glyph(character).advancePx, 0);
  }

  setOpacity(opacity: number): void {
    this.#uniforms.uOpacity.value = opacity;
  }

  /** After the screen's pixel ratio changed. The old atlas is its owner's to dispose. */
  setAtlas(atlas: GlyphAtlas): void {
    this.#atlas = atlas;
    this.#uniforms.uAtlas.value = atlas.texture;
    this.setGlyphs(this.#glyphs);
  }

  dispose(): void {
    this.#buffer.dispose();
    this.#material.dispose();
  }
}

const VERTEX = /* glsl */ `
precision highp float;
${SPACE_GLSL}
uniform vec2 uCell;
in float aCorner;
in vec4 aPlace;
in vec4 aUv;
in vec3 aColor;
in float aBelongs;
out vec2 vUv;
flat out vec3 vColor;

void main() {
  int corner = int(aCorner + 0.5);
  vec2 side = vec2(float(corner & 1), float((corner >> 1) & 1));
  bool shown = aBelongs <= 0.0 || aBelongs * uSpace.x >= ${SMALLEST_LETTERED_PX.toFixed(1)} * uRatio;
  vec2 anchor = toScreen(aPlace.xy);
  vec2 topLeft = floor(anchor + aPlace.zw * uRatio + 0.5);
  // A letter above a box at the upper edge of the canvas slips into the box.
  if (anchor.y >= -1.0) topLeft.y = max(topLeft.y, 0.0);
  vUv = aUv.xy + aUv.zw * side;
  vColor = aColor;
  gl_Position = toClip(topLeft + (shown ? side * uCell * uRatio : vec2(0.0)));
}
`;

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D uAtlas;
uniform float uOpacity;
in vec2 vUv;
flat in vec3 vColor;
out vec4 outColor;

void main() {
  vec4 sign = texture(uAtlas, vUv);
  outColor = vec4(sign.rgb * vColor, sign.a) * uOpacity;
}
`;
