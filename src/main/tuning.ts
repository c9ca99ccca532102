import type { RecipeFolders } from "../engine/analysis/rules/recipe-store.ts";
import type { RecipeTuner } from "../engine/analysis/rules/recipe-tuner.ts";
import { systemClock } from "../engine/runtime/system-clock.ts";
import type { FrameHeader } from "../shared/domain/frame.ts";

/** The recipe tuner of the desktop app: read and started when its screen is opened, for it has no part in the first picture. */
export interface Tuning {
  open(): Promise<RecipeTuner>;
  /** Every live frame; costs nothing while nobody tunes. */
  offerFrame(header: FrameHeader, pixels: Uint8Array): void;
  dispose(): Promise<void>;
}

export function createTuning(folders: Required<RecipeFolders>): Tuning {
  let opening: Promise<RecipeTuner> | undefined;
  let opened: RecipeTuner | undefined;
  return {
    open: () => (opening ??= import("../engine/analysis/rules/recipe-tuner.ts").then(({ createRecipeTuner }) => (opened = createRecipeTuner({ clock: systemClock, folders })))),
    offerFrame: (header, pixels) => { opened?.offerFrame(header, pixels); },
    dispose: async () => { await opened?.dispose(); },
  };
}
