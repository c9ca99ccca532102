import * as z from "zod";
import { ClassId } from "../../../../shared/domain/detection.ts";
import type { HeadKind } from "../../../../shared/domain/model-package.ts";

/**
 * How the outputs of a model become objects: what `config.ocular` in rdf.yaml says for each head. See docs/models.md.
 * Lengths are in input pixels unless a name says otherwise.
 */
const ClassDescription = z.union([
  ClassId,
  z.object({ id: ClassId, name: z.string().optional(), plural: z.string().optional(), letter: z.string().length(1).optional(), colorIndex: z.number().int().min(0).max(7).optional() }),
]);

const share = z.number().min(0).max(1);

/** A `ScaleReference` of src/core/detection. */
const ScaleReferenceConfig = z.object({
  classes: z.array(z.string().min(1)).nonempty(),
  sizeUm: z.number().positive(),
  median: z.enum(["count", "area"]),
  leastObjects: z.number().int().positive(),
  untouched: z.tuple([z.number().positive().max(1), z.number().min(1)]),
});

const common = {
  classes: z.array(ClassDescription).nonempty(),
  /** Lowest score that counts, by class id. Heads that draw outlines have thresholds of their own: there 0 is the default. */
  scoreThresholds: z.record(z.string(), share).default({}),
  /** Two objects of one class that overlap by more are one object; also what joins doubles along the seams of tiles. */
  nmsIou: share.default(0.5),
  /** Objects of two classes that overlap by more are one object, the better one; left out: classes may overlap. */
  crossClassIou: share.optional(),
  /** um per pixel the model was trained at; left out: what the input's axes say, and where they say nothing pictures go in as they are. */
  nominalPixelSizeUm: z.number().positive().optional(),
  /** um per pixel taken for pictures that state none; left out: the nominal one. */
  assumedPixelSizeUm: z.number().positive().optional(),
  /** Objects whose size is known, by which the scale of a picture that states none may be estimated; see docs/models.md. */
  scaleReference: ScaleReferenceConfig.optional(),
  /** Order of the colours, where the names of the channels do not say it. */
  channelOrder: z.enum(["rgb", "bgr"]).optional(),
  /** Largest side that goes through the model at once, and what a tile sees around its core, model pixels. */
  tileSide: z.number().int().positive().default(1536),
  tileMargin: z.number().int().nonnegative().default(96),
  /** Output that describes places: one vector per cell of `stride` input pixels. Asked of the model only when it is wanted. */
  embedding: z.object({ output: z.string(), stride: z.number().positive() }).optional(),
};

const CentreHeatMap = z.object({
  head: z.literal("centre-heat-map"),
  ...common,
  /** Input pixels per cell of the heat map. */
  stride: z.number().int().positive(),
  /** Which output is which. */
  outputs: z.object({ heatmap: z.string().default("heatmap"), size: z.string().default("size"), offset: z.string().default("offset") }).prefault({}),
  scoreThresholds: z.record(z.string(), share),
  nmsIou: share,
});

const Boxes = z.object({
  head: z.literal("boxes"),
  ...common,
  scoreThresholds: z.record(z.string(), share),
  /**
   * "table": one output of rows [box, score, label]. "separate": boxes, scores, labels (and count). "class-scores": boxes
   * and scores per class. "predictions": one output of rows (or columns, see `axis`) [box, objectness?, score per class].
   */
  layout: z.enum(["table", "separate", "class-scores", "predictions"]),
  outputs: z.object({ table: z.string(), boxes: z.string(), scores: z.string(), labels: z.string(), count: z.string(), predictions: z.string() }).partial().default({}),
  axis: z.enum(["rows", "columns"]).default("rows"),
  hasObjectness: z.boolean().default(false),
  format: z.enum(["xyxy", "yxyx", "xywh", "cxcywh"]).default("xyxy"),
  unit: z.enum(["pixels", "normalised"]).default("pixels"),
  scores: z.enum(["probabilities", "sigmoid", "softmax"]).default("probabilities"),
  /** 1 where number 0 is the background. */
  firstClass: z.union([z.literal(0), z.literal(1)]).default(0),
});

