import { OcularError } from "../../../../shared/errors.ts";
import type { GraphTensor } from "../../../../shared/domain/model-package.ts";
import type { OnnxForm } from "../../../../shared/domain/model-package.ts";

/** An axis of rdf.yaml. */
export type RdfAxis =
  | { readonly type: "batch" }
  | { readonly type: "channel"; readonly channel_names: string[] }
  | { readonly type: "index"; readonly id: string; readonly size: object }
  | { readonly type: "space"; readonly id: "y" | "x"; readonly unit?: "micrometer"; readonly scale: number; readonly size: number | object };

/** The input of a graph as a picture: its axes in rdf.yaml, and the length of each for a test. */
export interface FormInput {
  readonly axes: readonly RdfAxis[];
  readonly testShape: readonly number[];
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
}

/** Side of the test picture where the graph leaves it open, px. */
const TEST_SIDE = 128;

/** @throws OcularError ModelInvalid when the graph takes no single picture. */
export function formInput(id: string, inputs: readonly GraphTensor[], form: OnnxForm): FormInput {
  const [input] = inputs;
  const refuse = (reason: string): never => {
    throw new OcularError({ tag: "ModelInvalid", modelId: id, reason });
  };
  if (input === undefined || inputs.length !== 1) return refuse(`it has ${inputs.length} inputs (${inputs.map((one) => one.name).join(", ")}), one is supported`);
  const shown = `${input.name} has the shape ${input.shape.join(" x ")}`;
  const order = orderOf(input.shape) ?? refuse(`${shown}; batch x channel x y x x, or batch x y x x x channel, with 1 or 3 channels, are supported`);
  const channelLength = input.shape[order.indexOf("channel")];
  const channels = channelLength === 1 || !order.includes("channel") ? 1 : 3;
  const least = Math.ceil(64 / form.sizeStep) * form.sizeStep;
  type Role = (typeof order)[number];
  const lengthOf = (role: Role): number => {
    const stated = input.shape[order.indexOf(role)];
    return typeof stated === "number" && stated > 0 ? stated : Math.max(least, Math.ceil(TEST_SIDE / form.sizeStep) * form.sizeStep);
  };
  const isOpen = (role: Role): boolean => !(Number(input.shape[order.indexOf(role)]) > 0);
  const axes = order.map((role): RdfAxis => {
    if (role === "batch") return { type: "batch" };
    if (role === "channel") return { type: "channel", channel_names: channels === 1 ? ["grey"] : form.channelOrder === "bgr" ? ["blue", "green", "red"] : ["red", "green", "blue"] };
    return {
      type: "space", id: role, scale: form.pixelSizeUm ?? 1, ...(form.pixelSizeUm === undefined ? {} : { unit: "micrometer" as const }),
      size: isOpen(role) ? { min: least, step: form.sizeStep } : lengthOf(role),
    };
  });
  const lengths: Readonly<Record<string, number>> = { batch: 1, channel: channels, y: lengthOf("y"), x: lengthOf("x") };
  return { axes, testShape: order.map((role) => lengths[role] ?? 1), channels, width: lengthOf("x"), height: lengthOf("y") };
}

function orderOf(shape: GraphTensor["shape"]): Array<"batch" | "channel" | "y" | "x"> | undefined {
  const isChannels = (length: number | string | undefined): boolean => length === 1 || length === 3;
  if (shape.length === 3) return ["batch", "y", "x"];
  if (shape.length !== 4) return undefined;
  if (isChannels(shape[1])) return ["batch", "channel", "y", "x"];
  if (isChannels(shape[3])) return ["batch", "y", "x", "channel"];
  // Nothing is said: the order of nearly all graphs.
  return typeof shape[1] === "string" || (shape[1] ?? -1) < 0 ? ["batch", "channel", "y", "x"] : undefined;
}

/** A picture for the test tensor: blobs of light on a dark ground, the same for the same seed. 0..255. */
export function seededPicture({ testShape, axes, channels, width, height }: FormInput, seed: number): Uint8Array {
  const random = randomFrom(seed);
  const blobs = Array.from({ length: 12 }, () => ({ x: random() * width, y: random() * height, radius: 4 + random() * 10, colour: [random(), random(), random()] }));
  const order: string[] = axes.map((axis) => (axis.type === "space" ? axis.id : axis.type));
  const stride = (role: string): number => (order.includes(role) ? testShape.slice(order.indexOf(role) + 1).reduce((product, n) => product * n, 1) : 0);
  const picture = new Uint8Array(testShape.reduce((product, n) => product * n, 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const light = blobs.reduce((sum, blob) => sum + (blob.colour[channel] ?? 0) * Math.exp(-(((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.radius ** 2)), 0);
        picture[channel * stride("channel") + y * stride("y") + x * stride("x")] = Math.min(20 + 200 * light + 8 * random(), 255);
      }
    }
  }
  return picture;
}

/** Mulberry32, Tommy Ettinger 2017: a small generator whose numbers are the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
