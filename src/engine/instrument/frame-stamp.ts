import { createHash } from "node:crypto";
import type { CapturedHeader, FrameHeader } from "../../shared/domain/frame.ts";
import type { SessionEvent } from "../../shared/domain/session.ts";
import { exposureBeganMs } from "../../core/acquisition/exposure-began.ts";
import type { Clock } from "../../core/clock.ts";
import { regionShiftUm } from "../../core/geometry/region-shift.ts";
import type { FrameScale } from "../../core/geometry/stage-from-image.ts";
import { fittedParts, mayBeMoving, type Microscope, partsAtWork } from "../devices/api/microscope.ts";
import type { XYStage } from "../devices/api/xy-stage.ts";

/** Every setting in force, as the session log keeps it. */
export type SettingsEvent = Extract<SessionEvent, { type: "settings" }>;

/** What the frame router adds to a captured header, frameId apart. */
export type Stamp = Omit<FrameHeader, "frameId">;

/**
 * Binds place, scale and settings to each frame at the moment it arrives, so that no later change of the UI can alter
 * what a frame means. Settings are hashed once per change, not once per frame.
 */
export function createFrameStamp(microscope: Microscope, clock: Clock): {
  stamp(captured: CapturedHeader): Stamp;
  settings(): SettingsEvent;
  /** Host time of the last sign of motion on any axis. */
  lastMotionMs(): number;
  dispose(): void;
} {
  let lastMotionMs = Number.NEGATIVE_INFINITY;
  const moved = (): void => { lastMotionMs = clock.nowMs(); };
  const unsubscribes = [microscope.stage?.onDidMove(moved), microscope.focus?.onDidMove(moved), microscope.turret?.onDidChange(moved)];
  let known: { key: string; event: SettingsEvent } | undefined;

  const settings = (): SettingsEvent => {
    const { light, turret } = partsAtWork(microscope);
    const controls = microscope.camera.controls?.()?.list() ?? [];
    const content = {
      camera: microscope.camera.settings(),
      objective: turret?.current(),
      lightPercent: light?.level(),
      ...(controls.length === 0 ? {} : { controls: Object.fromEntries(controls.map(({ id, value }) => [id, value])) }),
    };
    const key = JSON.stringify(content);
    if (known?.key !== key) {
      const settingsHash = createHash("sha256").update(key).digest("hex").slice(0, 16);
      known = {
        key,
        event: {
          type: "settings", settingsHash, camera: content.camera,
          ...(content.objective === undefined ? {} : { objective: content.objective }),
          ...(content.lightPercent === undefined ? {} : { lightPercent: content.lightPercent }),
          ...(content.controls === undefined ? {} : { controls: content.controls }),
        },
      };
    }
    return known.event;
  };

  /** Of pixels as they come, binned, through that lens. What a camera says itself is its own word of all of it. */
  const scaleOf = (captured: CapturedHeader, objectiveId: string | undefined): FrameScale => {
    if (captured.pixelSizeUm !== undefined) return { pixelSizeUm: captured.pixelSizeUm, stageUmFromPx: captured.stageUmFromPx };
    const { pixelSizeUm, stageUmFromPx } = microscope.scaleOf?.(objectiveId) ?? {};
    const { binning } = microscope.camera.settings();
    const binned = (each: number): number => each * binning;
    const [a, b, c, d] = stageUmFromPx ?? [];
    return {
      pixelSizeUm: pixelSizeUm === undefined ? undefined : binned(pixelSizeUm),
      stageUmFromPx: a === undefined || b === undefined || c === undefined || d === undefined ? undefined : [binned(a), binned(b), binned(c), binned(d)],
    };
  };

  /** Of the picture's middle, for the stage tells that of the sensor's. Without a scale it is the stage's word that is kept. */
  const placeOf = (stage: XYStage | undefined, scale: FrameScale): FrameHeader["stagePositionUm"] => {
    if (stage === undefined) return undefined;
    const { x, y } = stage.position();
    const shift = regionShiftUm(microscope.camera.settings(), microscope.camera.limits(), scale) ?? { x: 0, y: 0 };
    return { x: x + shift.x, y: y + shift.y };
  };

  return {
    settings,
    lastMotionMs: () => lastMotionMs,
    stamp: (captured) => {
      const fitted = fittedParts(microscope);
      // A stage that is unplugged may be pushed by hand: where it was last is no place.
      const { stage, focus, turret, light } = partsAtWork(microscope);
      const objective = turret?.current();
      const moving = [fitted.stage, fitted.focus].some((axes) => axes !== undefined && mayBeMoving(axes)) || (turret !== undefined && objective === undefined);
      if (moving) moved();
      const focusPositionUm = captured.focusPositionUm ?? focus?.position();
      const objectiveId = captured.objectiveId ?? objective?.id;
      const scale = scaleOf(captured, objectiveId);
      const stagePositionUm = captured.stagePositionUm ?? placeOf(stage, scale);
      const lightPercent = captured.lightPercent ?? light?.level();
      return {
        ...captured,
        ...(stagePositionUm === undefined ? {} : { stagePositionUm }),
        ...(focusPositionUm === undefined ? {} : { focusPositionUm }),
        ...(objectiveId === undefined ? {} : { objectiveId }),
        ...(lightPercent === undefined ? {} : { lightPercent }),
        ...(scale.pixelSizeUm === undefined ? {} : { pixelSizeUm: scale.pixelSizeUm }),
        ...(scale.stageUmFromPx === undefined ? {} : { stageUmFromPx: scale.stageUmFromPx }),
        settled: captured.settled ?? (!moving && exposureBeganMs(captured) > lastMotionMs),
        settingsHash: settings().settingsHash,
      };
    },
    dispose: () => { for (const unsubscribe of unsubscribes) unsubscribe?.(); },
  };
}

export type FrameStamp = ReturnType<typeof createFrameStamp>;
