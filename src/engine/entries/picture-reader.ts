/** Thread that reads the pictures of one lane of a batch: decodes, measures, cuts out. */
import { parentPort } from "node:worker_threads";
import { errorDataOf } from "../../shared/errors.ts";
import { PictureDesk } from "../batch/picture-desk.ts";
import type { ReaderReply, ReaderRequest } from "../batch/reader-protocol.ts";

const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

const desk = new PictureDesk();
/** Questions are answered one after the other, however fast they come. */
let turn: Promise<void> = Promise.resolve();

owner.on("message", (request: ReaderRequest) => {
  turn = turn.then(() => answer(request));
});

async function answer(request: ReaderRequest): Promise<void> {
  let reply: ReaderReply;
  try {
    reply = { ok: true, value: await desk.answer(request) };
  } catch (error) {
    reply = { ok: false, error: errorDataOf(error, "Reading pictures") };
  }
  const buffer = reply.ok && ArrayBuffer.isView(reply.value) ? reply.value.buffer : undefined;
  owner?.postMessage(reply, buffer === undefined ? [] : [buffer]);
}
