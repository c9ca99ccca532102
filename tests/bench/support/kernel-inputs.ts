import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GreyPlane, LabelMap, Mask, Plane } from "../../../src/core/image/plane.ts";
import type { PixelKernels } from "../../../src/core/kernels/pixel-kernels.ts";

export const WIDTH = 1920;
export const HEIGHT = 1200;

/** A field of round cells on an uneven, noisy background, in every form that the kernels take. */
export interface KernelInputs {
  readonly raw8: Plane<Uint8Array>;
  readonly raw12: Plane<Uint16Array>;
  readonly rgb: Uint8Array;
  readonly dark: GreyPlane;
  readonly gain: GreyPlane;
  readonly grey: GreyPlane;
  /** Means of its surroundings. */
  readonly around: GreyPlane;
  readonly mask: Mask;
  readonly everywhere: Mask;
  readonly labels: LabelMap;
  /** Distances within the mask, and the summits from which a watershed splits it. */
  readonly distance: GreyPlane;
  readonly markers: LabelMap;
  readonly packed: { readonly mono12p: Uint8Array; readonly mono10p: Uint8Array; readonly mono12packed: Uint8Array; readonly mono10packed: Uint8Array };
}

/** The same pictures every time. */
export function makeInputs(kernels: PixelKernels): KernelInputs {
  const pixels = WIDTH * HEIGHT;
  const random = sequence(2024);
  const cells = Array.from({ length: 700 }, () => ({ x: random() * WIDTH, y: random() * HEIGHT, radius: 8 + random() * 14 }));
  const depth = new Float32Array(pixels);
  for (const { x, y, radius } of cells) {
    for (let py = Math.max(0, Math.ceil(y - radius)); py <= Math.min(HEIGHT - 1, y + radius); py++) {
      for (let px = Math.max(0, Math.ceil(x - radius)); px <= Math.min(WIDTH - 1, x + radius); px++) {
        const distance = Math.hypot(px - x, py - y);
        // Cells with a paler middle, some of them so pale that it is a hole in the mask.
        if (distance < radius) depth[py * WIDTH + px] = distance < radius * 0.3 ? 0.1 : 0.5;
      }
    }
  }
  const light = Float32Array.from(depth, (part, i) => (0.8 - 0.2 * ((i % WIDTH) / WIDTH)) * (1 - part) + 0.03 * (random() - 0.5));
  const raw12: Plane<Uint16Array> = { width: WIDTH, height: HEIGHT, data: Uint16Array.from(light, (value) => Math.min(4095, Math.max(0, value * 4095))) };
  const raw8: Plane<Uint8Array> = { width: WIDTH, height: HEIGHT, data: Uint8Array.from(raw12.data, (value) => value >> 4) };
  const grey: GreyPlane = { width: WIDTH, height: HEIGHT, data: Float32Array.from(raw12.data) };
  const mask: Mask = { width: WIDTH, height: HEIGHT, data: Uint8Array.from(depth, (part) => (part > 0.3 ? 1 : 0)) };
  const distance = kernels.distanceTransform(mask);
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => random() * 256);
  return {
    raw8, raw12, grey, mask, distance,
    around: kernels.boxMean(grey, 25),
    everywhere: { width: WIDTH, height: HEIGHT, data: new Uint8Array(pixels).fill(1) },
    markers: kernels.connectedComponents(kernels.hMaxima(distance, 1, mask), 8),
    rgb: kernels.demosaic(raw8, "RGGB"),
    dark: { width: WIDTH, height: HEIGHT, data: Float32Array.from({ length: pixels }, () => 30 + 4 * random()) },
    gain: { width: WIDTH, height: HEIGHT, data: Float32Array.from({ length: pixels }, (_, i) => 1 + 0.3 * ((i % WIDTH) / WIDTH)) },
    labels: kernels.connectedComponents(mask, 8),
    packed: { mono12p: bytes(pixels * 1.5), mono10p: bytes(pixels * 1.25), mono12packed: bytes(pixels * 1.5), mono10packed: bytes(pixels * 1.5) },
  };
}

/** Writes them where peers/kernels.py reads them. */
export function writeInputs(inputs: KernelInputs, folder: string): void {
  const files: Record<string, ArrayBufferView> = {
    raw8: inputs.raw8.data, raw12: inputs.raw12.data, rgb: inputs.rgb, dark: inputs.dark.data, gain: inputs.gain.data, grey: inputs.grey.data, around: inputs.around.data,
    mask: inputs.mask.data, labels: inputs.labels.labels, distance: inputs.distance.data, markers: inputs.markers.labels, packed12p: inputs.packed.mono12p, packed10p: inputs.packed.mono10p,
    packed12gev: inputs.packed.mono12packed, packed10gev: inputs.packed.mono10packed,
  };
  for (const [name, view] of Object.entries(files)) writeFileSync(join(folder, name), new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}

/** Numbers from 0 to 1 (a linear congruential generator: D. Knuth's MMIX constants do not fit 32 bits, these of Numerical Recipes do). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
