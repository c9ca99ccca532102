import type { RecipeStep } from "../../../shared/domain/recipe.ts";
import type { GreyPlane } from "../../image/plane.ts";
import { deconvolve, stainWeights } from "../stains/deconvolve.ts";
import { STAIN_SETS } from "../stains/stain-sets.ts";

/** A picture's colours as planes of 0 to 255: red, green and blue, or grey alone. */
export type ColourPlanes = readonly [GreyPlane] | readonly [GreyPlane, GreyPlane, GreyPlane];

type ChannelStep = Extract<RecipeStep, { kind: "channel" }>;
type StainStep = Extract<RecipeStep, { kind: "stain" }>;

/** Top of the scale of what a channel gives: hue in degrees, saturation as a share, all others 0 to 255. */
function channelTop(source: ChannelStep["source"]): number {
  return source === "hue" ? 360 : source === "saturation" ? 1 : 255;
}

/** One grey picture of a colour one; see {@link ChannelStep}. A grey picture is its own red, green and blue. */
export function takeChannel(planes: ColourPlanes, { source, invert }: Pick<ChannelStep, "source" | "invert">): GreyPlane {
  const plane = pick(planes, source);
  return invert ? mapPlane(plane, channelTop(source)) : plane;
}

function mapPlane({ width, height, data }: GreyPlane, top: number): GreyPlane {
  const out = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) out[at] = top - (data[at] as number);
  return { width, height, data: out };
}

function pick(planes: ColourPlanes, source: ChannelStep["source"]): GreyPlane {
  const [red, green = red, blue = red] = planes;
  switch (source) {
    case "red": return red;
    case "green": return green;
    case "blue": return blue;
    case "grey": return planes.length === 1 ? red : perPixel(red, green, blue, luma);
    case "value": return planes.length === 1 ? red : perPixel(red, green, blue, (r, g, b) => Math.max(r, g, b));
    case "saturation": return perPixel(red, green, blue, saturation);
    case "hue": return perPixel(red, green, blue, hue);
  }
}

function perPixel(red: GreyPlane, green: GreyPlane, blue: GreyPlane, value: (r: number, g: number, b: number) => number): GreyPlane {
  const [r, g, b] = [red.data, green.data, blue.data];
  const out = new Float32Array(r.length);
  for (let at = 0; at < out.length; at++) out[at] = value(r[at] as number, g[at] as number, b[at] as number);
  return { width: red.width, height: red.height, data: out };
}

/** ITU-R BT.601, as models and OpenCV see grey. */
function luma(r: number, g: number, b: number): number {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/** HSV saturation (Smith 1978), 0 to 1. */
function saturation(r: number, g: number, b: number): number {
  const high = Math.max(r, g, b);
  return high <= 0 ? 0 : (high - Math.min(r, g, b)) / high;
}

/** HSV hue, degrees from red over green; 0 for grey. */
function hue(r: number, g: number, b: number): number {
  const high = Math.max(r, g, b);
  const spread = high - Math.min(r, g, b);
  if (spread <= 0) return 0;
  const sixth = high === r ? (g - b) / spread : high === g ? 2 + (b - r) / spread : 4 + (r - g) / spread;
  return ((sixth + 6) % 6) * 60;
}

/** @throws RangeError when the stain is not in the set, or its vectors cannot be told apart. */
export function takeStain(planes: ColourPlanes, { stains, take, white }: StainStep): GreyPlane {
  const [red, green = red, blue = red] = planes;
  return deconvolve([red, green, blue], weightsOf({ stains, take }), white);
}

/** @throws RangeError as {@link takeStain}. */
export function weightsOf({ stains, take }: Pick<StainStep, "stains" | "take">): ReturnType<typeof stainWeights> {
  const set = typeof stains === "string" ? STAIN_SETS[stains] : stains;
  const index = set.findIndex(({ name }) => name === take);
  if (index < 0) throw new RangeError(`it takes the stain "${take}", there are ${set.map(({ name }) => name).join(", ")}`);
  return stainWeights(set, index);
}
