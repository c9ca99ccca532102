import { regionShiftUm } from "../../../core/geometry/region-shift.ts";
import type { FrameScale } from "../../../core/geometry/stage-from-image.ts";
import type { Objective } from "../../../shared/domain/devices.ts";
import { um } from "../../../shared/units.ts";
import type { Surroundings } from "./devices/virtual-camera.ts";
import type { VisibleNeighbours } from "./neighbours.ts";
import type { TurnMatrix } from "./optics/camera-turn.ts";
import { pixelSizeUm, SENSOR_HEIGHT, SENSOR_WIDTH } from "./optics/optics.ts";
import type { Exposure } from "./sensor/exposure.ts";

const SENSOR = { sensorWidth: SENSOR_WIDTH, sensorHeight: SENSOR_HEIGHT };

/** The world during an exposure that began at `startMs` and has just ended: what it shows, and what its frame says of itself. */
export function lookAround(neighbours: VisibleNeighbours, startMs: number, endMs: number, settings: Exposure["settings"], turn: TurnMatrix | undefined): Surroundings {
  const middleMs = (startMs + endMs) / 2;
  const stage = neighbours.stageAt(middleMs);
  const focus = neighbours.focusAt(middleMs);
  const light = neighbours.light();
  const { shown, told, isScaleKnown } = neighbours.lens();
  const hasStood = neighbours.hasStoodSince(startMs);
  const scale = shown === undefined ? {} : scaleThrough(shown, settings.binning, turn);
  const shift = regionShiftUm(settings, SENSOR, scale) ?? { x: 0, y: 0 };
  return {
    scene: { axisUm: stage.trueUm, focusUm: focus.trueUm, objective: shown, lightPercent: light.truePercent, turn },
    told: {
      settled: hasStood,
      ...(stage.toldUm === undefined ? {} : { stagePositionUm: { x: um(stage.toldUm.x + shift.x), y: um(stage.toldUm.y + shift.y) } }),
      ...(focus.toldUm === undefined ? {} : { focusPositionUm: focus.toldUm }),
      ...(light.toldPercent === undefined ? {} : { lightPercent: light.toldPercent }),
      ...(told === undefined ? {} : { objectiveId: told.id }),
      ...(isScaleKnown ? scale : {}),
    },
  };
}

function scaleThrough(lens: Objective, binning: number, turn: TurnMatrix | undefined): FrameScale {
  const umPerPx = pixelSizeUm(lens, binning);
  if (turn === undefined) return { pixelSizeUm: umPerPx };
  const [a, b, c, d] = turn;
  return { pixelSizeUm: umPerPx, stageUmFromPx: [a * umPerPx, b * umPerPx, c * umPerPx, d * umPerPx] };
}
