import type { PixelKernels } from "../../../src/core/kernels/pixel-kernels.ts";
import type { KernelInputs } from "./kernel-inputs.ts";
import { HEIGHT, WIDTH } from "./kernel-inputs.ts";

/** One thing that is timed; `op` is its name in peers/kernels.py too. */
export interface KernelWork {
  readonly op: string;
  /** How far the peer's check may lie from ours, as a part of it: borders and roundings differ. */
  readonly within: number;
  /** One call; gives what `check` makes a number of: says whether the peer did the same. */
  start(kernels: PixelKernels, inputs: KernelInputs): { call(): void; check(): number };
}

function work<Result>(op: string, within: number, run: (kernels: PixelKernels, inputs: KernelInputs) => Result, check: (result: Result) => number): KernelWork {
  return {
    op,
    within,
    start(kernels, inputs) {
      let result = run(kernels, inputs);
      return { call: () => void (result = run(kernels, inputs)), check: () => check(result) };
    },
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
const sumOfPlane = (plane: { readonly data: Iterable<number> }): number => sum(plane.data);
const itself = (value: number): number => value;
const sumOfCounted = ({ counts }: { readonly counts: Uint32Array }): number => counts.reduce((total, count, value) => total + count * value, 0);

/** Where results of the kernels go that can write into memory in use; the peer's go where they went the last time, too. */
const SMOOTHED = new Float32Array(WIDTH * HEIGHT);
const CHANGED = new Uint8Array(WIDTH * HEIGHT);
const BYTES = new Uint8ClampedArray(WIDTH * HEIGHT);
const tensors = new Map<string, Float32Array>();
function tensor(width: number, height: number): Float32Array {
  const known = tensors.get(`${width} ${height}`) ?? new Float32Array(3 * width * height);
  tensors.set(`${width} ${height}`, known);
  return known;
}

const WHITE = [1 / 255, 1 / 255, 1 / 255];
const BLACK = [0, 0, 0];

/** Every kernel, in the order of the interface. */
export const KERNEL_WORK: readonly KernelWork[] = [
  work("unpack mono12p", 0, (kernels, { packed }) => kernels.unpack(packed.mono12p, WIDTH, HEIGHT, "mono12p"), sumOfPlane),
  work("unpack mono10p", 0, (kernels, { packed }) => kernels.unpack(packed.mono10p, WIDTH, HEIGHT, "mono10p"), sumOfPlane),
  work("unpack mono12packed", 0, (kernels, { packed }) => kernels.unpack(packed.mono12packed, WIDTH, HEIGHT, "mono12packed"), sumOfPlane),
  work("unpack mono10packed", 0, (kernels, { packed }) => kernels.unpack(packed.mono10packed, WIDTH, HEIGHT, "mono10packed"), sumOfPlane),
  work("demosaic 8 bits", 1e-3, (kernels, { raw8 }) => kernels.demosaic(raw8, "RGGB"), sum),
  work("demosaic 12 bits", 1e-3, (kernels, { raw12 }) => kernels.demosaic(raw12, "RGGB"), sum),
  work("correctFlatField", 1e-3, (kernels, { raw12, dark, gain }) => kernels.correctFlatField(raw12, dark, gain, 4095), sumOfPlane),
  work("histogram 8 bits", 0, (kernels, { raw8 }) => kernels.histogram(raw8, 255), sumOfCounted),
  work("histogram 12 bits", 0, (kernels, { raw12 }) => kernels.histogram(raw12, 4095), sumOfCounted),
  work("resizeToTensor to 640x400", 1e-2, (kernels, { rgb }) => kernels.resizeToTensor(rgb, WIDTH, HEIGHT, 3, 640, 400, WHITE, BLACK, tensor(640, 400)), sum),
  work("resizeToTensor to 512x320", 1e-2, (kernels, { rgb }) => kernels.resizeToTensor(rgb, WIDTH, HEIGHT, 3, 512, 320, WHITE, BLACK, tensor(512, 320)), sum),
  work("resizeToTensor to 2560x1600", 1e-2, (kernels, { rgb }) => kernels.resizeToTensor(rgb, WIDTH, HEIGHT, 3, 2560, 1600, WHITE, BLACK, tensor(2560, 1600)), sum),
  work("toBytes", 1e-3, (kernels, { grey }) => { kernels.toBytes(grey.data, 0, 255 / 4095, BYTES); return BYTES; }, sum),
  work("valueRange", 0, (kernels, { grey }) => kernels.valueRange(grey.data), ({ min, max }) => max - min),
  work("binCounts", 1e-3, (kernels, { grey }) => kernels.binCounts(grey.data, 0, 256 / 4096, 256), (counts) => sumOfCounted({ counts })),
  work("threshold", 0, (kernels, { grey }) => kernels.threshold(grey, "below", 2000, undefined, CHANGED), sumOfPlane),
  work("threshold with surroundings", 1e-4, (kernels, { grey, around }) => kernels.threshold(grey, "below", 3000, { around, offset: 100 }, CHANGED), sumOfPlane),
  work("varianceOfLaplacian 8 bits", 1e-2, (kernels, { raw8 }) => kernels.varianceOfLaplacian(raw8), itself),
  work("varianceOfLaplacian 12 bits", 1e-2, (kernels, { raw12 }) => kernels.varianceOfLaplacian(raw12), itself),
  work("tenengrad 8 bits", 1e-2, (kernels, { raw8 }) => kernels.tenengrad(raw8), itself),
  work("tenengrad 12 bits", 1e-2, (kernels, { raw12 }) => kernels.tenengrad(raw12), itself),
  work("gaussianBlur sigma 1.5", 1e-3, (kernels, { grey }) => kernels.gaussianBlur(grey, 1.5, SMOOTHED), sumOfPlane),
  work("gaussianBlur sigma 3", 1e-3, (kernels, { grey }) => kernels.gaussianBlur(grey, 3, SMOOTHED), sumOfPlane),
  work("gaussianBlur sigma 5", 1e-3, (kernels, { grey }) => kernels.gaussianBlur(grey, 5, SMOOTHED), sumOfPlane),
  work("gaussianBlur sigma 50", 1e-3, (kernels, { grey }) => kernels.gaussianBlur(grey, 50, SMOOTHED), sumOfPlane),
  work("boxMean radius 2", 1e-3, (kernels, { grey }) => kernels.boxMean(grey, 2, SMOOTHED), sumOfPlane),
  work("boxMean radius 25", 1e-3, (kernels, { grey }) => kernels.boxMean(grey, 25, SMOOTHED), sumOfPlane),
  work("medianBlur radius 1", 1e-3, (kernels, { grey }) => kernels.medianBlur(grey, 1, SMOOTHED), sumOfPlane),
  work("medianBlur radius 2", 1e-3, (kernels, { grey }) => kernels.medianBlur(grey, 2, SMOOTHED), sumOfPlane),
  work("erode square 1", 1e-3, (kernels, { mask }) => kernels.erode(mask, 1, "square", CHANGED), sumOfPlane),
  work("erode disk 2", 1e-3, (kernels, { mask }) => kernels.erode(mask, 2, "disk", CHANGED), sumOfPlane),
  work("erode disk 5", 1e-3, (kernels, { mask }) => kernels.erode(mask, 5, "disk", CHANGED), sumOfPlane),
  work("dilate disk 5", 1e-3, (kernels, { mask }) => kernels.dilate(mask, 5, "disk", CHANGED), sumOfPlane),
  work("dilate square 5", 1e-3, (kernels, { mask }) => kernels.dilate(mask, 5, "square", CHANGED), sumOfPlane),
  work("fillHoles", 1e-3, (kernels, { mask }) => kernels.fillHoles(mask), sumOfPlane),
  work("distanceTransform", 1e-3, (kernels, { mask }) => kernels.distanceTransform(mask), sumOfPlane),
  // OpenCV floods 256 levels and the background too, and draws lines between: only the number of labels is compared.
  work("watershed", 0, (kernels, { distance, markers, mask }) => kernels.watershed(distance, markers, mask), ({ count }) => count),
  work("watershed over a whole picture", 0, (kernels, { distance, markers, everywhere }) => kernels.watershed(distance, markers, everywhere), ({ count }) => count),
  work("connectedComponents", 0, (kernels, { mask }) => kernels.connectedComponents(mask, 8), ({ count }) => count),
  work("connectedComponents with statistics", 0, (kernels, { mask }) => kernels.componentStatistics(kernels.connectedComponents(mask, 8)), ({ area }) => sum(area)),
  work("componentStatistics", 0, (kernels, { labels }) => kernels.componentStatistics(labels), ({ area }) => sum(area)),
  work("outlines", 0, (kernels, { labels }) => kernels.outlines(labels), (found) => found.length),
];
