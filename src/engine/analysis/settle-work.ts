import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";

/** Within what time an analyzer's work must be done, and who is told that it was not. */
export interface WorkDeadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The model or recipe, as the error names it. */
  readonly id: string;
  /** Called when time is over, after the caller's promise was rejected: giving the worker up rejects the work as well. */
  readonly giveUp: (reason: string) => void;
}

/** The work's outcome, or InferenceTimeout once its time is over. */
export async function inTime<T>(work: Promise<T>, { clock, timeoutMs, id, giveUp }: WorkDeadline): Promise<T> {
  const settled = new AbortController();
  const late = new Promise<never>((_, reject) => {
    clock.delay(timeoutMs, settled.signal).then(
      () => {
        reject(new OcularError({ tag: "InferenceTimeout", modelId: id, timeoutMs }));
        giveUp(`no answer within ${timeoutMs} ms`);
      },
      () => undefined, // Settled first: there is nothing to wait for.
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    settled.abort();
  }
}

/** Rejects with that error as soon as the signal aborts; the work itself goes on, and whoever does it stays busy. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, canceled: () => OcularError): Promise<T> {
  let cancel = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    cancel = () => { reject(canceled()); };
  });
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
