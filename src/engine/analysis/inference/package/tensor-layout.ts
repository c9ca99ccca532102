import { squarePixelUm } from "../../../../core/geometry/square-pixels.ts";
import type { Axis, TensorDescription } from "./rdf.ts";

/** What an axis stands for. "index": numbered things, such as the boxes of a detector. */
export type AxisRole = "batch" | "channel" | "y" | "x" | "z" | "index" | "time";

/** One axis of a tensor as running the model needs it. */
export interface AxisLayout {
  /** As processing steps name it. */
  readonly id: string;
  readonly role: AxisRole;
  /** Length where it is always the same. */
  readonly fixed?: number;
  /** Cells per unit of the input's axis: 0.25 where a cell stands for four input pixels. Of outputs that follow the input. */
  readonly cellsPerPixel?: number;
  /** Cells more (or fewer) than that, both sides together: -4 for a network that loses two at each side. */
  readonly offset: number;
  /** Cells at each side that are not to be trusted. */
  readonly halo: number;
}

/** Lengths an input axis may have: `min`, `min + step`, ...; a step of 0 is one length only. */
export interface SizeRule {
  readonly min: number;
  readonly step: number;
}

/** How a picture must lie in memory for a model. */
export interface ImageInputLayout {
  readonly axes: readonly AxisLayout[];
  readonly channels: 1 | 3;
  readonly y: SizeRule;
  readonly x: SizeRule;
  /** Height and width must be equal. */
  readonly isSquare: boolean;
  /** um per pixel that the axes state. */
  readonly pixelSizeUm: number | undefined;
}

/** Why a tensor cannot be an image of ours; the words are made to stand in a sentence. */
export class UnsupportedLayout extends Error {}

const UM_PER_UNIT: Readonly<Record<string, number>> = { nanometer: 1e-3, micrometer: 1, millimeter: 1e3, centimeter: 1e4, meter: 1e6 };

/** @throws UnsupportedLayout when the axes are not those of one flat picture, grey or of three colours. */
export function imageInputLayout(input: TensorDescription): ImageInputLayout {
  const axes = input.axes.map((axis) => ({ axis, role: roleOf(axis) }));
  const ids = input.axes.map((axis) => axis.id).join(", ");
  for (const { axis, role } of axes) {
    if (role === "time" || role === "index") throw new UnsupportedLayout(`its input has the axis ${axis.id} (${role}); one picture at a time is supported`);
    if (role === "z" && fixedSize(axis) !== 1) throw new UnsupportedLayout(`its input is a volume (axis ${axis.id}); flat pictures are supported`);
  }
  const y = axes.find(({ role }) => role === "y")?.axis;
  const x = axes.find(({ role }) => role === "x")?.axis;
  if (y?.type !== "space" || x?.type !== "space") throw new UnsupportedLayout(`its input axes are ${ids}; y and x are needed`);
  if (new Set(axes.map(({ role }) => role)).size !== axes.length) throw new UnsupportedLayout(`its input axes are ${ids}; each may be there once`);
  const channelAxis = input.axes.find((axis) => axis.type === "channel");
  const channels = channelAxis?.channel_names.length ?? 1;
  if (channels !== 1 && channels !== 3) throw new UnsupportedLayout(`its input has ${channels} channels; 1 (grey) or 3 (red, green, blue) are supported`);
  return { axes: input.axes.map((axis) => layoutOf(axis, undefined)), channels, ...sizeRules(input.id, y, x), pixelSizeUm: umPerPixel(y, x) };
}

/** Axes of an output, told against the input it follows. */
export function outputLayout(output: TensorDescription, input: TensorDescription): AxisLayout[] {
  return output.axes.map((axis) => layoutOf(axis, input));
}

/** Whether the channels are named blue, green, red. */
export function isBlueFirst(input: TensorDescription): boolean {
  const names = input.axes.find((axis) => axis.type === "channel")?.channel_names.map((name) => name.trim().toLowerCase().charAt(0));
  return names?.join("") === "bgr";
}

type SpaceAxis = Extract<Axis, { type: "space" }>;

function roleOf(axis: Axis): AxisRole {
  if (axis.type !== "space") return axis.type;
  if (axis.id === "y" || axis.id === "x" || axis.id === "z") return axis.id;
  throw new UnsupportedLayout(`an axis of space is called ${axis.id}; x, y and z are known`);
}

function fixedSize(axis: Axis): number | undefined {
  if (axis.type === "channel") return axis.channel_names.length;
  if (axis.type === "batch") return 1;
  return typeof axis.size === "number" ? axis.size : undefined;
}

function layoutOf(axis: Axis, input: TensorDescription | undefined): AxisLayout {
  const halo = axis.type === "space" || axis.type === "time" ? axis.halo ?? 0 : 0;
  const fixed = fixedSize(axis);
  const base = { id: axis.id, role: roleOf(axis), offset: 0, halo, ...(fixed === undefined ? {} : { fixed }) };
  if (input === undefined || axis.type === "batch" || axis.type === "channel" || typeof axis.size === "number" || !("axis_id" in axis.size)) return base;
  const { axis_id: wanted, tensor_id: tensor, offset } = axis.size;
  const followed = tensor === input.id ? input.axes.find((one) => one.id === wanted) : undefined;
  if (followed === undefined) return base;
  return { ...base, cellsPerPixel: scaleOf(followed) / scaleOf(axis), offset };
}

function scaleOf(axis: Axis): number {
  return axis.type === "space" || axis.type === "time" ? axis.scale : 1;
}

function sizeRules(inputId: string, y: SpaceAxis, x: SpaceAxis): { y: SizeRule; x: SizeRule; isSquare: boolean } {
  const [ofY, ofX] = [ruleOf(y), ruleOf(x)];
  if (ofY !== undefined && ofX !== undefined) return { y: ofY, x: ofX, isSquare: false };
  // One axis may follow the other.
  const [follower, leader, rule] = ofY === undefined ? [y, x, ofX] : [x, y, ofY];
  const { size } = follower;
  const follows = typeof size === "object" && "axis_id" in size && size.tensor_id === inputId && size.axis_id === leader.id && size.offset === 0 && follower.scale === leader.scale;
  if (rule === undefined || !follows) throw new UnsupportedLayout(`the size of its input axis ${follower.id} is none that is supported: a number, {min, step}, or that of the other axis`);
  return { y: rule, x: rule, isSquare: true };
}

function ruleOf(axis: SpaceAxis): SizeRule | undefined {
  if (typeof axis.size === "number") return { min: axis.size, step: 0 };
  return "step" in axis.size ? { min: axis.size.min, step: axis.size.step } : undefined;
}

function umPerPixel(y: SpaceAxis, x: SpaceAxis): number | undefined {
  const [ofY, ofX] = [y, x].map((axis) => {
    const um = UM_PER_UNIT[axis.unit ?? ""];
    return um === undefined ? undefined : um * axis.scale;
  });
  if (ofY === undefined || ofX === undefined) return undefined;
  const um = squarePixelUm({ x: ofX, y: ofY });
  if (um === undefined) throw new UnsupportedLayout(`its input has pixels of ${ofX} x ${ofY} um; square ones are supported`);
  return um;
}
