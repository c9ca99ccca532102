import { describeError, errorDataOf } from "../../shared/errors.ts";
import type { ActivityLog } from "./activity-log.ts";
import { type AnalyzerWatch, watchAnalyzer } from "./analyzer-watch.ts";
import type { EventBoard, Tell } from "./instrument-events.ts";
import type { Instrument, InstrumentParts } from "./instrument.ts";
import { createSecondAnalysis, type SecondAnalysis } from "./second-analysis.ts";

/** The place of a second analyzer beside the first. */
export interface SecondSeat {
  /** Undefined while nobody sits there. */
  current(): SecondAnalysis | undefined;
  /** Why the one who sits there cannot be used now, in words. */
  reason(): string | undefined;
  /** Puts one there, or nobody; the one before is disposed of. */
  take: Instrument["setSecondAnalyzer"];
}

export function createSecondSeat(parts: InstrumentParts, { log, tell, events }: { readonly log: ActivityLog; readonly tell: Tell; readonly events: EventBoard }): SecondSeat {
  const { analyzer, clock } = parts;
  let sitting: { readonly analysis: SecondAnalysis; readonly watch: AnalyzerWatch } | undefined;
  return {
    current: () => sitting?.analysis,
    reason: () => sitting?.watch.reason(),
    take: async (chosen) => {
      const before = sitting;
      sitting = undefined;
      if (chosen !== undefined) {
        const { ref, analyzer: other, assumedPixelSizeUm } = chosen;
        const analysis = createSecondAnalysis({
          ref, analyzer: other, clock, assumed: { first: () => ({ id: parts.analyzerRef().id, pixelSizeUm: parts.assumedPixelSizeUm?.() }), second: assumedPixelSizeUm }, firstClassIds: () => analyzer.classes().map(({ id }) => id),
          onCompared: (comparison) => { events.emit("compared", comparison); },
          onLoss: (error) => { tell("warning", describeError(errorDataOf(error, "The second analysis")), error); },
        });
        sitting = { analysis, watch: watchAnalyzer(other, () => `Second analyzer ${ref.id}`, { log, tell }) };
      }
      await before?.analysis.dispose();
    },
  };
}
