import { join } from "node:path";
import type { RunBench } from "./support/bench.ts";
import { drawPictures, measureLive, replayArgs } from "./support/live-run.ts";

/** The live loop of `live` with a rule recipe beside the model: both on the same frames, compared. */
export const run: RunBench = async (context) => {
  const folder = join(context.workFolder, "pictures");
  context.log("drawing colour pictures");
  await drawPictures(folder);
  return measureLive(context, { name: "model and rules", args: replayArgs(folder), hasTargets: true, second: { kind: "rules", id: "red-cells" } });
};
