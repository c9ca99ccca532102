import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import type { Camera } from "../devices/api/camera.ts";
import type { CallOptions } from "../devices/api/device.ts";

/** Waits between attempts; the last one repeats for as long as it takes. */
const BACK_OFF_MS = [0, 250, 500, 1000, 2000, 5000] as const;
const LONGEST_WAIT_MS = 5000;

/**
 * Brings a lost or silent camera back: stop what is left, connect, which gives it its settings and modes again, start. Tries until it
 * succeeds or `signal` aborts, and at once when the device itself reports back.
 *
 * @returns how many attempts it took
 * @throws the signal's reason, or what is no refusal of the camera but a bug
 */
export async function recoverCamera(options: {
  readonly camera: Camera;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Starts acquisition. */
  readonly start: (call: CallOptions) => Promise<void>;
  /** Keeps an attempt from mixing with other calls on the camera. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
}): Promise<number> {
  const { camera, clock, signal, start, inTurn } = options;
  const attempt = async (): Promise<void> => {
    await standStill(camera, signal);
    await camera.connect({ signal });
    await start({ signal });
  };
  for (let attempts = 1; ; attempts++) {
    await waitForTurn(camera, clock, BACK_OFF_MS[attempts - 1] ?? LONGEST_WAIT_MS, signal);
    try {
      await inTurn(attempt);
      return attempts;
    } catch (error) {
      signal.throwIfAborted();
      // The camera's own refusals are what back-off is for; anything else is a bug and must show.
      if (!(error instanceof OcularError)) throw error;
    }
  }
}

/** Stops a camera that may be hung: one that does not even stop is disconnected, to be connected afresh. */
async function standStill(camera: Camera, signal: AbortSignal): Promise<void> {
  if (!camera.isAcquiring()) return;
  try {
    await camera.stopAcquisition({ signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OcularError)) throw error;
    await camera.disconnect({ signal });
  }
}

/** The back-off time, cut short when the device comes back by itself. */
async function waitForTurn(camera: Camera, clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  if (waitMs === 0) return;
  const early = new AbortController();
  const unsubscribe = camera.onDidChangeStatus(({ state }) => {
    if (state === "ready") early.abort();
  });
  try {
    await clock.delay(waitMs, AbortSignal.any([signal, early.signal]));
  } catch (error) {
    if (signal.aborted || !early.signal.aborted) throw error;
  } finally {
    unsubscribe();
  }
}
