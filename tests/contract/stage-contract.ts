import type { FocusDrive } from "../../src/engine/devices/api/focus-drive.ts";
import type { XYStage } from "../../src/engine/devices/api/xy-stage.ts";
import { type StagePointUm, um } from "../../src/shared/units.ts";
import { axisPromises } from "./axis-promises.ts";
import { type ContractOptions, defineContract, type SubjectFactory } from "./contract.ts";

const listOf = ({ x, y }: StagePointUm): number[] => [x, y];
const pointOf = ([x = Number.NaN, y = Number.NaN]: number[]): StagePointUm => ({ x: um(x), y: um(y) });
const zOf = ([z = Number.NaN]: number[]) => um(z);

export const xyStagePromises = axisPromises<XYStage>({
  toleranceUm: (stage) => stage.toleranceUm,
  position: (stage) => listOf(stage.position()),
  limits: (stage) => [stage.softLimits().x, stage.softLimits().y],
  isMoving: (stage) => stage.isMoving(),
  moveTo: async (stage, target, options) => listOf(await stage.moveTo(pointOf(target), options)),
  moveBy: async (stage, delta, options) => listOf(await stage.moveBy(pointOf(delta), options)),
  stop: (stage) => stage.stop(),
  onDidMove: (stage, listener) => stage.onDidMove((position) => listener(listOf(position))),
});

export const focusDrivePromises = axisPromises<FocusDrive>({
  toleranceUm: (focus) => focus.toleranceUm,
  position: (focus) => [focus.position()],
  limits: (focus) => [focus.softLimits()],
  isMoving: (focus) => focus.isMoving(),
  moveTo: async (focus, target, options) => [await focus.moveTo(zOf(target), options)],
  moveBy: async (focus, delta, options) => [await focus.moveBy(zOf(delta), options)],
  stop: (focus) => focus.stop(),
  onDidMove: (focus, listener) => focus.onDidMove((position) => listener([position])),
});

/** One test per promise of XYStage. */
export function xyStageContract(name: string, factory: SubjectFactory<XYStage>, options?: ContractOptions): void {
  defineContract(`${name} keeps the promises of XYStage`, xyStagePromises, factory, options);
}

/** One test per promise of FocusDrive. */
export function focusDriveContract(name: string, factory: SubjectFactory<FocusDrive>, options?: ContractOptions): void {
  defineContract(`${name} keeps the promises of FocusDrive`, focusDrivePromises, factory, options);
}
