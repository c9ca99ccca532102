import type { FrameScale } from "../../../core/geometry/stage-from-image.ts";
import type { DeviceKind } from "../../../shared/domain/devices.ts";
import type { Camera } from "./camera.ts";
import { type Device, isAtWork } from "./device.ts";
import type { FocusDrive } from "./focus-drive.ts";
import type { Illumination } from "./illumination.ts";
import type { ObjectiveTurret } from "./objective-turret.ts";
import type { XYStage } from "./xy-stage.ts";

/**
 * What an instrument is made of. Only the camera is a must: a replay has no stage. Where devices can be replaced while the
 * instrument runs (seats), every part is there for ever and `isFitted` says whether somebody sits in it.
 */
export interface Microscope {
  readonly name: string;
  readonly camera: Camera;
  readonly stage?: XYStage;
  readonly focus?: FocusDrive;
  readonly light?: Illumination;
  readonly turret?: ObjectiveTurret;
  /** Absent: every part that is there is fitted. */
  isFitted?(kind: DeviceKind): boolean;
  /** Scale of unbinned pixels through that objective, for cameras that do not know; undefined while unknown. */
  scaleOf?(objectiveId: string | undefined): FrameScale | undefined;
  /** Devices that are held beside those that are fitted, connected or not: a second lamp, a stage that another one stands in for. Absent: none. */
  others?(): readonly Device[];
}

/** The parts of a microscope that are there now. */
export function fittedParts(microscope: Microscope): Pick<Microscope, "stage" | "focus" | "light" | "turret"> & { readonly camera?: Camera } {
  const { camera, stage, focus, light, turret } = microscope;
  const has = (kind: DeviceKind): boolean => microscope.isFitted?.(kind) ?? true;
  return {
    ...(has("camera") ? { camera } : {}),
    ...(stage !== undefined && has("xyStage") ? { stage } : {}),
    ...(focus !== undefined && has("focusDrive") ? { focus } : {}),
    ...(light !== undefined && has("illumination") ? { light } : {}),
    ...(turret !== undefined && has("objectiveTurret") ? { turret } : {}),
  };
}

/** Those of the fitted parts whose word can be taken now: what is unplugged says nothing of where it stands. */
export function partsAtWork(microscope: Microscope): Pick<Microscope, "stage" | "focus" | "light" | "turret"> {
  const { stage, focus, light, turret } = fittedParts(microscope);
  return {
    ...(stage !== undefined && isAtWork(stage) ? { stage } : {}),
    ...(focus !== undefined && isAtWork(focus) ? { focus } : {}),
    ...(light !== undefined && isAtWork(light) ? { light } : {}),
    ...(turret !== undefined && isAtWork(turret) ? { turret } : {}),
  };
}

/** True for axes that move, and for those that are faulted and may: of some it is only not known where they stand. */
export function mayBeMoving(axes: XYStage | FocusDrive): boolean {
  return axes.isMoving() || (axes.status().state === "faulted" && axes.placeDoubt?.() === undefined);
}

/** Every device of the microscope, each once, in a role or not: what must be left safe. */
export function everyDevice(microscope: Microscope): readonly Device[] {
  return [...Object.values(fittedParts(microscope)), ...(microscope.others?.() ?? [])];
}
