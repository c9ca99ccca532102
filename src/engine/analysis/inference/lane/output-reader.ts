import type { HeadTensor } from "../../../../core/detection/heads/decoded-object.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { elementsOf } from "../link/wire-tensor.ts";
import { applySteps } from "../package/apply-steps.ts";
import type { ReferenceTensors } from "../package/apply-steps.ts";
import { convertNumbers } from "../package/convert-numbers.ts";
import type { AxisRole } from "../package/tensor-layout.ts";
import type { PlannedOutput } from "./analysis-plan.ts";

/** The model gave something that cannot be read as objects. */
export class OutputUnreadable extends Error {}

/** What one run gave, and what it was given. */
export interface TileRun {
  readonly outputs: ReadonlyMap<string, WireTensor>;
  /** Size of the input, border included, model pixels. */
  readonly input: { readonly width: number; readonly height: number };
  readonly border: number;
  readonly references: ReferenceTensors;
}

/** Maps of one output, cut to what lies within the border: planes one after the other, each `rows` x `columns`. */
export interface OutputMaps {
  readonly planes: number;
  readonly rows: number;
  readonly columns: number;
  /** Input pixels per cell. */
  readonly stride: number;
  readonly data: Float32Array;
}

/**
 * An output as numbers, after its post-processing.
 *
 * @throws OutputUnreadable when it is missing, or holds something else than numbers.
 */
export function readTensor(output: PlannedOutput, run: TileRun): HeadTensor {
  const tensor = run.outputs.get(output.id);
  if (tensor === undefined) throw new OutputUnreadable(`there is no output ${output.id}`);
  const data = tensor.data instanceof Float32Array ? tensor.data : convertNumbers(tensor.data, Float32Array);
  if (tensor.shape.length === output.axes.length) {
    applySteps({ axes: output.axes.map((axis) => axis.role), shape: tensor.shape, data }, output.steps, run.references);
  } else if (output.steps.length > 0) {
    throw new OutputUnreadable(`output ${output.id} has ${tensor.shape.length} axes, expected ${output.axes.length}`);
  }
  return { shape: tensor.shape, data };
}

/**
 * An output as maps.
 *
 * @param stride input pixels per cell, where the package says so; else what its axes say, else what its size comes to.
 * @throws OutputUnreadable when it has another shape than the package says.
 */
export function readMaps(output: PlannedOutput, run: TileRun, planes: number | undefined, stride?: number): OutputMaps {
  const { shape, data } = readTensor(output, run);
  if (shape.length !== output.axes.length) throw new OutputUnreadable(`output ${output.id} has ${shape.length} axes, expected ${output.axes.length}`);
  const lengths = new Map(output.axes.map((axis, index) => [axis.role, shape[index] ?? 0]));
  const whole = { planes: lengths.get("channel") ?? 1, rows: lengths.get("y") ?? 0, columns: lengths.get("x") ?? 0 };
  const rows = axisOf(output, "y", run.input.height, whole.rows, stride);
  const columns = axisOf(output, "x", run.input.width, whole.columns, stride);
  const isFlat = elementsOf(shape) === whole.planes * whole.rows * whole.columns;
  if (!isFlat || (planes !== undefined && whole.planes !== planes) || whole.rows !== rows.cells || whole.columns !== columns.cells) {
    throw new OutputUnreadable(`output ${output.id} has shape ${shape.join(" x ")}, expected ${expectedShape(output, planes ?? whole.planes, rows.cells, columns.cells)}`);
  }
  if (Math.abs(rows.stride - columns.stride) > 1e-6) throw new OutputUnreadable(`output ${output.id} has cells that are not square`);
  const inner = { top: rows.first(run.border), left: columns.first(run.border), rows: rows.inner(run.border), columns: columns.inner(run.border) };
  const order = output.axes.map((axis) => axis.role).filter((role) => role === "channel" || role === "y" || role === "x");
  const isPlanar = order.join() === "channel,y,x" || order.join() === "y,x";
  const isWhole = inner.rows === whole.rows && inner.columns === whole.columns;
  const cut = isPlanar && isWhole ? data : cutPlanes(data, order, whole, inner);
  return { planes: whole.planes, rows: inner.rows, columns: inner.columns, stride: columns.stride, data: cut };
}

interface AxisCells {
  readonly cells: number;
  readonly stride: number;
  /** First cell within the border. */
  first(border: number): number;
  inner(border: number): number;
}

function axisOf(output: PlannedOutput, role: "y" | "x", inputSide: number, actual: number, stride: number | undefined): AxisCells {
  const axis = output.axes.find((one) => one.role === role);
  const stated = stride === undefined ? axis?.cellsPerPixel : 1 / stride;
  const cellsPerPixel = stated ?? actual / inputSide;
  const offset = stated === undefined ? 0 : axis?.offset ?? 0;
  const cells = Math.floor(inputSide * cellsPerPixel + 1e-6) + offset;
  return {
    cells,
    stride: 1 / cellsPerPixel,
    first: (border) => Math.round(border * cellsPerPixel + offset / 2),
    inner: (border) => (border === 0 && offset === 0 ? cells : Math.floor((inputSide - 2 * border) * cellsPerPixel + 1e-6)),
  };
}

function expectedShape(output: PlannedOutput, planes: number, rows: number, columns: number): string {
  const lengths: Partial<Record<AxisRole, number>> = { channel: planes, y: rows, x: columns };
  return output.axes.map(({ role }) => lengths[role] ?? 1).join(" x ");
}

function cutPlanes(data: Float32Array, order: readonly AxisRole[], whole: { planes: number; rows: number; columns: number }, inner: { top: number; left: number; rows: number; columns: number }): Float32Array {
  const lengths: Partial<Record<AxisRole, number>> = { channel: whole.planes, y: whole.rows, x: whole.columns };
  const strideOf = (role: AxisRole): number => (order.includes(role) ? order.slice(order.indexOf(role) + 1).reduce((product, one) => product * (lengths[one] ?? 1), 1) : 0);
  const [ofPlane, ofRow, ofColumn] = [strideOf("channel"), strideOf("y"), strideOf("x")];
  const cut = new Float32Array(whole.planes * inner.rows * inner.columns);
  let at = 0;
  for (let plane = 0; plane < whole.planes; plane++) {
    for (let row = 0; row < inner.rows; row++) {
      let from = plane * ofPlane + (inner.top + row) * ofRow + inner.left * ofColumn;
      for (let column = 0; column < inner.columns; column++, from += ofColumn) cut[at++] = data[from] ?? NaN;
    }
  }
  return cut;
}
