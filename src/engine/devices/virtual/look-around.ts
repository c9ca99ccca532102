import { regionShiftUm } from "../../../core/geometry/region-shift.ts";
import { um } from "../../../shared/units.ts";
import type { Surroundings } from "./devices/virtual-camera.ts";
import type { VisibleNeighbours } from "./neighbours.ts";
import { pixelSizeUm, SENSOR_HEIGHT, SENSOR_WIDTH } from "./optics/optics.ts";
import type { Exposure } from "./sensor/exposure.ts";

const SENSOR = { sensorWidth: SENSOR_WIDTH, sensorHeight: SENSOR_HEIGHT };

/** The world during an exposure that began at `startMs` and has just ended: what it shows, and what its frame says of itself. */
export function lookAround(neighbours: VisibleNeighbours, startMs: number, endMs: number, settings: Exposure["settings"]): Surroundings {
  const middleMs = (startMs + endMs) / 2;
  const stage = neighbours.stageAt(middleMs);
  const focus = neighbours.focusAt(middleMs);
  const light = neighbours.light();
  const { shown, told, isScaleKnown } = neighbours.lens();
  const hasStood = neighbours.hasStoodSince(startMs);
  const shift = shown === undefined ? { x: 0, y: 0 } : regionShiftUm(settings, SENSOR, pixelSizeUm(shown, 1));
  return {
    scene: { axisUm: stage.trueUm, focusUm: focus.trueUm, objective: shown, lightPercent: light.truePercent },
    told: {
      settled: hasStood,
      ...(stage.toldUm === undefined ? {} : { stagePositionUm: { x: um(stage.toldUm.x + shift.x), y: um(stage.toldUm.y + shift.y) } }),
      ...(focus.toldUm === undefined ? {} : { focusPositionUm: focus.toldUm }),
      ...(light.toldPercent === undefined ? {} : { lightPercent: light.toldPercent }),
      ...(told === undefined ? {} : { objectiveId: told.id }),
      ...(shown === undefined || !isScaleKnown ? {} : { pixelSizeUm: pixelSizeUm(shown, settings.binning) }),
    },
  };
}
