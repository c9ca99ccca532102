import * as z from "zod";

/** Why a frame was lost by us or on the way to us. */
export const LossReason = z.enum(["camera-gap", "no-buffer", "incomplete", "record-failed"]);
export type LossReason = z.infer<typeof LossReason>;

/**
 * Account of every frame the camera produced. Three columns, each summing to `produced`:
 *  - record:   stored + recorded (header only) + lost = produced
 *  - analysis: analysed + analysisSkipped + analysisLost + (lost before analysis) = produced
 *  - display:  shown + displaySkipped + (lost before display) = produced
 * `balanced` is true when all three agree.
 */
export const LedgerReport = z.object({
  produced: z.number().int(),
  /** Pixels kept on disk. */
  stored: z.number().int(),
  /** Header in the log, pixels let go by policy. */
  recorded: z.number().int(),
  lost: z.partialRecord(LossReason, z.number().int()),
  analysed: z.number().int(),
  /** Newest-frame-wins: the analyzer was busy or switched off. */
  analysisSkipped: z.number().int(),
  /** Given to the analyzer, never came back: by reason (died, hung, failed). */
  analysisLost: z.partialRecord(z.enum(["died", "hung", "failed"]), z.number().int()),
  shown: z.number().int(),
  displaySkipped: z.number().int(),
  balanced: z.boolean(),
});
export type LedgerReport = z.infer<typeof LedgerReport>;
