import { join } from "node:path";
import type { RunBench } from "./support/bench.ts";
import { drawPictures, measureLive, replayArgs } from "./support/live-run.ts";

/**
 * The live loop for a minute with 1280x960 colour frames at 30 a second: once replayed from memory, raw as a colour
 * camera sends them (the figures with targets), once from the virtual camera.
 */
export const run: RunBench = async (context) => {
  const folder = join(context.workFolder, "pictures");
  context.log("drawing colour pictures");
  await drawPictures(folder);
  const replayed = await measureLive(context, { name: "replay", args: replayArgs(folder), hasTargets: true });
  const virtual = await measureLive(context, { name: "virtual camera", args: ["--camera=virtual:blood-smear"], hasTargets: false });
  return [...replayed, ...virtual];
};
