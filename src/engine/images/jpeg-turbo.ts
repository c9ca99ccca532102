import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as z from "zod";
import { appRoot } from "../runtime/entries.ts";

/**
 * libjpeg-turbo as WebAssembly (package @cwasm/jpeg-turbo, whose module is used without its wrapper: that one expands
 * grey to RGBA and keeps using an instance after it failed). Its pixels are those of Pillow and OpenCV, bit for bit.
 *
 * Every picture gets an instance of its own (0.1 ms): a broken file cannot harm the next, and memory goes with it.
 */
export function decodeWithTurbo(jpeg: Uint8Array, width: number, height: number, channels: 1 | 3): Uint8Array<ArrayBuffer> {
  const turbo = instantiate();
  const input = turbo.malloc(jpeg.length);
  const outputBytes = width * height * channels;
  const output = turbo.malloc(outputBytes);
  if (input === 0 || output === 0) throw new Error("there is not enough memory for it");
  new Uint8Array(turbo.memory.buffer, input, jpeg.length).set(jpeg);
  const status = turbo.tjDecompress2(turbo.tjInitDecompress(), input, jpeg.length, output, width, width * channels, height, channels === 1 ? TJPF_GRAY : TJPF_RGB, 0);
  if (status !== 0) throw new Error("its JPEG data is damaged");
  return new Uint8Array(turbo.memory.buffer, output, outputBytes).slice();
}

/** Pixel formats of TurboJPEG's API. */
const TJPF_RGB = 0;
const TJPF_GRAY = 6;

/** What the module exports, checked once it is there. */
const wasmFunction = z.custom<(...values: number[]) => number>((value) => typeof value === "function");
const TurboExports = z.object({
  memory: z.custom<{ readonly buffer: ArrayBuffer }>((value) => value instanceof WebAssembly.Memory),
  malloc: wasmFunction,
  tjInitDecompress: wasmFunction,
  tjDecompress2: wasmFunction,
});

let compiled: WebAssembly.Module | undefined;

function instantiate(): z.infer<typeof TurboExports> {
  compiled ??= new WebAssembly.Module(readFileSync(createRequire(join(appRoot(), "package.json")).resolve("@cwasm/jpeg-turbo/jpeg-turbo.wasm")));
  const refuse = (what: string) => (): never => {
    throw new Error(what);
  };
  const instance = new WebAssembly.Instance(compiled, {
    // libjpeg leaves a fatal error by longjmp; here it leaves by an exception, and the instance is done with.
    env: { setjmp: () => 0, longjmp: refuse("its kind of JPEG is not supported or its data is damaged") },
    wasi_snapshot_preview1: {
      environ_sizes_get: () => 0,
      environ_get: () => 0,
      proc_exit: refuse("the decoder gave up"),
      fd_close: () => 0,
      fd_seek: () => 0,
      fd_write: () => 0,
    },
  });
  return TurboExports.parse(instance.exports);
}
