/** What the camera sees first, before anybody has moved or set anything. */
import type { CameraSettings } from "../../../../shared/domain/devices.ts";
import { FOCUS_AXIS, STAGE_AXIS } from "../mechanics/default-axes.ts";
import { SENSOR_HEIGHT, SENSOR_WIDTH, VIRTUAL_OBJECTIVES } from "../optics/optics.ts";
import type { SpecimenKind } from "../specimen/types.ts";
import type { Exposure } from "./exposure.ts";

export const START_OBJECTIVE = "40x";
/** % of full light. */
export const START_LIGHT_PERCENT = 50;

/** Well exposed at 50 % light: colour for a stained smear, monochrome for fluorescence. */
export function defaultSettings(kind: SpecimenKind): CameraSettings {
  return {
    exposureMs: 5,
    gainDb: 0,
    blackLevelDn: 2,
    frameRate: 30,
    pixelFormat: kind === "blood-smear" ? "BayerRG8" : "Mono8",
    binning: 1,
    roi: { offsetX: 0, offsetY: 0, width: SENSOR_WIDTH, height: SENSOR_HEIGHT },
  };
}

/** The exposure of a microscope that has just been switched on: the slide's origin, the play of every axis taken up. */
export function firstExposure(kind: SpecimenKind): Exposure {
  const stageUm = -STAGE_AXIS.backlashUm / 2;
  return {
    axisUm: { x: stageUm, y: stageUm },
    focusUm: -FOCUS_AXIS.backlashUm / 2,
    objective: VIRTUAL_OBJECTIVES.find(({ id }) => id === START_OBJECTIVE),
    lightPercent: START_LIGHT_PERCENT,
    settings: defaultSettings(kind),
    noiseSeed: 0,
  };
}
