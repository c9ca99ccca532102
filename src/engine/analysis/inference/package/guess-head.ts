import { OcularConfig } from "./head-config.ts";
import type { OcularConfigInput } from "./head-config.ts";
import { instanceStepOf } from "./processing.ts";
import type { OutputDescription, Rdf } from "./rdf.ts";

/** The one class of models that do not say what they find. */
const OBJECT = "object";

/**
 * What `config.ocular` would say of a package that has none, where rdf.yaml leaves no doubt: its post-processing names
 * StarDist or Cellpose, StarDist's own export left its mark, or its one output is a map of probabilities of one or two
 * channels. Undefined where a person must say it.
 */
export function guessHead(rdf: Rdf): OcularConfig | undefined {
  const guess = guessInstances(rdf) ?? guessStarDistExport(rdf) ?? guessProbabilityMap(rdf);
  return guess === undefined ? undefined : OcularConfig.parse(guess);
}

function guessInstances(rdf: Rdf): OcularConfigInput | undefined {
  for (const { id, postprocessing } of rdf.outputs) {
    const step = instanceStepOf(postprocessing);
    if (step?.id === "stardist_postprocessing" && step.kwargs.grid.length === 2) {
      const { n_rays: rays, prob_threshold: probabilityThreshold, nms_threshold: nmsOverlap } = step.kwargs;
      return { head: "star-distances", classes: [OBJECT], outputs: { maps: id }, rays, probabilityThreshold, nmsOverlap };
    }
    if (step?.id === "cellpose_flow_dynamics" && !step.kwargs.do_3D) {
      const { cellprob_threshold: cellProbabilityThreshold, flow_threshold: flowThreshold, min_size: least } = step.kwargs;
      return { head: "flow-field", classes: [OBJECT], outputs: { maps: id }, cellProbabilityThreshold, flowThreshold: Math.max(flowThreshold, 0), minimumAreaPx: Math.max(least, 0) };
    }
  }
  return undefined;
}

function guessStarDistExport(rdf: Rdf): OcularConfigInput | undefined {
  const { stardist } = rdf.config;
  if (stardist === undefined) return undefined;
  const rays = stardist.config.n_rays;
  const thresholds = { probabilityThreshold: stardist.thresholds?.prob ?? 0.5, nmsOverlap: stardist.thresholds?.nms ?? 0.4 };
  const maps = rdf.outputs.find((output) => channelsOf(output).length === rays + 1);
  if (maps !== undefined) return { head: "star-distances", classes: [OBJECT], outputs: { maps: maps.id }, rays, ...thresholds };
  const probability = rdf.outputs.find((output) => channelsOf(output).length === 1);
  const distances = rdf.outputs.find((output) => channelsOf(output).length === rays);
  if (probability === undefined || distances === undefined) return undefined;
  return { head: "star-distances", classes: [OBJECT], outputs: { probability: probability.id, distances: distances.id }, rays, ...thresholds };
}

function guessProbabilityMap(rdf: Rdf): OcularConfigInput | undefined {
  const [output, ...others] = rdf.outputs;
  if (output === undefined || others.length > 0 || !isFlatMap(output) || !holdsProbabilities(output)) return undefined;
  const names = channelsOf(output).map((name) => name.toLowerCase());
  const map = { head: "semantic-map" as const, classes: [OBJECT] as [string], outputs: { map: output.id }, assign: "threshold" as const };
  if (names.length <= 1) return { ...map, channels: [OBJECT] };
  if (names.length !== 2) return undefined;
  if (names[0]?.includes("background") === true) return { ...map, channels: [null, OBJECT] };
  if (/bound|border|edge|membrane|contour/.test(names[1] ?? "")) return { ...map, channels: [OBJECT, null], boundaryChannel: 1 };
  const isExclusive = output.postprocessing.some((step) => step.id === "softmax");
  return isExclusive ? { ...map, channels: [null, OBJECT] } : undefined;
}

function channelsOf(output: OutputDescription): readonly string[] {
  return output.axes.find((axis) => axis.type === "channel")?.channel_names ?? [];
}

function isFlatMap(output: OutputDescription): boolean {
  const space = output.axes.filter((axis) => axis.type === "space").map((axis) => axis.id);
  return space.includes("y") && space.includes("x") && (!space.includes("z") || output.axes.some((axis) => axis.id === "z" && "size" in axis && axis.size === 1));
}

function holdsProbabilities(output: OutputDescription): boolean {
  if (output.postprocessing.some((step) => step.id === "sigmoid" || step.id === "softmax" || step.id === "binarize")) return true;
  const values = Array.isArray(output.data) ? output.data : [output.data];
  return values.every(({ range, type }) => type === "bool" || (range?.[0] === 0 && range[1] === 1));
}
