import type { Clock } from "../../core/clock.ts";
import { describeError, errorDataOf, isOcularError, OcularError } from "../../shared/errors.ts";
import type { FrameRouter } from "../acquisition/frame-router.ts";
import type { FocusDrive } from "../devices/api/focus-drive.ts";
import type { XYStage } from "../devices/api/xy-stage.ts";
import { fittedParts, type Microscope } from "../devices/api/microscope.ts";
import { autofocus } from "./autofocus.ts";
import type { Tell } from "./instrument-events.ts";
import type { Instrument } from "./instrument.ts";
import { type FocusJog, jogFocus, jogStage, type StageJog } from "./motion.ts";
import { need } from "./need.ts";

type Calls = Pick<Instrument, "moveStageBy" | "moveStageTo" | "moveFocusBy" | "moveFocusTo" | "jogStage" | "jogFocus" | "homeStage" | "trustPlace" | "autofocus" | "stopMotion" | "overruled">;

/** Everything that moves, and what the instrument needs besides to exchange it. */
export interface StageAndFocus {
  readonly calls: Calls;
  /** With whatever ends a motion: what moves by a plan is given up too, and the next step starts from where the axes really are. */
  giveUp(): void;
  /** Stops what is under way. */
  standStill(): Promise<void>;
}

/** Something that nobody waits for: what goes wrong is told once, and being replaced by something newer is no trouble. */
export function unawaited(work: Promise<unknown>, what: string, tell: Tell): void {
  work.catch((error: unknown) => {
    if (!isOcularError(error, "Canceled")) tell("error", describeError(errorDataOf(error, what)), error);
  });
}

export function createStageAndFocus({ microscope, router, clock, tell }: { readonly microscope: Microscope; readonly router: FrameRouter; readonly clock: Clock; readonly tell: Tell }): StageAndFocus {
  const { stage, focus } = microscope;
  const stageSteps = stage === undefined ? undefined : jogStage(stage);
  const focusSteps = focus === undefined ? undefined : jogFocus(focus);
  const needStage = (): StageJog => need(fittedParts(microscope).stage === undefined ? undefined : stageSteps, "Stage");
  const needFocus = (): FocusJog => need(fittedParts(microscope).focus === undefined ? undefined : focusSteps, "Focus");
  let overruled = new AbortController();
  const endPlans = (): void => {
    overruled.abort();
    overruled = new AbortController();
  };
  const giveUp = (): void => {
    stageSteps?.forget();
    focusSteps?.forget();
    endPlans();
  };
  /** A person's own focusing: an autofocus must not drive back over it. */
  const byHand = (): FocusJog => {
    endPlans();
    return needFocus();
  };
  return {
    giveUp,
    standStill: async () => { await Promise.all([stage, focus].filter((axes) => axes?.isMoving() === true).map(async (axes) => axes?.stop())); },
    calls: {
      overruled: () => overruled.signal,
      moveStageBy: async (deltaUm) => needStage().moveBy(deltaUm),
      moveStageTo: async (targetUm) => needStage().moveTo(targetUm),
      moveFocusBy: async (deltaUm) => byHand().moveBy(deltaUm),
      moveFocusTo: async (targetUm) => byHand().moveTo(targetUm),
      jogStage: (deltaUm) => {
        const steps = needStage();
        if (stage?.jog === undefined) return unawaited(steps.jogBy(deltaUm), "Stage", tell);
        // A move that it ends was replaced by it: that is no failure.
        steps.forget();
        stage.jog(deltaUm);
      },
      jogFocus: (deltaUm) => {
        const steps = byHand();
        if (focus?.jog === undefined) return unawaited(steps.jogBy(deltaUm), "Focus", tell);
        steps.forget();
        focus.jog(deltaUm);
      },
      homeStage: async (consent) => {
        needStage();
        if (stage?.home === undefined) throw new OcularError({ tag: "UnsupportedValue", what: `Command of ${stage?.identity.model ?? "the stage"}`, value: "home", allowed: ["moveTo", "moveBy", "stop"] });
        giveUp();
        tell("notice", `${consent.givenBy} says that the way is clear: ${stage.identity.model} runs to its reference marks`);
        await stage.home(consent);
      },
      trustPlace: async (role, by) => {
        const fitted = fittedParts(microscope);
        const axes = need<XYStage | FocusDrive>(role === "xyStage" ? fitted.stage : fitted.focus, role === "xyStage" ? "Stage" : "Focus");
        const why = axes.placeDoubt?.();
        if (why === undefined || axes.trustPlace === undefined) throw new OcularError({ tag: "WrongState", what: `Giving one's word for the place of ${axes.identity.model}`, state: "it is known", allowedIn: ["doubt about it"] });
        giveUp();
        await axes.trustPlace(by);
        const at = axes.position();
        const place = typeof at === "number" ? `z ${at.toFixed(1)}` : `x ${at.x.toFixed(1)}, y ${at.y.toFixed(1)}`;
        tell("notice", `${by.givenBy} says that ${axes.identity.model} is where it tells, at ${place} µm, though ${why}`);
      },
      autofocus: async ({ rangeUm = 4, stepUm = 1, signal } = {}) => autofocus({
        focus: need(fittedParts(microscope).focus, "Focus"), rangeUm, stepUm, overruled: overruled.signal, ...(signal === undefined ? {} : { signal }),
        nextSettledFrame: async (ended) => {
          const frame = await router.keepNext({ afterHostTimeMs: clock.nowMs(), signal: ended });
          return { header: frame.header, bytes: frame.buffer.bytes, release: () => { frame.buffer.release(); } };
        },
      }),
      stopMotion: async () => {
        giveUp();
        const fitted = fittedParts(microscope);
        // All are told before any is awaited: a slow answer of one must not delay the others.
        await Promise.all([fitted.stage?.stop(), fitted.focus?.stop()]);
      },
    },
  };
}
