import { describeError, errorDataOf, isOcularError, OcularError } from "../../shared/errors.ts";
import type { AcquisitionRunner } from "../acquisition/acquisition-runner.ts";
import type { FrameRouter } from "../acquisition/frame-router.ts";
import type { Device } from "../devices/api/device.ts";
import { fittedParts } from "../devices/api/microscope.ts";
import type { Tell } from "./instrument-events.ts";
import type { Instrument, InstrumentParts } from "./instrument.ts";
import { need } from "./need.ts";
import { type StageAndFocus, unawaited } from "./stage-and-focus.ts";

type Calls = Pick<Instrument, "start" | "nextFrame" | "startLive" | "stopLive" | "changeDevices" | "applyCamera" | "cameraControls" | "setCameraControl">;

export interface LiveRunParts {
  readonly parts: InstrumentParts;
  readonly runner: AcquisitionRunner;
  readonly router: FrameRouter;
  readonly motion: StageAndFocus;
  readonly fitted: () => readonly Device[];
  /** @throws OcularError WrongState while a session is open: its records name its devices */
  readonly refuseWhileOpen: (what: string) => void;
  readonly tell: Tell;
}

/** The live picture: that it runs where it is wanted, with whatever camera is there, also across an exchange of devices. */
export interface LiveRun {
  readonly calls: Calls;
  /** Devices are being exchanged now. */
  isChanging(): boolean;
  /** The camera is there: the picture begins where it is wanted and was not there yet. */
  cameraIsReady(): void;
}

export function createLiveRun({ parts, runner, router, motion, fitted, refuseWhileOpen, tell }: LiveRunParts): LiveRun {
  const { microscope } = parts;
  const { camera } = microscope;
  /** A camera that was missing at the start begins when it is there. */
  let wantsLive = false;
  let isChanging = false;

  const startLive = async (): Promise<void> => {
    wantsLive = true;
    need(fittedParts(microscope).camera, "Camera");
    await runner.start();
    // As far as the camera goes: a slower one than was asked for is no failure.
    const { min, max } = camera.limits().frameRate;
    await runner.applySettings({ frameRate: Math.min(max, Math.max(min, parts.frameRate)) });
  };
  return {
    isChanging: () => isChanging,
    cameraIsReady: () => {
      if (!wantsLive || isChanging || runner.state() !== "idle") return;
      startLive().catch((error: unknown) => { tell("error", describeError(errorDataOf(error, "Starting the camera"))); });
    },
    calls: {
      start: async ({ areConnected = false } = {}) => {
        wantsLive = true;
        const attempts = await Promise.allSettled(areConnected ? [] : fitted().filter((device) => device !== camera).map((device) => device.connect()));
        for (const attempt of attempts) if (attempt.status === "rejected") tell("error", describeError(errorDataOf(attempt.reason, "Connecting")));
        await startLive();
      },
      nextFrame: async () => {
        const frame = await router.keepNext({ afterHostTimeMs: 0, settledOnly: false });
        frame.buffer.release();
        return frame.header;
      },
      startLive,
      stopLive: async () => {
        wantsLive = false;
        await runner.stop();
      },
      changeDevices: async (what, { camera: changesCamera }, change) => {
        refuseWhileOpen(what);
        if (isChanging) throw new OcularError({ tag: "WrongState", what, state: "devices are being changed", allowedIn: ["the end of that"] });
        isChanging = true;
        try {
          motion.giveUp();
          await motion.standStill();
          if (changesCamera) await runner.stop();
          return await change();
        } finally {
          motion.giveUp();
          isChanging = false;
          // A camera that is not there yet begins when it is.
          if (wantsLive && runner.state() === "idle" && camera.status().state === "ready") unawaited(startLive(), "Starting the camera", tell);
        }
      },
      applyCamera: (patch) => runner.applySettings(patch),
      cameraControls: () => camera.controls?.()?.list() ?? [],
      setCameraControl: async (id, value) => {
        const controls = need(camera.controls?.(), "Camera control");
        try {
          return await controls.set(id, value);
        } catch (error) {
          // A change of the picture's size: the run goes on with it.
          if (!isOcularError(error, "WrongState")) throw error;
          return runner.whileStanding(() => controls.set(id, value));
        }
      },
    },
  };
}
