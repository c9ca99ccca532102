import type { GreyPlane, LabelMap, Mask, Plane } from "../image/plane.ts";
import type { ResamplePlan } from "./resample-plan.ts";

/** How packed sensor words are laid out (PFNC, EMVA 2.1): `p` is a gapless little-endian bit stream, `packed` is GigE Vision's 3 bytes for 2 pixels. */
export type PackedFormat = "mono10p" | "mono10packed" | "mono12p" | "mono12packed";

/** Colour filter array at (0, 0). */
export type Cfa = "RGGB" | "GRBG" | "GBRG" | "BGGR";

/** Statistics of one connected component; index 0 of each array is label 1. */
export interface ComponentStatistics {
  /** Pixels; 0 for a label that is not in use, whose box is 0 and whose centroid is NaN. */
  readonly area: Float64Array;
  /** Left, top, width, height in turn, px. */
  readonly box: Int32Array;
  /** x, y in turn, px; a pixel's centre is its integer coordinate. */
  readonly centroid: Float64Array;
}

/**
 * Outer outline of each label: the corners of pixels (integer coordinates) at which it turns, clockwise as seen on the
 * screen, x and y in turn, first point not repeated, beginning at the upper left corner of the first pixel. Pixels that
 * touch by a corner belong together; of a label in several pieces it is the outline of the first. Index 0 is label 1; an
 * unused label's outline is empty. The arrays may be views of one buffer.
 */
export type Outlines = readonly Int32Array[];

/** What a value is compared with beside one limit for all: what lies around it, less `offset`. */
export interface Surroundings {
  readonly around: GreyPlane;
  readonly offset: number;
}

/** Shape of a structuring element: "disk" holds every offset with dx2 + dy2 <= (r + 0.5)2, "square" is (2r + 1) x (2r + 1). */
export type ElementShape = "disk" | "square";

/**
 * The pixel work that costs time, each as one pure function: same input, same output, nothing kept. There are two
 * implementations that agree: plain TypeScript (`reference-kernels.ts`, which says what is right) and C++ behind Node-API
 * (native/, loaded by src/engine/native). Callers take the interface and never ask which one they got.
 *
 * All throw RangeError when sizes and data do not fit. Arguments are never changed, but for those called
 * `target` and `into`; results are fresh arrays, or lie in `into`: memory of just the result's length that somebody no
 * longer needs, of another buffer than the picture's. JavaScript frees pictures late, so each fresh one begins on new
 * pages of memory; touching those takes as long as a small window's sums. They are
 * synchronous: call them in worker threads, not on the instrument's loop. Results are the same bits in both, but for the
 * two of the smoothing kernels that say otherwise.
 */
export interface PixelKernels {
  /** Says which implementation this is, for identities and diagnostics, e.g. "native 1" or "reference". */
  readonly name: string;

  // From sensor to picture
  /** Just the bytes of the picture: rows are not padded. */
  unpack(packed: Uint8Array, width: number, height: number, format: PackedFormat): Plane<Uint16Array>;
  /** The same into the caller's memory, as many pixels as it has, each moved up by `up` bits (0 to 6): for pictures that come in pieces. */
  unpackInto(packed: Uint8Array, format: PackedFormat, up: number, target: Uint16Array): void;
  /**
   * Bilinear demosaic to interleaved RGB of the same depth: means rounded half up, the border mirrored without repeating
   * the border pixel. Inside, these are OpenCV's colours; its border rows repeat their neighbours instead.
   */
  demosaic<Data extends Uint8Array | Uint16Array>(raw: Plane<Data>, cfa: Cfa): Data;
  /** (raw - dark) * gain in single precision, rounded half up, clamped to 0..maximum, NaN to 0; `gain` is mean(flat - dark) / (flat - dark). */
  correctFlatField<Data extends Uint8Array | Uint16Array>(raw: Plane<Data>, dark: GreyPlane, gain: GreyPlane, maximum: number): Plane<Data>;
  /** Counts per value, 0 to maximum, and how many pixels stand at the maximum. RangeError where one stands above. */
  histogram(plane: Plane<Uint8Array | Uint16Array>, maximum: number): { readonly counts: Uint32Array; readonly saturated: number };
  /**
   * Interleaved 8-bit picture (1 or 3 channels) to planes of floats, resized by area averaging when smaller and linear
   * interpolation when larger, then value * gain[c] + offset[c]. One channel is repeated into three.
   */
  resizeToTensor(pixels: Uint8Array, width: number, height: number, channels: 1 | 3, outWidth: number, outHeight: number, gain: readonly number[], offset: readonly number[], into?: Float32Array): Float32Array;

  /**
   * Fill `target`, the one argument that is changed, with planes of 0..255 whatever the bit depth: rows are weighed as the
   * plan says, then columns; all in whole numbers. Bytes are rounded, floats are not.
   */
  resample(samples: Uint8Array | Uint16Array, plan: ResamplePlan, target: Uint8Array | Float32Array): void;

