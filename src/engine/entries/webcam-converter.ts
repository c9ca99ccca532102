/** Thread that turns a webcam's frames into pictures in the frame pool's memory. */
import { parentPort } from "node:worker_threads";
import type { ConvertAnswer, ConvertRequest } from "../devices/drivers/webcam/picture-converter.ts";
import { writePicture } from "../devices/drivers/webcam/write-picture.ts";

const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

owner.on("message", ({ id, frame, format, memory, offset, length }: ConvertRequest) => {
  let answer: ConvertAnswer = { id };
  try {
    writePicture(frame, format, new Uint8Array(memory, offset, length));
  } catch (error) {
    answer = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  owner.postMessage(answer);
});
