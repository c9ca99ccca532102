import { type Conversion, conversionOf } from "./convert.ts";
import type { CameraFormat } from "./pfnc.ts";
import { bitsPerPixel } from "./pfnc.ts";

/** Takes a payload in pieces of any size and writes the picture. */
export interface PictureWriter {
  /** Pieces beyond the picture are left alone; returns how many bytes belonged to it. */
  push(piece: Uint8Array): number;
  /** True once every line is there; padding behind the last one is not waited for. */
  isComplete(): boolean;
}

/**
 * Writes into `into`, whose size is that of the delivered picture. Each byte is moved once: from the transfer's memory to
 * the frame's, unpacked on the way where the camera packs.
 */
export function createPictureWriter(options: {
  readonly format: CameraFormat;
  readonly width: number;
  readonly height: number;
  readonly linePadding: number;
  readonly into: Uint8Array;
}): PictureWriter {
  const { format, width, height, linePadding, into } = options;
  const bits = bitsPerPixel(format.code);
  // Without padding lines follow each other without a gap, even inside a byte: the picture is one long line.
  const lineBytes = linePadding === 0 ? Math.ceil((width * height * bits) / 8) : Math.ceil((width * bits) / 8);
  const lines = linePadding === 0 ? 1 : height;
  const outBytes = into.length / lines;
  const conversion = conversionOf(format.packing);
  let line = 0;
  /** Bytes of the present line taken, and of the padding behind it still to skip. */
  let taken = 0;
  let toSkip = 0;
  let sink = lineSink(conversion, into.subarray(0, outBytes));

  return {
    isComplete: () => line >= lines,
    push(piece) {
      let at = 0;
      while (at < piece.length) {
        if (toSkip > 0) {
          const skipped = Math.min(toSkip, piece.length - at);
          toSkip -= skipped;
          at += skipped;
          continue;
        }
        if (line >= lines) break;
        const count = Math.min(lineBytes - taken, piece.length - at);
        sink.push(piece.subarray(at, at + count));
        at += count;
        taken += count;
        if (taken < lineBytes) continue;
        sink.finish();
        line += 1;
        taken = 0;
        toSkip = linePadding;
        if (line < lines) sink = lineSink(conversion, into.subarray(line * outBytes, (line + 1) * outBytes));
      }
      return at;
    },
  };
}

interface LineSink {
  push(bytes: Uint8Array): void;
  /** What is left of a group that the picture does not fill. */
  finish(): void;
}

function lineSink(conversion: Conversion | undefined, into: Uint8Array): LineSink {
  let at = 0;
  if (conversion === undefined) {
    return {
      push(bytes) {
        into.set(bytes, at);
        at += bytes.length;
      },
      finish: () => undefined,
    };
  }
  const { inputBytes, outputBytes } = conversion;
  /** A group whose bytes came in two transfers. */
  const pending = new Uint8Array(inputBytes);
  const group = new Uint8Array(outputBytes);
  let held = 0;
  const flush = (): void => {
    conversion.convert(pending, group);
    const count = Math.min(outputBytes, into.length - at);
    into.set(group.subarray(0, count), at);
    at += count;
    held = 0;
  };
  return {
    push(bytes) {
      let from = 0;
      if (held > 0) {
        const count = Math.min(inputBytes - held, bytes.length);
        pending.set(bytes.subarray(0, count), held);
        held += count;
        from = count;
        if (held < inputBytes) return;
        flush();
      }
      const groups = Math.min(Math.floor((bytes.length - from) / inputBytes), Math.floor((into.length - at) / outputBytes));
      const end = from + groups * inputBytes;
      conversion.convert(bytes.subarray(from, end), into.subarray(at, at + groups * outputBytes));
      at += groups * outputBytes;
      held = Math.min(bytes.length - end, inputBytes);
      pending.set(bytes.subarray(end, end + held));
    },
    finish() {
      if (held === 0) return;
      pending.fill(0, held);
      flush();
    },
  };
}
