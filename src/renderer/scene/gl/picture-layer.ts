import { BufferAttribute, BufferGeometry, Camera, DoubleSide, GLSL3, Mesh, LinearFilter, NoColorSpace, RawShaderMaterial, Scene, Texture, Vector2, Vector4, type WebGLRenderer, WebGLRenderTarget } from "three";
import type { PreviewMessage } from "../../../shared/ipc/contract.ts";
import type { ContrastRange } from "../histogram.ts";
import { drawnSize, type RedSite, redSiteOf } from "../mosaic.ts";
import { bufferShare, pictureQuality } from "../picture-quality.ts";
import type { SizePx } from "../view-transform.ts";
import { FrameTexture } from "./frame-texture.ts";
import { type SpaceUniforms, spaceUniforms } from "./layer-space.ts";
import { DEMOSAIC_FRAGMENT, DEMOSAIC_VERTEX, PICTURE_VERTEX, PLAIN_FRAGMENT, PLANES_FRAGMENT } from "./picture-shaders.ts";

/** What a shader is compiled with. */
type Variant = Readonly<Record<string, boolean | number>>;

/** The frame itself: its bytes, its demosaicing, its contrast. */
export class PictureLayer {
  readonly mesh: Mesh;
  readonly space: SpaceUniforms = spaceUniforms();
  readonly #frame = new FrameTexture();
  readonly #shown = {
    ...this.space,
    uImageSize: { value: new Vector2(1, 1) }, uTexels: { value: new Vector2(1, 1) },
    uTexelFromFragment: { value: new Vector4() }, uShareFromFragment: { value: new Vector4() },
    uContrast: { value: new Vector2(1, 0) }, uGamma: { value: 1 },
  };
  readonly #plainInputs = { uPixels: { value: new Texture() } };
  readonly #mosaicInputs = { uMosaic: { value: new Texture() }, uRedSite: { value: new Vector2() } };
  readonly #quad = unitQuad();
  readonly #plain: RawShaderMaterial;
  readonly #planes: RawShaderMaterial;
  readonly #demosaic: RawShaderMaterial;
  readonly #demosaicScene = new Scene();
  readonly #camera = new Camera();
  #economy: boolean;
  #redSite: RedSite = 0;
  #marksSaturated = false;
  #target: WebGLRenderTarget | undefined;
  #preview: PreviewMessage | undefined;

  /** @param economy see {@link pictureQuality} */
  constructor(economy: boolean) {
    this.#economy = economy;
    const opaque = { glslVersion: GLSL3, depthTest: false, depthWrite: false, side: DoubleSide } as const;
    this.#plain = new RawShaderMaterial({ ...opaque, vertexShader: PICTURE_VERTEX, fragmentShader: PLAIN_FRAGMENT, uniforms: { ...this.#shown, ...this.#plainInputs } });
    this.#planes = new RawShaderMaterial({ ...opaque, vertexShader: PICTURE_VERTEX, fragmentShader: PLANES_FRAGMENT, uniforms: { ...this.#shown, ...this.#mosaicInputs } });
    this.#demosaic = new RawShaderMaterial({ ...opaque, vertexShader: DEMOSAIC_VERTEX, fragmentShader: DEMOSAIC_FRAGMENT, uniforms: { uTexels: this.#shown.uTexels, ...this.#mosaicInputs } });
    const cover = new Mesh(this.#quad, this.#demosaic);
    cover.frustumCulled = false;
    this.#demosaicScene.add(cover);
    this.mesh = new Mesh(this.#quad, this.#plain);
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
  }

  setFrame(preview: PreviewMessage): void {
    this.#preview = preview;
    this.#frame.setFrame(preview);
    const { width, height } = drawnSize(preview);
    this.#shown.uTexels.value.set(width, height);
    this.#shown.uImageSize.value.set(width * preview.reduction, height * preview.reduction);
    if (preview.layout === "bayer8") this.#redSite = redSiteOf(preview.cfa ?? "RGGB");
    this.mesh.visible = true;
  }

  clear(): void {
    this.#preview = undefined;
    this.mesh.visible = false;
    this.#frame.dispose();
    this.#target?.dispose();
    this.#target = undefined;
  }

  setContrast({ minDn, maxDn, gamma }: ContrastRange): void {
    const scale = minDn === 0 && maxDn === 255 ? 1 : 255 / Math.max(maxDn - minDn, 1e-3);
    this.#shown.uContrast.value.set(scale, (-minDn / 255) * scale);
    this.#shown.uGamma.value = gamma;
  }

  /** After the machine changed how it draws. */
  setEconomy(economy: boolean): void {
    this.#economy = economy;
  }

  setSaturationShown(shown: boolean): void {
    this.#marksSaturated = shown;
  }

  /** Size of the drawing buffer for a screen of that size, at the present scale. */
  bufferSize(screen: SizePx): SizePx {
    const preview = this.#preview;
    const share = preview === undefined ? 1 : bufferShare(preview.layout, this.space.uSpace.value.x * preview.reduction, this.#economy);
    return { width: Math.ceil(screen.width * share), height: Math.ceil(screen.height * share) };
  }

  /** Chooses the shader for the scale and, where it takes two steps, does the first. Call before the scene is drawn. */
  prepare(renderer: WebGLRenderer): void {
    const preview = this.#preview;
    const pixels = this.#frame.texture;
    if (preview === undefined || pixels === undefined) return;
    this.#placeFragments(this.bufferSize({ width: this.space.uScreen.value.x, height: this.space.uScreen.value.y }), preview.reduction);
    const quality = pictureQuality(this.space.uSpace.value.x * preview.reduction, this.#economy);
    if (preview.layout !== "bayer8") {
      this.#showPlain(pixels, { NEAREST: quality.nearest, MONO: preview.layout === "mono8" });
    } else if (quality.bayer === "demosaic") {
      this.#mosaicInputs.uMosaic.value = pixels;
      this.#mosaicInputs.uRedSite.value.set(this.#redSite & 1, this.#redSite >> 1);
      this.#showPlain(this.#demosaiced(renderer, preview).texture, { NEAREST: quality.nearest, SATURATION_IN_ALPHA: true });
    } else {
      this.#mosaicInputs.uMosaic.value = pixels;
      this.#show(this.#planes, { ECONOMY: quality.bayer === "planes-economy", RED_SITE: this.#redSite });
    }
  }

  /** Lets go of everything on the graphics card; the next draw makes it anew from the bytes kept here. */
  release(): void {
    this.#frame.texture?.dispose();
    this.#target?.dispose();
    this.#quad.dispose();
    for (const material of [this.#plain, this.#planes, this.#demosaic]) material.dispose();
  }

  dispose(): void {
    this.release();
    this.clear();
  }

  #showPlain(pixels: Texture, variant: Variant): void {
    this.#plainInputs.uPixels.value = pixels;
    this.#show(this.#plain, variant);
  }

  /** three keeps the compiled program of every variant it has met. */
  #show(material: RawShaderMaterial, variant: Variant): void {
    this.mesh.material = material;
    const wanted = { ...variant, USE_GAMMA: this.#shown.uGamma.value !== 1, MARK_SATURATED: this.#marksSaturated };
    const defines = Object.fromEntries(Object.entries<boolean | number>(wanted).flatMap(([name, on]) => (on === false ? [] : [[name, Number(on)]])));
    if (JSON.stringify(defines) === JSON.stringify(material.defines)) return;
    material.defines = defines;
    material.needsUpdate = true;
  }

  /** Where a fragment of the drawing buffer lies in the preview. The buffer may be smaller than the screen, and counts rows from below. */
  #placeFragments(buffer: SizePx, reduction: number): void {
    const screen = this.space.uScreen.value;
    const { x: zoom, y: offsetX, z: offsetY } = this.space.uSpace.value;
    const perTexel = zoom * reduction;
    const stretchX = screen.x / buffer.width;
    const stretchY = screen.y / buffer.height;
    const { x: width, y: height } = this.#shown.uTexels.value;
    const from = this.#shown.uTexelFromFragment.value;
    from.set(stretchX / perTexel, -stretchY / perTexel, -offsetX / perTexel, (screen.y - offsetY) / perTexel);
    this.#shown.uShareFromFragment.value.set(from.x / width, from.y / height, from.z / width, from.w / height);
  }

  /** Demosaics what is in sight (and a margin for the filter), in the texture's own rows: first row of the picture first. */
  #demosaiced(renderer: WebGLRenderer, preview: PreviewMessage): WebGLRenderTarget {
    const { width, height } = drawnSize(preview);
    const target = this.#targetOf(width, height);
    const { x: zoom, y: offsetX, z: offsetY } = this.space.uSpace.value;
    const screen = this.space.uScreen.value;
    const scale = zoom * preview.reduction;
    const left = clamp(Math.floor(-offsetX / scale) - 2, 0, width);
    const top = clamp(Math.floor(-offsetY / scale) - 2, 0, height);
    const right = clamp(Math.ceil((screen.x - offsetX) / scale) + 2, 0, width);
    const bottom = clamp(Math.ceil((screen.y - offsetY) / scale) + 2, 0, height);
    target.scissor.set(left, top, right - left, bottom - top);
    renderer.setRenderTarget(target);
    renderer.render(this.#demosaicScene, this.#camera);
    renderer.setRenderTarget(null);
    return target;
  }

  #targetOf(width: number, height: number): WebGLRenderTarget {
    if (this.#target?.width === width && this.#target.height === height) return this.#target;
    this.#target?.dispose();
    const target = new WebGLRenderTarget(width, height, { depthBuffer: false, stencilBuffer: false, generateMipmaps: false, minFilter: LinearFilter, magFilter: LinearFilter, colorSpace: NoColorSpace });
    target.scissorTest = true;
    this.#target = target;
    return target;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** (0,0) to (1,1), two triangles. */
function unitQuad(): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0]), 3));
  geometry.setIndex([0, 1, 2, 2, 1, 3]);
  return geometry;
}