const SemanticMap = z.object({
  head: z.literal("semantic-map"),
  ...common,
  outputs: z.object({ map: z.string().default("map") }).prefault({}),
  /** Class id of each channel; null for the background and for what nobody asks for. Left out: the classes in order. */
  channels: z.array(z.string().nullable()).optional(),
  values: z.enum(["probabilities", "softmax", "sigmoid"]).default("probabilities"),
  assign: z.enum(["best", "threshold"]).default("best"),
  /** Channel that shows outlines: its value is taken from the others', so that objects which touch come apart. */
  boundaryChannel: z.number().int().nonnegative().optional(),
  minimumAreaPx: z.number().nonnegative().default(0),
  /** Touching objects are parted at their waists: height of the maxima of the distance transform, cells. */
  splitHeightCells: z.number().positive().optional(),
});

const DistanceMap = z.object({
  head: z.literal("distance-map"),
  ...common,
  /** `maps`: two channels, foreground and distance; or one output for each. */
  outputs: z.object({ maps: z.string(), foreground: z.string(), distance: z.string() }).partial().default({}),
  foregroundThreshold: share.default(0.5),
  /** Objects begin where the distance reaches this, unless `hMaxima` is given. */
  seedThreshold: share.default(0.5),
  /** Objects begin at every maximum of the distance that stands this high above its saddles. */
  hMaxima: z.number().positive().optional(),
  minimumSeedCells: z.number().int().positive().default(1),
  /** Foreground without a seed is an object too. */
  keepUnseeded: z.boolean().default(true),
  minimumAreaPx: z.number().nonnegative().default(0),
});

const StarDistances = z.object({
  head: z.literal("star-distances"),
  ...common,
  /** `maps`: the probability, then a channel per ray; or one output for the probability and one for the distances. */
  outputs: z.object({ maps: z.string(), probability: z.string(), distances: z.string() }).partial().default({}),
  rays: z.number().int().min(3),
  probabilityThreshold: share.default(0.5),
  /** Two outlines that overlap by more, over the smaller of them (StarDist's way) or over both together, are one object. */
  nmsOverlap: share.default(0.4),
  overlapOver: z.enum(["smaller", "union"]).default("smaller"),
  minimumAreaPx: z.number().nonnegative().default(0),
});

const FlowField = z.object({
  head: z.literal("flow-field"),
  ...common,
  /** Three channels: flow in y, flow in x, cell probability (a logit, as Cellpose gives it). */
  outputs: z.object({ maps: z.string().default("maps") }).prefault({}),
  /** Logit above which a pixel belongs to a cell. */
  cellProbabilityThreshold: z.number().default(0),
  /** Flow values per cell of way: Cellpose's networks answer 5 times the unit direction. */
  flowScale: z.number().positive().default(5),
  /** Objects whose flows are farther from those of their shape are left out, as Cellpose's flow_threshold; 0 keeps all. */
  flowThreshold: z.number().nonnegative().default(0.4),
  minimumAreaPx: z.number().nonnegative().default(15),
  /** Steps that each pixel follows the flow. */
  steps: z.number().int().positive().default(200),
});

export const OcularConfig = z.discriminatedUnion("head", [CentreHeatMap, Boxes, SemanticMap, DistanceMap, StarDistances, FlowField]);
export type OcularConfig = z.infer<typeof OcularConfig>;
/** What may be written in rdf.yaml: defaults left out. */
export type OcularConfigInput = z.input<typeof OcularConfig>;
export type ConfigOf<Head extends HeadKind> = Extract<OcularConfig, { head: Head }>;

/** Ids of the outputs that the head reads, in the order it names them. */
export function outputIdsOf(config: OcularConfig): string[] {
  const ids: ReadonlyArray<string | undefined> = Object.values(config.outputs);
  return ids.filter((id) => id !== undefined);
}
