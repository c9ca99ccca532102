import type { GreyPlane, LabelMap, Mask } from "../../../core/image/plane.ts";
import type { StepOutput } from "../../../core/rules/run-recipe.ts";
import type { StepPicture } from "../../../shared/domain/tuning.ts";
import { valueRange } from "../../../core/rules/thresholds/grey-histogram.ts";

/** Labels are shown as so many numbers in turn: neighbours differ, whatever the labels. */
const LABEL_NUMBERS = 8;

/** Nearest pixels: what is shown was computed, nothing in between. Reduced by a whole factor until it fits. */
export function showStep(output: StepOutput, mostPixels: number): StepPicture {
  switch (output.stage) {
    case "colour": return showColour(output.planes, mostPixels);
    case "grey": return showGrey(output.plane, mostPixels);
    case "mask": return { ...showMask(output.mask, mostPixels), ...(output.value === undefined ? {} : { threshold: output.value }) };
    case "objects": return showObjects(output.map, mostPixels);
  }
}

function showColour([red, green = red, blue = red]: readonly GreyPlane[], mostPixels: number): StepPicture {
  const zero = { width: 0, height: 0, data: new Float32Array() };
  const [r, g, b] = [red ?? zero, green ?? zero, blue ?? zero];
  const { width, height, pixels } = reduce(r, mostPixels, 4, (from, step, count, to, out) => {
    for (let i = 0; i < count; i++, from += step, to += 4) {
      out[to] = r.data[from] as number;
      out[to + 1] = g.data[from] as number;
      out[to + 2] = b.data[from] as number;
      out[to + 3] = 255;
    }
  });
  return { stage: "colour", layout: "rgba8", width, height, pixels };
}

function showGrey(plane: GreyPlane, mostPixels: number): StepPicture {
  const range = valueRange(plane.data);
  // What stays within the common scale is shown on it, so that a dim picture looks dim.
  const [min, max] = range.min >= 0 && range.max <= 255 && range.max > 4 ? [0, 255] : [range.min, range.max];
  const gain = max > min ? 255 / (max - min) : 0;
  const { data } = plane;
  return { stage: "grey", layout: "grey8", range, ...reduce(plane, mostPixels, 1, (from, step, count, to, out) => {
    for (let i = 0; i < count; i++, from += step) out[to + i] = ((data[from] as number) - min) * gain;
  }) };
}

function showMask(mask: Mask, mostPixels: number): StepPicture {
  const { data } = mask;
  return { stage: "mask", layout: "grey8", ...reduce(mask, mostPixels, 1, (from, step, count, to, out) => {
    for (let i = 0; i < count; i++, from += step) out[to + i] = data[from] === 0 ? 0 : 255;
  }) };
}

function showObjects(map: LabelMap, mostPixels: number): StepPicture {
  const { labels } = map;
  return { stage: "objects", layout: "labels8", count: map.count, ...reduce(map, mostPixels, 1, (from, step, count, to, out) => {
    for (let i = 0; i < count; i++, from += step) {
      const label = labels[from] as number;
      out[to + i] = label === 0 ? 0 : 1 + (label % LABEL_NUMBERS);
    }
  }) };
}

/** Writes `count` pixels from `from` on, `step` apart, to `out` from `to` on: a row at a time, so that nothing is called for a pixel. */
type RowWriter = (from: number, step: number, count: number, to: number, out: Uint8ClampedArray) => void;

function reduce(size: { readonly width: number; readonly height: number }, mostPixels: number, channels: 1 | 4, writeRow: RowWriter): Pick<StepPicture, "width" | "height"> & { pixels: Uint8ClampedArray<ArrayBuffer> } {
  const factor = Math.max(Math.ceil(Math.sqrt((size.width * size.height) / Math.max(mostPixels, 1))), 1);
  const width = Math.max(Math.floor(size.width / factor), 1);
  const height = Math.max(Math.floor(size.height / factor), 1);
  const pixels = new Uint8ClampedArray(width * height * channels);
  for (let y = 0; y < height; y++) writeRow(y * factor * size.width, factor, width, y * width * channels, pixels);
  return { width, height, pixels };
}
