import path from "node:path";
import { parseArgs } from "node:util";
import { launchRenderThread, type LaunchedThread, type Scene } from "../engine/devices/virtual/sensor/render-thread.ts";
import { SPECIMEN_WORDS, type SpecimenKind } from "../engine/devices/virtual/specimen/types.ts";

/** What lies under the objective when nothing else is asked for. */
export const DEFAULT_SCENE: Scene = { kind: "blood-smear", seed: 28 };

/** Where the app keeps what was set up of devices. */
export function storedDevicesIn(profileDir: string): string {
  return path.join(profileDir, "devices.yaml");
}

/**
 * The slide that a command line asks for, undefined where it asks for no virtual one, or devices are set up. A first look, before
 * the app's code is read: what is wrong with the line is found and told by `readOptions`.
 */
export function sceneOf(argv: readonly string[], isSetUp: boolean): Scene | undefined {
  const { values } = parseArgs({ args: [...argv], strict: false, allowPositionals: true, options: { camera: { type: "string" }, config: { type: "string" }, seed: { type: "string" } } });
  if (values["config"] !== undefined || (isSetUp && values["camera"] === undefined)) return undefined;
  const { camera = `virtual:${DEFAULT_SCENE.kind}`, seed = DEFAULT_SCENE.seed } = values;
  const kind = (Object.keys(SPECIMEN_WORDS) as SpecimenKind[]).find((known) => camera === `virtual:${known}`);
  return kind === undefined ? undefined : { kind, seed: Number(seed) };
}

/**
 * Starts drawing that slide in a thread of its own while everything else of the app is still being read.
 * @param viewsFolder where its first view is kept from one start to the next
 */
export function launchScene(scene: Scene | undefined, viewsFolder: string): LaunchedThread | undefined {
  if (scene === undefined) return undefined;
  try {
    return launchRenderThread(scene, viewsFolder);
  } catch {
    // The camera will try it again when it is connected, and tell the person what is wrong.
    return undefined;
  }
}
