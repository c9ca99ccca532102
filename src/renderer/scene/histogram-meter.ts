import type { PreviewMessage } from "../../shared/ipc/contract.ts";
import { autoRange, type ContrastRange, type ContrastSetting, type Histogram, type HistogramReport, histogramOf, IDENTITY_CONTRAST, reportOf } from "./histogram.ts";

/** Between two histograms: four a second are enough for the eye and cost nothing. */
export const HISTOGRAM_INTERVAL_MS = 250;

/** Keeps the live histogram and the contrast that follows from it. */
export class HistogramMeter {
  #setting: ContrastSetting = IDENTITY_CONTRAST;
  #last: { readonly frameId: number; readonly histogram: Histogram; readonly atMs: number } | undefined;

  setContrast(setting: ContrastSetting): void {
    this.#setting = setting;
  }

  /** Counts the frame if it is time to. @returns whether it did */
  offer(preview: PreviewMessage, nowMs: number): boolean {
    if (this.#last !== undefined && nowMs - this.#last.atMs < HISTOGRAM_INTERVAL_MS) return false;
    this.#last = { frameId: preview.header.frameId, histogram: histogramOf(preview), atMs: nowMs };
    return true;
  }

  /** Contrast to draw with. */
  get inForce(): ContrastRange {
    if (this.#setting !== "auto") return this.#setting;
    return this.#last === undefined ? IDENTITY_CONTRAST : { ...autoRange(this.#last.histogram), gamma: 1 };
  }

  /** Undefined before the first frame. */
  get report(): HistogramReport | undefined {
    return this.#last === undefined ? undefined : reportOf(this.#last.frameId, this.#last.histogram, this.inForce);
  }

  /** The picture went away: the next frame is counted at once. */
  reset(): void {
    this.#last = undefined;
  }
}
