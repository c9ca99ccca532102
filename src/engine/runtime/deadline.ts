import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import type { CallOptions } from "../devices/api/device.ts";

/** How a call that must end in time is named and timed. */
export interface DeadlineOptions extends CallOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What people read: "moveTo", "connect". */
  readonly command: string;
  readonly deviceId: string;
}

/**
 * The value of `work`, or `DeviceTimeout` once `timeoutMs` have passed, or `Canceled` once the signal aborts, whichever
 * comes first. `work` gets a signal that aborts in the last two cases: it must give up what it holds and start no more.
 * What it does after that is nobody's concern: a late value or error is dropped.
 */
export async function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, timeoutMs, command, deviceId, signal } = options;
  const over = new AbortController();
  const settled = new AbortController();
  const canceled = (): OcularError => new OcularError({ tag: "Canceled", what: `${deviceId} ${command}` });
  if (signal?.aborted === true) throw canceled();

  const cancel = (): void => over.abort(canceled());
  signal?.addEventListener("abort", cancel, { once: true });
  const failure = new Promise<never>((_, reject) => over.signal.addEventListener("abort", () => reject(over.signal.reason), { once: true }));
  clock.delay(timeoutMs, settled.signal).then(
    () => over.abort(new OcularError({ tag: "DeviceTimeout", deviceId, command, timeoutMs })),
    () => undefined, // The call ended first and took its timer along.
  );
  try {
    return await Promise.race([work(over.signal), failure]);
  } finally {
    settled.abort();
    signal?.removeEventListener("abort", cancel);
  }
}
