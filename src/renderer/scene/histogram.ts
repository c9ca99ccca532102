import type { PreviewMessage } from "../../shared/ipc/contract.ts";

/** Contrast of the picture: shown = ((dn - minDn) / (maxDn - minDn)) ^ gamma, in 8-bit DN of the preview. A gamma below 1 lifts the shadows. */
export interface ContrastRange {
  readonly minDn: number;
  readonly maxDn: number;
  readonly gamma: number;
}
export type ContrastSetting = ContrastRange | "auto";

/** Bytes in are bytes out. */
export const IDENTITY_CONTRAST: ContrastRange = { minDn: 0, maxDn: 255, gamma: 1 };

/** What the preview's bytes are like, from a subsample of its pixels. */
export interface HistogramReport {
  readonly frameId: number;
  /** 256 counts per channel: one array for mono, three (red, green, blue) for Bayer and RGB. */
  readonly bins: readonly Uint32Array[];
  /** Samples counted over all channels. */
  readonly samples: number;
  /** Share of samples at 255, 0 to 1. */
  readonly saturatedShare: number;
  /** Share of samples at 0, 0 to 1. */
  readonly blackShare: number;
  /** Contrast limits in force (those of "auto" when it is on). */
  readonly minDn: number;
  readonly maxDn: number;
}

/** Counts of a subsample, before contrast is known. */
export interface Histogram {
  readonly bins: readonly Uint32Array[];
  readonly samples: number;
}

/** Enough for the 0.1st percentile to rest on some 60 samples; costs well under a millisecond. */
const DEFAULT_SAMPLES = 60_000;

/**
 * Histogram of about `wantedSamples` pixels on a regular grid. In a Bayer mosaic whole 2x2 cells are taken, so that the
 * colours are counted in the mosaic's own proportion (green twice).
 */
export function histogramOf(preview: Pick<PreviewMessage, "layout" | "cfa" | "width" | "height" | "pixels">, wantedSamples = DEFAULT_SAMPLES): Histogram {
  const bytes = new Uint8Array(preview.pixels);
  switch (preview.layout) {
    case "mono8":
      return monoHistogram(bytes, preview.width, preview.height, wantedSamples);
    case "rgb8":
      return rgbHistogram(bytes, preview.width, preview.height, wantedSamples);
    case "bayer8":
      return bayerHistogram(bytes, preview.width, preview.height, preview.cfa ?? "RGGB", wantedSamples);
  }
}

function monoHistogram(bytes: Uint8Array, width: number, height: number, wanted: number): Histogram {
  const bins = new Uint32Array(256);
  const step = strideFor(width * height, wanted);
  let samples = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      count(bins, bytes[y * width + x]);
      samples += 1;
    }
  }
  return { bins: [bins], samples };
}

function rgbHistogram(bytes: Uint8Array, width: number, height: number, wanted: number): Histogram {
  const red = new Uint32Array(256);
  const green = new Uint32Array(256);
  const blue = new Uint32Array(256);
  const step = strideFor(width * height * 3, wanted);
  let samples = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * 3;
      count(red, bytes[at]);
      count(green, bytes[at + 1]);
      count(blue, bytes[at + 2]);
      samples += 3;
    }
  }
  return { bins: [red, green, blue], samples };
}

function bayerHistogram(bytes: Uint8Array, width: number, height: number, cfa: string, wanted: number): Histogram {
  const red = new Uint32Array(256);
  const green = new Uint32Array(256);
  const blue = new Uint32Array(256);
  const binsAt = [...cfa].map((colour) => (colour === "R" ? red : colour === "B" ? blue : green));
  const [first = green, second = green, third = green, fourth = green] = binsAt;
  const step = 2 * strideFor(width * height, wanted);
  let samples = 0;
  for (let y = 0; y + 1 < height; y += step) {
    for (let x = 0; x + 1 < width; x += step) {
      const at = y * width + x;
      count(first, bytes[at]);
      count(second, bytes[at + 1]);
      count(third, bytes[at + width]);
      count(fourth, bytes[at + width + 1]);
      samples += 4;
    }
  }
  return { bins: [red, green, blue], samples };
}

function count(bins: Uint32Array, value: number | undefined): void {
  if (value !== undefined) bins[value] = (bins[value] ?? 0) + 1;
}

function strideFor(available: number, wanted: number): number {
  return Math.max(1, Math.floor(Math.sqrt(available / wanted)));
}

/** All channels in one. */
function pooled(histogram: Histogram): Uint32Array {
  const sum = new Uint32Array(256);
  for (const bins of histogram.bins) bins.forEach((n, dn) => (sum[dn] = (sum[dn] ?? 0) + n));
  return sum;
}

/** Smallest DN with at least `share` (0 to 1) of all samples at or below it (the "inverted CDF" percentile). 0 for no samples. */
export function percentileDn(bins: Uint32Array, share: number): number {
  const total = bins.reduce((sum, n) => sum + n, 0);
  const wanted = Math.max(share * total, Number.MIN_VALUE);
  let below = 0;
  for (let dn = 0; dn < bins.length; dn++) {
    below += bins[dn] ?? 0;
    if (below >= wanted) return dn;
  }
  return 0;
}

/** Narrower than this, "auto" would only blow noise up. */
const NARROWEST_AUTO_DN = 8;

/** Limits of "auto": 0.1st and 99.9th percentile over all channels together, so that the colours keep their balance. */
export function autoRange(histogram: Histogram): { minDn: number; maxDn: number } {
  if (histogram.samples === 0) return { minDn: IDENTITY_CONTRAST.minDn, maxDn: IDENTITY_CONTRAST.maxDn };
  const bins = pooled(histogram);
  const low = percentileDn(bins, 0.001);
  const high = percentileDn(bins, 0.999);
  if (high - low >= NARROWEST_AUTO_DN) return { minDn: low, maxDn: high };
  const minDn = Math.max(0, Math.min(255 - NARROWEST_AUTO_DN, Math.round((low + high - NARROWEST_AUTO_DN) / 2)));
  return { minDn, maxDn: minDn + NARROWEST_AUTO_DN };
}

/** The report people and widgets get. */
export function reportOf(frameId: number, histogram: Histogram, inForce: { minDn: number; maxDn: number }): HistogramReport {
  const share = (dn: number): number => (histogram.samples === 0 ? 0 : histogram.bins.reduce((sum, bins) => sum + (bins[dn] ?? 0), 0) / histogram.samples);
  return { frameId, bins: histogram.bins, samples: histogram.samples, saturatedShare: share(255), blackShare: share(0), minDn: inForce.minDn, maxDn: inForce.maxDn };
}
