/**
 * Y'CbCr of a webcam to 8-bit samples, after the equations of ITU-R BT.601-7, BT.709-6 and BT.2020-2 (the luma weights
 * are all that differs), in 16 bits of fraction.
 */

/** How luma and chroma were coded. */
export interface YuvCoding {
  readonly matrix: "bt601" | "bt709" | "bt2020";
  /** 0 to 255; otherwise 16 to 235 for luma and 16 to 240 for chroma. */
  readonly fullRange: boolean;
}

/** Weights of red and blue in luma. */
const WEIGHTS = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] } as const;
const ONE = 65_536;
const HALF = ONE / 2;

/** Coding from the names of WebCodecs' VideoColorSpace; what a camera does not say is taken as BT.601 of limited range, as video for capture is coded. */
export function yuvCoding(matrix: string | undefined, fullRange: boolean | undefined): YuvCoding {
  const known = matrix === "bt709" ? "bt709" : matrix === "bt2020-ncl" ? "bt2020" : "bt601";
  return { matrix: known, fullRange: fullRange === true };
}

/** One plane: where its lines begin. */
export interface PlaneView {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly stride: number;
}

/** Chroma samples: of two planes each a byte apart (I420), or of one where they take turns (NV12). */
export interface ChromaView {
  readonly u: PlaneView;
  readonly v: PlaneView;
  readonly step: 1 | 2;
}

/** Luma as grey levels from 0 to 255, so that a saturated pixel is 255 whatever the camera's range. */
export function lumaToMono(luma: PlaneView, width: number, height: number, fullRange: boolean, into: Uint8Array): void {
  const { bytes, offset, stride } = luma;
  for (let y = 0; y < height; y++) {
    const line = bytes.subarray(offset + y * stride, offset + y * stride + width);
    if (fullRange) into.set(line, y * width);
    else for (let x = 0, o = y * width; x < width; x++, o++) into[o] = GREY_OF_LIMITED[line[x] ?? 0] ?? 0;
  }
}

const GREY_OF_LIMITED = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.max(0, Math.round(((value - 16) * 255) / 219))));

/** YUV 4:2:0 as RGB8, line by line, each chroma sample for its 2 x 2 pixels. */
export function yuvToRgb(luma: PlaneView, chroma: ChromaView, width: number, height: number, coding: YuvCoding, into: Uint8Array): void {
  const [kr, kb] = WEIGHTS[coding.matrix];
  const kg = 1 - kr - kb;
  const lumaScale = coding.fullRange ? ONE : Math.round((ONE * 255) / 219);
  const black = coding.fullRange ? 0 : 16;
  const chromaScale = coding.fullRange ? ONE : (ONE * 255) / 224;
  const redOfV = Math.round(2 * (1 - kr) * chromaScale);
  const blueOfU = Math.round(2 * (1 - kb) * chromaScale);
  const greenOfU = Math.round(((2 * kb * (1 - kb)) / kg) * chromaScale);
  const greenOfV = Math.round(((2 * kr * (1 - kr)) / kg) * chromaScale);
  const { u: uPlane, v: vPlane, step } = chroma;
  for (let y = 0; y < height; y++) {
    const half = y >> 1;
    let at = y * width * 3;
    let l = luma.offset + y * luma.stride;
    let u = uPlane.offset + half * uPlane.stride;
    let v = vPlane.offset + half * vPlane.stride;
    for (let x = 0; x < width; x += 2, u += step, v += step) {
      const cb = (uPlane.bytes[u] ?? 128) - 128;
      const cr = (vPlane.bytes[v] ?? 128) - 128;
      const red = redOfV * cr + HALF;
      const green = HALF - greenOfU * cb - greenOfV * cr;
      const blue = blueOfU * cb + HALF;
      for (let pixel = Math.min(2, width - x); pixel > 0; pixel--, l++, at += 3) {
        const level = ((luma.bytes[l] ?? 0) - black) * lumaScale;
        into[at] = clampByte((level + red) >> 16);
        into[at + 1] = clampByte((level + green) >> 16);
        into[at + 2] = clampByte((level + blue) >> 16);
      }
    }
  }
}

/** Four bytes a pixel as RGB8, `redAt` and `blueAt` the places of red and blue. */
export function packedToRgb(packed: PlaneView, width: number, height: number, redAt: 0 | 2, into: Uint8Array): void {
  const { bytes, offset, stride } = packed;
  const blueAt = 2 - redAt;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, i = offset + y * stride; x < width; x++, i += 4, at += 3) {
      into[at] = bytes[i + redAt] ?? 0;
      into[at + 1] = bytes[i + 1] ?? 0;
      into[at + 2] = bytes[i + blueAt] ?? 0;
    }
  }
}

/** Four bytes a pixel as grey levels by the BT.601 weights. */
export function packedToMono(packed: PlaneView, width: number, height: number, redAt: 0 | 2, into: Uint8Array): void {
  const { bytes, offset, stride } = packed;
  const blueAt = 2 - redAt;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, i = offset + y * stride; x < width; x++, i += 4, at++) {
      into[at] = (19_595 * (bytes[i + redAt] ?? 0) + 38_470 * (bytes[i + 1] ?? 0) + 7471 * (bytes[i + blueAt] ?? 0) + HALF) >> 16;
    }
  }
}

function clampByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
