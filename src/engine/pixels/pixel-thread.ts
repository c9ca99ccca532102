import { Worker } from "node:worker_threads";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { OcularError } from "../../shared/errors.ts";
import { entryPath } from "../runtime/entries.ts";
import type { RgbPicture } from "../session/field-picture.ts";
import type { PixelAnswer, PixelRequest, PixelWork } from "./pixel-protocol.ts";

/**
 * Sharpness of a frame's centre, computed beside the event loop: about a millisecond that devices and windows do not
 * wait for. Pixels in shared memory are read where they are, others are copied; they must not change until this settles.
 *
 * @throws Error when the thread ends meanwhile.
 */
export function focusScore(header: Pick<FrameHeader, "width" | "height" | "pixelFormat">, pixels: Uint8Array): Promise<number> {
  const { width, height, pixelFormat } = header;
  return ask("focusScore", { header: { width, height, pixelFormat }, pixels });
}

/**
 * A stored field as 8-bit RGB, read, unpacked and demosaiced beside the event loop.
 *
 * @throws OcularError FileMissing, ImageUnreadable; Error when the thread ends meanwhile.
 */
export function storedPicture(path: string): Promise<RgbPicture> {
  return ask("fieldPicture", { path });
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Started by the first question; one for all. It keeps no program alive while nothing is asked. */
let thread: { readonly worker: Worker; readonly pending: Map<number, Pending> } | undefined;
let lastId = 0;

function ask<Name extends keyof PixelWork>(name: Name, given: PixelWork[Name]["given"]): Promise<PixelWork[Name]["gives"]> {
  const { worker, pending } = (thread ??= start());
  const request = { id: ++lastId, name, given } as PixelRequest;
  return new Promise((resolve, reject) => {
    pending.set(request.id, { resolve, reject });
    worker.ref();
    worker.postMessage(request);
  });
}

function start(): NonNullable<typeof thread> {
  const worker = new Worker(entryPath("pixel-worker"), { execArgv: [] });
  const pending = new Map<number, Pending>();
  const end = (error: Error): void => {
    if (thread?.worker === worker) thread = undefined;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  worker.on("message", (answer: PixelAnswer) => {
    const asked = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0) worker.unref();
    if (answer.ok) asked?.resolve(answer.value as never);
    else asked?.reject(new OcularError(answer.error));
  });
  worker.on("error", end);
  worker.on("exit", () => end(new Error("The thread that reads pictures ended.")));
  return { worker, pending };
}
