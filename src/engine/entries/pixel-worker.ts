/** Thread for single pictures that the instrument or a screen asks for: keeps pixel work off the instrument's event loop. */
import { parentPort } from "node:worker_threads";
import { errorDataOf } from "../../shared/errors.ts";
import { loadPixelKernels } from "../native/pixel-kernels.ts";
import { answerPixels } from "../pixels/pixel-desk.ts";
import type { PixelAnswer, PixelRequest } from "../pixels/pixel-protocol.ts";

const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

const { kernels } = loadPixelKernels();

owner.on("message", (request: PixelRequest) => {
  const { id } = request;
  answerPixels(kernels, request).then(
    (value) => send({ id, ok: true, value }, typeof value === "number" ? [] : [value.rgb.buffer]),
    (error: unknown) => send({ id, ok: false, error: errorDataOf(error, "Reading a picture") }, []),
  );
});

function send(answer: PixelAnswer, moved: ArrayBuffer[]): void {
  owner?.postMessage(answer, moved);
}
