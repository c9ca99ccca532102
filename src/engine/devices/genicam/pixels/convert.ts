/** From a camera's packed samples to the project's, group by group; each byte is read once and written once. */
import type { PackedFormat } from "../../../../core/kernels/pixel-kernels.ts";
import { loadPixelKernels } from "../../../native/pixel-kernels.ts";
import type { PixelPacking } from "./pfnc.ts";

/** Converts whole groups: `input` to `output`, whose bytes are exactly those of the groups. */
export interface Conversion {
  /** Bytes of the smallest piece that stands alone, in the payload and in the frame. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  convert(input: Uint8Array, output: Uint8Array): void;
}

/** How to convert a packing; undefined where bytes are taken as they are. */
export function conversionOf(packing: PixelPacking): Conversion | undefined {
  switch (packing) {
    case "bytes": case "words": return undefined;
    case "words10": return { inputBytes: 2, outputBytes: 2, convert: shiftWords };
    case "p10": return { inputBytes: 5, outputBytes: 8, convert: unpacked("mono10p", 2) };
    case "p12": return { inputBytes: 3, outputBytes: 4, convert: unpacked("mono12p", 0) };
    case "packed10": return { inputBytes: 3, outputBytes: 4, convert: unpacked("mono10packed", 2) };
    case "packed12": return { inputBytes: 3, outputBytes: 4, convert: unpacked("mono12packed", 0) };
    case "bgr8": return { inputBytes: 3, outputBytes: 3, convert: swapRedAndBlue };
    case "uyvy": return { inputBytes: 4, outputBytes: 6, convert: (input, output) => yuv422(input, output, 1, 0) };
    case "yuyv": return { inputBytes: 4, outputBytes: 6, convert: (input, output) => yuv422(input, output, 0, 1) };
  }
}

// Samples are written as 16-bit words, in the machine's order, which is little-endian wherever Ocular runs, as the frame's is.

function shiftWords(input: Uint8Array, output: Uint8Array): void {
  const words = wordsOf(output);
  for (let o = 0, i = 0; o < words.length; o++, i += 2) words[o] = (at(input, i) | (at(input, i + 1) << 8)) << 2;
}

/** Ten bits become twelve by two places: nothing is lost, and one scale serves both. */
function unpacked(format: PackedFormat, up: number): Conversion["convert"] {
  const { kernels } = loadPixelKernels();
  return (input, output) => kernels.unpackInto(input, format, up, wordsOf(output));
}

function swapRedAndBlue(input: Uint8Array, output: Uint8Array): void {
  for (let i = 0; i + 2 < input.length; i += 3) {
    const blue = input[i] ?? 0;
    output[i] = input[i + 2] ?? 0;
    output[i + 1] = input[i + 1] ?? 0;
    output[i + 2] = blue;
  }
}

/** Full-range BT.601, as PFNC has it for its 8-bit formats, in 16 bits of fraction. */
function yuv422(input: Uint8Array, output: Uint8Array, lumaAt: number, chromaAt: number): void {
  for (let i = 0, o = 0; i + 3 < input.length; i += 4, o += 6) {
    const u = (input[i + chromaAt] ?? 0) - 128;
    const v = (input[i + chromaAt + 2] ?? 0) - 128;
    const red = 91_881 * v + 32_768;
    const green = -22_554 * u - 46_802 * v + 32_768;
    const blue = 116_130 * u + 32_768;
    for (let pixel = 0; pixel < 2; pixel++) {
      const y = (input[i + lumaAt + 2 * pixel] ?? 0) << 16;
      const at = o + 3 * pixel;
      output[at] = clampByte((y + red) >> 16);
      output[at + 1] = clampByte((y + green) >> 16);
      output[at + 2] = clampByte((y + blue) >> 16);
    }
  }
}

/** The bytes as words: frames begin at multiples of 64 bytes and their lines are whole words. */
function wordsOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function clampByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
