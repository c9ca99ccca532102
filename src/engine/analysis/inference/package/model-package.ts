import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import type { ClassInfo } from "../../../../shared/domain/detection.ts";
import { OcularError, isOcularError } from "../../../../shared/errors.ts";
import { classesOf } from "./class-info.ts";
import { sha256OfFile } from "./file-hash.ts";
import type { ProcessingStep } from "./processing.ts";
import { Rdf } from "./rdf.ts";
import type { Axis, OcularConfig, Tolerance } from "./rdf.ts";

/** A file of the package, checked to be the one rdf.yaml names where it names a hash. */
export interface PackageFile {
  readonly path: string;
  readonly sha256: string;
}

export interface ModelTensor {
  readonly id: string;
  /** Axis ids in order, e.g. batch, channel, y, x. */
  readonly axes: readonly string[];
  /** Pre-processing of an input, post-processing of an output. */
  readonly steps: readonly ProcessingStep[];
  readonly testTensor?: PackageFile;
}

/** A model package that was read, found complete, and whose files have the hashes it states. */
export interface ModelPackage {
  /** Name of its folder: what people and sessions call it. */
  readonly id: string;
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly weights: PackageFile & { readonly opsetVersion: number };
  readonly input: ModelTensor;
  readonly outputs: readonly ModelTensor[];
  /** Heights and widths the model takes: at least `min`, in steps of `step`, model pixels. */
  readonly inputSize: { readonly min: number; readonly step: number };
  readonly classes: readonly ClassInfo[];
  readonly config: OcularConfig;
  readonly tolerances: readonly Tolerance[];
}

/** A folder under models/, usable or not. */
export type ListedModel =
  | { readonly id: string; readonly folder: string; readonly package: ModelPackage }
  | { readonly id: string; readonly folder: string; readonly error: OcularError };

const DESCRIPTION = "rdf.yaml";

/**
 * Read a model package (BioImage.IO model description 0.5 with `config.ocular`) and check its files.
 *
 * @throws OcularError FileMissing (no package there), ModelInvalid (what is wrong with it), ModelHashMismatch.
 */
export async function loadModelPackage(folder: string): Promise<ModelPackage> {
  const id = basename(resolve(folder));
  const rdf = parseRdf(await readDescription(folder), id);
  const input = rdf.inputs[0];
  if (rdf.inputs.length !== 1 || input === undefined) throw invalid(id, `it has ${rdf.inputs.length} inputs, one is supported`);
  checkImageAxes(id, input.axes);
  const onnx = rdf.weights.onnx;
  return {
    id,
    folder,
    name: rdf.name,
    version: rdf.version,
    description: rdf.description,
    weights: { ...(await checkedFile(id, folder, onnx)), opsetVersion: onnx.opset_version },
    input: await tensorOf(id, folder, input, input.preprocessing),
    outputs: await Promise.all(rdf.outputs.map((output) => tensorOf(id, folder, output, output.postprocessing))),
    inputSize: inputSizeOf(id, input.axes),
    classes: classesOf(rdf.config.ocular.classes),
    config: checkConfig(id, rdf),
    tolerances: rdf.config.bioimageio.reproducibility_tolerance,
  };
}

/** Every model package below a folder, by id; what is no usable package comes with its error. */
export async function listModels(root: string): Promise<ListedModel[]> {
  const entries = existsSync(root) ? await readdir(root, { withFileTypes: true }) : [];
  const ids = entries.filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, DESCRIPTION))).map((entry) => entry.name).sort();
  return Promise.all(ids.map(async (id): Promise<ListedModel> => {
    const folder = join(root, id);
    try {
      return { id, folder, package: await loadModelPackage(folder) };
    } catch (error) {
      if (!isOcularError(error)) throw error;
      return { id, folder, error };
    }
  }));
}

/**
 * The package of that id below a folder.
 *
 * @throws OcularError ModelUnknown, naming those there are, and whatever {@link loadModelPackage} throws.
 */
