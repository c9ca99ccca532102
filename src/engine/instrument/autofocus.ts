import { focusPeak, type FocusSample } from "../../core/focus/peak.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { OcularError } from "../../shared/errors.ts";
import { um } from "../../shared/units.ts";
import type { FocusDrive } from "../devices/api/focus-drive.ts";
import { focusScore } from "../pixels/pixel-thread.ts";

/** A settled frame exposed after the call; `release` gives its buffer back. */
export interface SettledFrame {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array;
  release(): void;
}

/** More frames than any camera has under way: a plane that none of them shows is left out. */
const MOST_LATE_FRAMES = 16;

/** How an autofocus run ended. A canceled or failed run never looks like a result. */
export type AutofocusResult =
  | { readonly kind: "found"; readonly zUm: number; readonly samples: readonly FocusSample[] }
  | { readonly kind: "notFound"; readonly reason: string; readonly samples: readonly FocusSample[] };

/**
 * Software autofocus by `varianceOfLaplacian`, computed on the pixel thread: a sweep over +-`rangeUm` in `stepUm`, the parabola through the best three,
 * and one look at the vertex. The window is moved once when the peak lies at its end.
 * Rejects with what ended it (`Canceled`, device errors) after driving back to the start; with `Canceled` and without another order when
 * `overruled` aborts, for the drive is somebody else's then.
 */
export async function autofocus(options: {
  focus: FocusDrive;
  nextSettledFrame: (signal: AbortSignal) => Promise<SettledFrame>;
  rangeUm: number;
  stepUm: number;
  /** Aborts with a stop of the drive, or an order of a person to it. */
  overruled: AbortSignal;
  /** Aborts when the run is no longer wanted. */
  signal?: AbortSignal;
}): Promise<AutofocusResult> {
  const { focus, overruled } = options;
  const startUm = focus.position();
  const limits = focus.softLimits();
  const samples: FocusSample[] = [];
  const signal = options.signal === undefined ? overruled : AbortSignal.any([options.signal, overruled]);

  const goTo = async (zUm: number): Promise<void> => { await focus.moveTo(um(zUm), { signal }); };
  const measure = async (zUm: number): Promise<void> => {
    await goTo(zUm);
    // A slow camera hands frames out late: one that was exposed before the drive went says so by its place, and shows another plane.
    for (let taken = 0; taken < MOST_LATE_FRAMES; taken += 1) {
      const frame = await options.nextSettledFrame(signal);
      try {
        const { focusPositionUm = zUm } = frame.header;
        if (Math.abs(focusPositionUm - zUm) > options.stepUm / 2) continue;
        samples.push({ zUm, score: await focusScore(frame.header, frame.bytes) });
        return;
      } finally {
        frame.release();
      }
    }
  };
  const sweep = async (centreUm: number): Promise<void> => {
    for (let zUm = centreUm - options.rangeUm; zUm <= centreUm + options.rangeUm + 1e-9; zUm += options.stepUm) {
      const inside = zUm >= limits.min && zUm <= limits.max;
      if (inside && !samples.some((s) => Math.abs(s.zUm - zUm) < 1e-6)) await measure(zUm);
    }
  };
  const best = (): FocusSample | undefined => samples.reduce<FocusSample | undefined>((a, b) => (a === undefined || b.score > a.score ? b : a), undefined);

  try {
    await sweep(startUm);
    const first = best();
    if (first !== undefined && focusPeak(samples) === undefined) await sweep(first.zUm);
    const peakUm = focusPeak(samples);
    if (peakUm === undefined) {
      await goTo(startUm);
      return { kind: "notFound", reason: `no sharpest plane within ${2 * options.rangeUm} um`, samples };
    }
    await measure(peakUm);
    const winner = best();
    if (winner !== undefined && winner.zUm !== peakUm) await goTo(winner.zUm);
    return { kind: "found", zUm: winner?.zUm ?? peakUm, samples };
  } catch (error) {
    if (overruled.aborted) throw new OcularError({ tag: "Canceled", what: "Autofocus (stopped)" });
    // Back to where it was. The drive itself may be what failed: its first error is the one that matters to the person.
    await focus.moveTo(startUm, { signal: overruled }).then(undefined, (second: unknown) => {
      if (!(second instanceof OcularError)) throw second;
    });
    throw error;
  }
}