  /** target[i] = table[bytes[i]]. The table has 256 numbers, the target as many as there are bytes. */
  lookUp(bytes: Uint8Array, table: Float32Array, target: Float32Array): void;

  /** target[i] = (values[i] - min) * gain in single precision, rounded to a whole number, halves to even, clamped to 0..255, NaN to 0. */
  toBytes(values: Float32Array, min: number, gain: number, target: Uint8ClampedArray): void;

  // Values and thresholds
  /** Lowest and highest value; NaN is none. RangeError where there is none. */
  valueRange(values: Float32Array): { readonly min: number; readonly max: number };
  /** How many values lie in each of `bins` (1 to 65536) bins: number (value - min) * binsPerUnit without its fraction; the last has all above it too. NaN and what lies below the first is in none. */
  binCounts(values: Float32Array, min: number, binsPerUnit: number, bins: number): Uint32Array;
  /** 1 where the value lies above (below) the limit, and above (below) its surroundings where there are any; one equal to either does not. Double precision. */
  threshold(plane: GreyPlane, side: "above" | "below", limit: number, surroundings?: Surroundings, into?: Uint8Array): Mask;

  // Focus metrics, larger is sharper; over the pixels that have all their neighbours, 0 where there are none
  /** Variance of the 4-neighbour Laplacian. */
  varianceOfLaplacian(plane: Plane<Uint8Array | Uint16Array>): number;
  /** Mean squared Sobel gradient (Tenengrad). */
  tenengrad(plane: Plane<Uint8Array | Uint16Array>): number;

  // Smoothing and background. Pixels are finite numbers. Results of the first two agree to 1e-5 of the largest absolute pixel.
  /**
   * Separable Gaussian, sigma 0 (no change) to 1000 px. The kernel ends at 4 sigma, rounded half up to a whole number of
   * pixels, and sums to 1. Edges are mirrored without repeating the border pixel (OpenCV's BORDER_REFLECT_101), again and
   * again where the kernel is larger than the picture.
   */
  gaussianBlur(plane: GreyPlane, sigmaPx: number, into?: Float32Array): GreyPlane;
  /** Mean of a (2r + 1)2 window, r a whole number to 10,000, edges as above. */
  boxMean(plane: GreyPlane, radiusPx: number, into?: Float32Array): GreyPlane;
  /** Median of a (2r + 1)2 window, r a whole number to 7, edges repeated. One of the window's values, so the implementations agree exactly. */
  medianBlur(plane: GreyPlane, radiusPx: number, into?: Float32Array): GreyPlane;

  // Masks. Radii are whole numbers, 0 (no change) to 10,000. What lies outside the picture neither erodes nor dilates.
  erode(mask: Mask, radiusPx: number, shape: ElementShape, into?: Uint8Array): Mask;
  dilate(mask: Mask, radiusPx: number, shape: ElementShape, into?: Uint8Array): Mask;
  /** Background that does not touch the border (4-connected) becomes object. */
  fillHoles(mask: Mask, into?: Uint8Array): Mask;
  /**
   * Euclidean distance to the nearest 0, px; infinite where there is none. The outside of the picture is no 0. The square
   * is an exact whole number (Felzenszwalb and Huttenlocher 2012), its root the nearest single-precision number.
   */
  distanceTransform(mask: Mask, into?: Float32Array): GreyPlane;

  // Objects
  /**
   * Extended maxima (Soille 2003): of each summit that stands more than `h` (0 or more) above the saddle to any higher
   * ground, the connected pixels down to `h` below its top. Each is one 8-connected object, level summits with a shallow
   * saddle between them included; scikit-image's h_maxima marks the tops alone, and each of two level ones. Only ground
   * inside the mask exists. Ground may be positive infinity, and is compared in single precision.
   */
  hMaxima(plane: GreyPlane, h: number, mask: Mask, into?: Uint8Array): Mask;
  /** Labels in the order in which the first pixel of each is met, row by row. */
  connectedComponents(mask: Mask, connectivity: 4 | 8, into?: Int32Array): LabelMap;
  componentStatistics(map: LabelMap): ComponentStatistics;
  /**
   * Seeded watershed by priority flooding (Meyer 1994): highest ground first, 4-connected, within the mask; ties in the
   * order of entering the queue (seeds row by row; neighbours up, left, right, down). A pixel takes its label when it
   * enters. Every pixel reached gets one: no dividing lines. Labels and count are those of the markers; one that lies
   * wholly outside the mask leaves its number unused.
   */
  watershed(ground: GreyPlane, markers: LabelMap, mask: Mask, into?: Int32Array): LabelMap;
  outlines(map: LabelMap): Outlines;
}
