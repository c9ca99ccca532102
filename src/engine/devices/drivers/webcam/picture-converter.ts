import { Worker } from "node:worker_threads";
import { entryPath } from "../../../runtime/entries.ts";
import type { PooledBuffer } from "../../api/frame-pool.ts";
import { type FramePixels, type WebcamFormat, writePicture } from "./write-picture.ts";

/** Turns captured frames into pictures in pooled memory, one after the other. */
export interface PictureConverter {
  /** Resolves when the buffer holds the picture; until then nobody may release it. The frame's pixels change hands. @throws Error when the converter ended */
  write(frame: FramePixels, format: WebcamFormat, into: PooledBuffer): Promise<void>;
  dispose(): Promise<void>;
}

/** To the thread; answered by the same number when done. */
export interface ConvertRequest {
  readonly id: number;
  readonly frame: FramePixels;
  readonly format: WebcamFormat;
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
  readonly length: number;
}
export interface ConvertAnswer {
  readonly id: number;
  readonly problem?: string;
}

/** On the calling thread: for tests, which turn the clock by hand. */
export function convertInline(): PictureConverter {
  return {
    async write(frame, format, into) {
      writePicture(frame, format, into.bytes);
    },
    dispose: () => Promise.resolve(),
  };
}

/** In a thread of its own: four milliseconds a frame of 1280 x 720 that the instrument's loop does not spend. */
export function convertInThread(file = entryPath("webcam-converter")): PictureConverter {
  const worker = new Worker(file, { execArgv: [] });
  const waiting = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  let lastId = 0;
  let over: Error | undefined;
  const end = (error: Error): void => {
    over ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", ({ id, problem }: ConvertAnswer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) asked?.resolve();
    else asked?.reject(new Error(problem));
  });
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`the thread that converts pictures ended with code ${code}`)));
  return {
    write(frame, format, into) {
      if (over !== undefined) return Promise.reject(over);
      const { buffer: memory, byteOffset: offset, byteLength: length } = into.bytes;
      const request: ConvertRequest = { id: ++lastId, frame, format, memory, offset, length };
      return new Promise((resolve, reject) => {
        waiting.set(request.id, { resolve, reject });
        worker.postMessage(request, [frame.pixels]);
      });
    },
    async dispose() {
      await worker.terminate();
    },
  };
}
