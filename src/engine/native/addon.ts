/** Samples of a sensor. */
export type Samples = Uint8Array | Uint16Array;

/**
 * What the C++ side gives (native/src/kernels.inc): {@link PixelKernels} with pictures taken apart into typed arrays and
 * numbers, for reading properties of objects costs time there. Sizes are checked on both sides of this line; see
 * native-kernels.ts for what each argument means.
 */
export interface NativeAddon {
  /** @param format index in {@link PACKED_FORMATS} */
  unpack(packed: Uint8Array, width: number, height: number, format: number): Uint16Array;
  unpackInto(packed: Uint8Array, format: number, up: number, target: Uint16Array): void;
  /** @param redX, redY where red lies in the 2 x 2 cell of the mosaic */
  demosaic<Data extends Samples>(raw: Data, width: number, height: number, redX: number, redY: number): Data;
  correctFlatField<Data extends Samples>(raw: Data, dark: Float32Array, gain: Float32Array, maximum: number): Data;
  /** `maximum` + 1 counts. */
  histogram(samples: Samples, maximum: number): Uint32Array;
  resizeToTensor(pixels: Uint8Array, width: number, height: number, channels: number, outWidth: number, outHeight: number, gain: Float32Array, offset: Float32Array, into?: Float32Array): Float32Array;
  /** @param plan as `packedPlan` writes it down (packed-plan.ts) */
  resample(samples: Samples, plan: Int32Array, target: Uint8Array | Float32Array): void;

  lookUp(bytes: Uint8Array, table: Float32Array, target: Float32Array): void;
  toBytes(values: Float32Array, min: number, gain: number, target: Uint8Array): void;
  /** Infinity and -Infinity where there is no value. */
  valueRange(values: Float32Array): { min: number; max: number };
  binCounts(values: Float32Array, min: number, binsPerUnit: number, bins: number): Uint32Array;
  /** @param around empty where there is a limit alone */
  threshold(values: Float32Array, isAbove: boolean, limit: number, offset: number, around: Float32Array, into?: Uint8Array): Uint8Array;
  varianceOfLaplacian(samples: Samples, width: number, height: number): number;
  tenengrad(samples: Samples, width: number, height: number): number;

  /** @param weights half of a symmetric kernel, from the middle outwards */
  gaussianBlur(samples: Float32Array, width: number, height: number, weights: Float64Array, into?: Float32Array): Float32Array;
  boxMean(samples: Float32Array, width: number, height: number, radiusPx: number, into?: Float32Array): Float32Array;
  medianBlur(samples: Float32Array, width: number, height: number, radiusPx: number, into?: Float32Array): Float32Array;

  erode(mask: Uint8Array, width: number, height: number, radiusPx: number, isDisk: boolean, into?: Uint8Array): Uint8Array;
  dilate(mask: Uint8Array, width: number, height: number, radiusPx: number, isDisk: boolean, into?: Uint8Array): Uint8Array;
  fillHoles(mask: Uint8Array, width: number, height: number, into?: Uint8Array): Uint8Array;
  distanceTransform(mask: Uint8Array, width: number, height: number, into?: Float32Array): Float32Array;

  hMaxima(samples: Float32Array, width: number, height: number, h: number, mask: Uint8Array, into?: Uint8Array): Uint8Array;
  connectedComponents(mask: Uint8Array, width: number, height: number, connectivity: number, into?: Int32Array): { labels: Int32Array; count: number };
  componentStatistics(labels: Int32Array, width: number, height: number, count: number): { area: Float64Array; box: Int32Array; centroid: Float64Array };
  /** `markers` hold 0 to `count`. */
  watershed(ground: Float32Array, width: number, height: number, markers: Int32Array, count: number, mask: Uint8Array, into?: Int32Array): Int32Array;
  /** Every outline's corners one after the other; `ranges` has begin and end of each in turn. */
  outlines(labels: Int32Array, width: number, height: number, count: number): { corners: Int32Array; ranges: Int32Array };
}

/** The formats of `unpack`, in the order in which native/src/unpack.cc numbers them. */
export const PACKED_FORMATS = ["mono10p", "mono10packed", "mono12p", "mono12packed"] as const;

/** Every function of the addon: one that lacks any is of another version. */
export const KERNEL_NAMES = [
  "unpack", "unpackInto", "demosaic", "correctFlatField", "histogram", "resizeToTensor", "resample", "lookUp", "toBytes", "valueRange", "binCounts", "threshold", "varianceOfLaplacian", "tenengrad",
  "gaussianBlur", "boxMean", "medianBlur", "erode", "dilate", "fillHoles", "distanceTransform",
  "hMaxima", "connectedComponents", "componentStatistics", "watershed", "outlines",
] as const satisfies readonly (keyof NativeAddon)[];
