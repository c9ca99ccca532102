/** From a camera's packed samples to the project's, group by group; each byte is read once and written once. */
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
    case "p10": return { inputBytes: 5, outputBytes: 8, convert: unpack10p };
    case "p12": return { inputBytes: 3, outputBytes: 4, convert: unpack12p };
    case "packed10": return { inputBytes: 3, outputBytes: 4, convert: unpack10Packed };
    case "packed12": return { inputBytes: 3, outputBytes: 4, convert: unpack12Packed };
    case "bgr8": return { inputBytes: 3, outputBytes: 3, convert: swapRedAndBlue };
    case "uyvy": return { inputBytes: 4, outputBytes: 6, convert: (input, output) => yuv422(input, output, 1, 0) };
    case "yuyv": return { inputBytes: 4, outputBytes: 6, convert: (input, output) => yuv422(input, output, 0, 1) };
  }
}

// Bytes are written one by one: neither side need lie on a word's border, and the order of bytes is the file's, not the machine's.

function shiftWords(input: Uint8Array, output: Uint8Array): void {
  for (let i = 0; i + 1 < input.length; i += 2) {
    const value = ((input[i] ?? 0) | ((input[i + 1] ?? 0) << 8)) << 2;
    output[i] = value;
    output[i + 1] = value >> 8;
  }
}

function unpack10p(input: Uint8Array, output: Uint8Array): void {
  for (let i = 0, o = 0; i + 4 < input.length; i += 5, o += 8) {
    const b0 = input[i] ?? 0;
    const b1 = input[i + 1] ?? 0;
    const b2 = input[i + 2] ?? 0;
    const b3 = input[i + 3] ?? 0;
    const b4 = input[i + 4] ?? 0;
    put(output, o, (b0 | ((b1 & 0x03) << 8)) << 2);
    put(output, o + 2, ((b1 >> 2) | ((b2 & 0x0f) << 6)) << 2);
    put(output, o + 4, ((b2 >> 4) | ((b3 & 0x3f) << 4)) << 2);
    put(output, o + 6, ((b3 >> 6) | (b4 << 2)) << 2);
  }
}

function unpack12p(input: Uint8Array, output: Uint8Array): void {
  for (let i = 0, o = 0; i + 2 < input.length; i += 3, o += 4) {
    const middle = input[i + 1] ?? 0;
    output[o] = input[i] ?? 0;
    output[o + 1] = middle & 0x0f;
    const second = (middle >> 4) | ((input[i + 2] ?? 0) << 4);
    output[o + 2] = second;
    output[o + 3] = second >> 8;
  }
}

function unpack10Packed(input: Uint8Array, output: Uint8Array): void {
  for (let i = 0, o = 0; i + 2 < input.length; i += 3, o += 4) {
    const middle = input[i + 1] ?? 0;
    put(output, o, (((input[i] ?? 0) << 2) | (middle & 0x03)) << 2);
    put(output, o + 2, (((input[i + 2] ?? 0) << 2) | ((middle >> 4) & 0x03)) << 2);
  }
}

function unpack12Packed(input: Uint8Array, output: Uint8Array): void {
  for (let i = 0, o = 0; i + 2 < input.length; i += 3, o += 4) {
    const middle = input[i + 1] ?? 0;
    put(output, o, ((input[i] ?? 0) << 4) | (middle & 0x0f));
    put(output, o + 2, ((input[i + 2] ?? 0) << 4) | (middle >> 4));
  }
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

function put(output: Uint8Array, at: number, value: number): void {
  output[at] = value;
  output[at + 1] = value >> 8;
}

function clampByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
