import type { Clock } from "../../../../../core/clock.ts";
import { GVBS } from "./bootstrap.ts";
import type { ControlChannel } from "./control-channel.ts";

/** How often the camera is asked whether it still obeys us. Cameras let go after 3 s by default, and never ought to before 0.5 s. */
const PERIOD_MS = 500;
/** Rounds without a word before a camera counts as lost: 2 s. */
const MOST_SILENT = 4;

/**
 * Reads the privilege register again and again: it keeps a camera ours, and tells when it is gone or has let us go.
 * Silence is counted in rounds, not by the clock, so that a computer which stood still for a while does not take its own
 * sleep for the camera's.
 *
 * @returns ends it; nothing is told afterwards
 */
export function startHeartbeat(channel: ControlChannel, clock: Clock, onDidLose: (reason: string) => void): () => void {
  const stop = new AbortController();
  const lose = (reason: string): void => {
    if (stop.signal.aborted) return;
    stop.abort();
    onDidLose(reason);
  };

  const ask = async (signal: AbortSignal): Promise<void> => {
    const bytes = await channel.read(BigInt(GVBS.privilege), 4, { signal, isRoutine: true });
    // The lowest bits say that somebody has control. None: it has forgotten us, after a restart or too long a silence.
    if (((bytes[3] ?? 0) & 3) === 0) lose("it let go of us");
  };

  const run = async (): Promise<void> => {
    for (let silent = 0; silent < MOST_SILENT; ) {
      const heard = channel.heardCount();
      // Given up after its round: a camera that pleads for patience must not keep others waiting behind this question.
      const round = new AbortController();
      // Silence is told by the count of answers; a refusal is an answer like any other.
      ask(AbortSignal.any([stop.signal, round.signal])).catch(() => undefined);
      await clock.delay(PERIOD_MS, stop.signal);
      round.abort();
      silent = channel.heardCount() === heard ? silent + 1 : 0;
    }
    lose("it does not answer any more");
  };
  run().catch((error: unknown) => {
    // Ends by the abort alone; anything else is a bug and must show.
    if (!stop.signal.aborted) throw error;
  });
  return () => stop.abort();
}
