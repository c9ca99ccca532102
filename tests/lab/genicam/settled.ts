import type { ManualClock } from "../../../src/core/testing/manual-clock.ts";

/** What a call came to, letting time pass until it has. */
export async function settled<T>(clock: ManualClock, call: Promise<T>, limitMs = 60_000): Promise<{ readonly value?: T; readonly error?: unknown; readonly tookMs: number }> {
  const startedMs = clock.nowMs();
  let end: { value?: T; error?: unknown } | undefined;
  call.then(
    (value) => {
      end = { value };
    },
    (error: unknown) => {
      end = { error };
    },
  );
  for (await clock.advance(0); end === undefined && clock.nowMs() - startedMs < limitMs; ) await clock.advance(10);
  if (end === undefined) throw new Error(`the call hangs: nothing after ${limitMs} ms`);
  return { ...end, tookMs: clock.nowMs() - startedMs };
}

/** The value of a call, letting time pass. */
export async function valueOf<T>(clock: ManualClock, call: Promise<T>): Promise<T> {
  const end = await settled(clock, call);
  if ("error" in end) throw end.error;
  return end.value as T;
}
