import * as z from "zod";
import { ClassId, ClassInfo } from "./detection.ts";

/** One input or output of a graph; a length that is not fixed is named, or -1. */
export const GraphTensor = z.object({ name: z.string(), type: z.string(), shape: z.array(z.union([z.number(), z.string()])) });
export type GraphTensor = z.infer<typeof GraphTensor>;

/** A file a person chose to make a package of: a bare graph, or a zipped package with a description of its own. */
export const PickedModel = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("graph"), name: z.string(), inputs: z.array(GraphTensor), outputs: z.array(GraphTensor) }),
  z.object({ kind: z.literal("package"), name: z.string() }),
]);
export type PickedModel = z.infer<typeof PickedModel>;

/** How the outputs of a model become objects; see docs/models.md. */
export const HeadKind = z.enum(["centre-heat-map", "boxes", "semantic-map", "distance-map", "star-distances", "flow-field"]);
export type HeadKind = z.infer<typeof HeadKind>;

/** A package under models/, usable or not. */
export const ModelEntry = z.object({ id: z.string(), name: z.string(), version: z.string(), head: HeadKind.optional(), classes: z.array(ClassInfo), sha256: z.string(), problem: z.string().optional() });
export type ModelEntry = z.infer<typeof ModelEntry>;

/** One way of computing a model, as a person may choose it. */
export const Provider = z.object({
  name: z.string(),
  /** What people call it. */
  title: z.string(),
  /** Comes with this installation; others need libraries of their own. */
  isBundled: z.boolean(),
});
export type Provider = z.infer<typeof Provider>;

/** What a model came to on a provider: its test tensors reproduced, and the time of one run. */
export const ProviderMeasure = z.object({ runtime: z.string(), msPerRun: z.number().optional(), notice: z.string().optional() });
export type ProviderMeasure = z.infer<typeof ProviderMeasure>;

/** The short form that turns a bare ONNX file into a model package: what a graph does not say of itself. */
export const OnnxForm = z.object({
  /** Name of the package's folder. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, "must be of small letters, digits and hyphens"),
  name: z.string().min(1).optional(),
  head: HeadKind,
  /** Class ids in the order the model has them, without the background. */
  classes: z.array(ClassId).nonempty(),
  /** um per pixel the model was trained at; left out: pictures go in at their own scale. */
  pixelSizeUm: z.number().positive().optional(),
  channelOrder: z.enum(["rgb", "bgr"]).default("rgb"),
  /**
   * What the model takes: values from 0 to 1, 0 to 255 or -1 to 1, ImageNet's mean and spread, or each picture brought
   * to its own range (1st to 99.8th percentile).
   */
  range: z.enum(["0..1", "0..255", "-1..1", "imagenet", "picture"]).default("0..1"),
  /** Lowest score that counts, for every class. */
  scoreThreshold: z.number().min(0).max(1).default(0.5),
  /** Steps of the input's size, pixels, where the graph leaves it open. */
  sizeStep: z.number().int().positive().default(32),
  /** Which output is which, where their names do not tell: by the roles in docs/models.md. */
  outputs: z.record(z.string(), z.string()).default({}),
  /** Anything else under config.ocular, by its name there. */
  settings: z.record(z.string(), z.unknown()).default({}),
});
export type OnnxForm = z.infer<typeof OnnxForm>;
export type OnnxFormInput = z.input<typeof OnnxForm>;
