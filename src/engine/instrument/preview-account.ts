import type { FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import type { Clock } from "../../core/clock.ts";
import type { FrameConsumer } from "../acquisition/frame-router.ts";
import type { InstrumentParts } from "./instrument.ts";
import { createRollingQuantiles } from "./rolling-quantiles.ts";

/** Ten seconds at 30 frames/s. */
const REMEMBERED = 300;

/** Previews on their way to the screen: each is shown or skipped in the ledger it was sent under, and timed. */
export interface PreviewAccount {
  readonly consumer: FrameConsumer;
  /** That frame is on the glass: older ones that were on their way never will be. */
  shown(frameId: number): void;
  /** From the camera to the glass, ms; undefined before the first. */
  toScreenMs(): { median: number; p95: number } | undefined;
}

export function createPreviewAccount(preview: InstrumentParts["preview"], clock: Clock): PreviewAccount {
  const sent = new Map<number, { readonly ledger: FrameLedger; readonly hostTimeMs: number }>();
  const toScreenMs = createRollingQuantiles(REMEMBERED);
  return {
    consumer: {
      offer: ({ header, buffer, ledger }) => {
        const answer = preview?.offer(header, buffer.bytes) ?? "skipped";
        if (answer === "taken") sent.set(header.frameId, { ledger, hostTimeMs: header.hostTimeMs });
        return answer;
      },
    },
    shown(frameId) {
      const own = sent.get(frameId);
      own?.ledger.shown(frameId);
      if (own !== undefined) toScreenMs.add(clock.nowMs() - own.hostTimeMs);
      for (const [id, older] of sent) {
        if (id > frameId) continue;
        // The screen went on to a newer picture before this one's turn came.
        if (id < frameId) older.ledger.displaySkipped(id);
        sent.delete(id);
      }
    },
    toScreenMs: () => {
      const [median, p95] = [toScreenMs.quantile(0.5), toScreenMs.quantile(0.95)];
      return median === undefined || p95 === undefined ? undefined : { median, p95 };
    },
  };
}
