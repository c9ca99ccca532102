import { createStore } from "zustand/vanilla";
import type { CountingRule, StopRule } from "../../../shared/domain/counting.ts";
import type { FrameHeader } from "../../../shared/domain/frame.ts";
import type { ContrastRange, HistogramReport } from "../../scene/histogram.ts";
import { IDENTITY_CONTRAST } from "../../scene/histogram.ts";
import type { OverlayItem } from "../../scene/overlay-item.ts";

/** What the pointer rests on. */
export interface Hover {
  readonly item: OverlayItem;
  /** CSS pixels from the picture's top left corner. */
  readonly screenPx: { readonly x: number; readonly y: number };
}

/** The start form while it is filled in. */
export interface StartDraft {
  readonly operator: string;
  readonly specimenId: string;
  readonly note: string;
  readonly countingRule: CountingRule;
  /** Undefined: the person says when it is enough. */
  readonly stopRule: StopRule | undefined;
}

/** What the live screen knows beside what the instrument told. Kept while another workspace is open. */
export interface LiveState {
  /** "none" until the first frame; "stale" when the camera is silent for a second. */
  readonly picture: "none" | "live" | "stale";
  /** Header of the frame on the glass, taken over four times a second. */
  readonly shown: FrameHeader | undefined;
  /** Frames between the overlay and the picture; undefined without a live overlay. */
  readonly framesLate: number | undefined;
  readonly displayFps: number | undefined;
  /** Why there can be no picture at all (no WebGL2). */
  readonly pictureProblem: string | undefined;
  readonly histogram: HistogramReport | undefined;
  readonly autoContrast: boolean;
  /** In force when `autoContrast` is off. */
  readonly contrast: ContrastRange;
  readonly contrastOpen: boolean;
  readonly crosshair: boolean;
  readonly overlaysShown: boolean;
  readonly hiddenClasses: ReadonlySet<string>;
  readonly overlayOptionsOpen: boolean;
  readonly hover: Hover | undefined;
  readonly selectedId: string | undefined;
  /** Kept field that stays on the screen until it is let go; only without a stage, see `heldField`. */
  readonly heldId: string | undefined;
  readonly zoom: number | undefined;
  readonly draft: StartDraft;
  /** The rules of counting in the start form, folded away at first. */
  readonly countingOpen: boolean;
  /** Tries to start with the form as it is: it shows what is missing only after the first, and goes there with each. */
  readonly startTries: number;
  /** Actions under way, by id: their buttons wait. */
  readonly busy: ReadonlySet<string>;
  readonly finishAsked: boolean;
  /** Folder name of the session sealed last, offered for a look. */
  readonly finishedName: string | undefined;
}

export function createLiveStore(operator: string) {
  return createStore<LiveState>(() => ({
    picture: "none", shown: undefined, framesLate: undefined, displayFps: undefined, pictureProblem: undefined, histogram: undefined,
    autoContrast: false, contrast: IDENTITY_CONTRAST, contrastOpen: false, crosshair: false,
    overlaysShown: true, hiddenClasses: new Set(), overlayOptionsOpen: false, hover: undefined, selectedId: undefined, heldId: undefined, zoom: undefined,
    draft: { operator, specimenId: "", note: "", countingRule: "centre", stopRule: undefined }, countingOpen: false, startTries: 0, busy: new Set(), finishAsked: false, finishedName: undefined,
  }));
}
