import type { GreyPlane, LabelMap, Mask } from "../../../core/image/plane.ts";
import type { StepOutput } from "../../../core/rules/run-recipe.ts";
import { valueRange } from "../../../core/rules/thresholds/grey-histogram.ts";

/** What stands after a step, as a picture for the eye. */
export interface ShownStep {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly stage: StepOutput["stage"];
  /** Grey pictures: the values that black and white stand for. */
  readonly range?: { readonly min: number; readonly max: number };
  /** Masks: the threshold that made them, where it was one number. */
  readonly threshold?: number;
  /** Objects: how many. */
  readonly count?: number;
}

/** Colours that neighbours differ in, by label: whatever the labels, they are told apart. */
const LABEL_COLOURS = [[230, 85, 85], [85, 170, 230], [240, 200, 70], [120, 200, 110], [190, 120, 220], [240, 150, 80], [90, 200, 200], [220, 130, 170]] as const;

/** Nearest pixels: what is shown was computed, nothing in between. Reduced by a whole factor until it fits. */
export function showStep(output: StepOutput, mostPixels: number): ShownStep {
  switch (output.stage) {
    case "colour": return showColour(output.planes, mostPixels);
    case "grey": return showGrey(output.plane, mostPixels);
    case "mask": return { ...showMask(output.mask, mostPixels), ...(output.value === undefined ? {} : { threshold: output.value }) };
    case "objects": return showObjects(output.map, mostPixels);
  }
}

function showColour([red, green = red, blue = red]: readonly GreyPlane[], mostPixels: number): ShownStep {
  const zero = { width: 0, height: 0, data: new Float32Array() };
  const [r, g, b] = [red ?? zero, green ?? zero, blue ?? zero];
  return { stage: "colour", ...paint(r, mostPixels, (at, pixels, to) => {
    pixels[to] = r.data[at] as number;
    pixels[to + 1] = g.data[at] as number;
    pixels[to + 2] = b.data[at] as number;
  }) };
}

function showGrey(plane: GreyPlane, mostPixels: number): ShownStep {
  const range = valueRange(plane.data);
  // What stays within the common scale is shown on it, so that a dim picture looks dim.
  const [min, max] = range.min >= 0 && range.max <= 255 && range.max > 4 ? [0, 255] : [range.min, range.max];
  const gain = max > min ? 255 / (max - min) : 0;
  return { stage: "grey", range, ...paint(plane, mostPixels, (at, pixels, to) => {
    pixels[to] = pixels[to + 1] = pixels[to + 2] = ((plane.data[at] as number) - min) * gain;
  }) };
}

function showMask(mask: Mask, mostPixels: number): ShownStep {
  return { stage: "mask", ...paint(mask, mostPixels, (at, pixels, to) => {
    pixels[to] = pixels[to + 1] = pixels[to + 2] = mask.data[at] === 0 ? 0 : 255;
  }) };
}

function showObjects(map: LabelMap, mostPixels: number): ShownStep {
  return { stage: "objects", count: map.count, ...paint(map, mostPixels, (at, pixels, to) => {
    const label = map.labels[at] as number;
    if (label === 0) return;
    const [r, g, b] = LABEL_COLOURS[label % LABEL_COLOURS.length] ?? LABEL_COLOURS[0];
    pixels[to] = r;
    pixels[to + 1] = g;
    pixels[to + 2] = b;
  }) };
}

function paint(size: { readonly width: number; readonly height: number }, mostPixels: number, pixel: (at: number, pixels: Uint8ClampedArray, to: number) => void): Pick<ShownStep, "width" | "height" | "pixels"> {
  const factor = Math.max(Math.ceil(Math.sqrt((size.width * size.height) / Math.max(mostPixels, 1))), 1);
  const width = Math.max(Math.floor(size.width / factor), 1);
  const height = Math.max(Math.floor(size.height / factor), 1);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      pixel(y * factor * size.width + x * factor, pixels, to);
      pixels[to + 3] = 255;
    }
  }
  return { width, height, pixels };
}
