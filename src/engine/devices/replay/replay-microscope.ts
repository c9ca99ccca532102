import { basename } from "node:path";
import type { Microscope } from "../api/microscope.ts";
import { createReplayCamera, type ReplayCamera, type ReplayCameraOptions } from "./replay-camera.ts";

/** A microscope of pictures: a camera and nothing that moves. Options are those of {@link createReplayCamera}. */
export function createReplayMicroscope(options: ReplayCameraOptions): Microscope & { readonly camera: ReplayCamera } {
  const [first = "nothing", ...more] = options.inputs;
  return { name: `Replay of ${basename(first)}${more.length === 0 ? "" : ` and ${more.length} more`}`, camera: createReplayCamera(options) };
}