export async function findModel(root: string, modelId: string): Promise<ModelPackage> {
  const known = (await listModels(root)).map((model) => model.id);
  if (!known.includes(modelId)) throw new OcularError({ tag: "ModelUnknown", modelId, known });
  return loadModelPackage(join(root, modelId));
}

async function readDescription(folder: string): Promise<string> {
  const path = join(folder, DESCRIPTION);
  if (!existsSync(path)) throw new OcularError({ tag: "FileMissing", path });
  return readFile(path, "utf8");
}

function parseRdf(text: string, id: string): Rdf {
  let content: unknown;
  try {
    content = parseYaml(text);
  } catch (error) {
    throw invalid(id, `rdf.yaml is no YAML: ${error instanceof Error ? firstLine(error.message) : String(error)}`);
  }
  const parsed = Rdf.safeParse(content);
  if (parsed.success) return parsed.data;
  throw invalid(id, describeIssues(parsed.error));
}

function describeIssues(error: z.ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return "rdf.yaml is not valid";
  const more = error.issues.length > 1 ? `, and ${error.issues.length - 1} more` : "";
  return `rdf.yaml ${first.path.join(".")}: ${first.message}${more}`;
}

function checkImageAxes(id: string, axes: readonly Axis[]): void {
  const names = axes.map((axis) => axis.id).join(", ");
  if (names !== "batch, channel, y, x") throw invalid(id, `its input axes are ${names}; batch, channel, y, x are supported`);
  const channels = axes.find((axis) => axis.type === "channel")?.channel_names.length;
  if (channels !== 3) throw invalid(id, `its input has ${channels ?? 0} channels; 3 (red, green, blue) are supported`);
}

/** One rule for height and width: the stricter of the two. */
function inputSizeOf(id: string, axes: readonly Axis[]): { min: number; step: number } {
  const sizes = axes.filter((axis) => axis.type === "space").map((axis) => {
    if (typeof axis.size === "object" && "step" in axis.size && axis.size.step > 0) return axis.size;
    throw invalid(id, `its input axis ${axis.id} has no step: sizes of {min, step} are supported`);
  });
  return { min: Math.max(...sizes.map((size) => size.min)), step: Math.max(...sizes.map((size) => size.step)) };
}

function checkConfig(id: string, rdf: Rdf): OcularConfig {
  const config = rdf.config.ocular;
  const outputIds = rdf.outputs.map((output) => output.id);
  for (const needed of Object.values(config.outputs)) {
    if (!outputIds.includes(needed)) throw invalid(id, `config.ocular names the output "${needed}", there are ${outputIds.join(", ")}`);
  }
  for (const { id: classId } of classesOf(config.classes)) {
    if (config.scoreThresholds[classId] === undefined) throw invalid(id, `config.ocular.scoreThresholds has none for ${classId}`);
  }
  return config;
}

async function tensorOf(
  id: string,
  folder: string,
  tensor: { id: string; axes: readonly Axis[]; test_tensor?: { source: string; sha256?: string | undefined } | undefined },
  steps: readonly ProcessingStep[],
): Promise<ModelTensor> {
  const axes = tensor.axes.map((axis) => axis.id);
  if (tensor.test_tensor === undefined) return { id: tensor.id, axes, steps };
  return { id: tensor.id, axes, steps, testTensor: await checkedFile(id, folder, tensor.test_tensor) };
}

async function checkedFile(id: string, folder: string, file: { source: string; sha256?: string | undefined }): Promise<PackageFile> {
  const path = resolve(folder, file.source);
  if (!path.startsWith(resolve(folder) + sep)) throw invalid(id, `${file.source} lies outside its folder`);
  if (!existsSync(path)) throw invalid(id, `${file.source} is missing`);
  const actual = await sha256OfFile(path);
  if (file.sha256 !== undefined && file.sha256 !== actual) {
    throw new OcularError({ tag: "ModelHashMismatch", modelId: id, file: file.source, expected: file.sha256, actual });
  }
  return { path, sha256: actual };
}

function invalid(modelId: string, reason: string): OcularError {
  return new OcularError({ tag: "ModelInvalid", modelId, reason });
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
