import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { basename, join, resolve, sep } from "node:path";
import { parse as parseYaml } from "yaml";
import type * as z from "zod";
import type { ClassInfo } from "../../../../shared/domain/detection.ts";
import { OcularError, isOcularError } from "../../../../shared/errors.ts";
import { classesOf } from "./class-info.ts";
import { sha256OfFile, sha256OfSettings, sha256OfText } from "./file-hash.ts";
import { guessHead } from "./guess-head.ts";
import { outputIdsOf } from "./head-config.ts";
import type { OcularConfig } from "./head-config.ts";
import type { ProcessingStep } from "./processing.ts";
import { Rdf } from "./rdf.ts";
import type { TensorDescription, Tolerance } from "./rdf.ts";
import { UnsupportedLayout, imageInputLayout, isBlueFirst, outputLayout } from "./tensor-layout.ts";
import type { AxisLayout, ImageInputLayout } from "./tensor-layout.ts";

/** A file of the package, checked to be the one rdf.yaml names where it names a hash. */
export interface PackageFile {
  readonly path: string;
  readonly sha256: string;
}

export interface ModelTensor {
  readonly id: string;
  readonly axes: readonly AxisLayout[];
  /** Pre-processing of an input, post-processing of an output. */
  readonly steps: readonly ProcessingStep[];
  readonly testTensor?: PackageFile;
}

/** The one picture a model takes. */
export interface ModelInput extends ModelTensor, Omit<ImageInputLayout, "axes"> {
  readonly channelOrder: "rgb" | "bgr";
  /** What full white is before pre-processing: 255, 65535 for 16-bit inputs, 1 for inputs that say 0 to 1. */
  readonly white: number;
}

/** A model package that was read, found complete, and whose files have the hashes it states. */
export interface ModelPackage {
  /** Name of its folder: what people and sessions call it. */
  readonly id: string;
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Of rdf.yaml and every file that running and checking needs. */
  readonly sha256: string;
  readonly weights: PackageFile & { readonly opsetVersion: number; readonly externalData?: PackageFile };
  readonly input: ModelInput;
  readonly outputs: readonly ModelTensor[];
  readonly classes: readonly ClassInfo[];
  /** As the package says or as it was safe to guess; thresholds for every class, the pixel sizes that hold. */
  readonly config: OcularConfig;
  readonly tolerances: readonly Tolerance[];
}

/** A folder under models/, usable or not. */
export type ListedModel =
  | { readonly id: string; readonly folder: string; readonly package: ModelPackage }
  | { readonly id: string; readonly folder: string; readonly error: OcularError };

const DESCRIPTION = "rdf.yaml";
/** What a package's description may be called; the second is what the zoo's own tools write. */
export const DESCRIPTION_NAMES: readonly string[] = [DESCRIPTION, "bioimageio.yaml"];

/**
 * Read a model package (BioImage.IO model description 0.5) and check its files.
 *
 * @throws OcularError FileMissing (no package there), ModelInvalid (what is wrong with it), ModelHashMismatch.
 */
export async function loadModelPackage(folder: string): Promise<ModelPackage> {
  const id = basename(resolve(folder));
  const text = await readDescription(folder);
  const rdf = parseRdf(text, id);
  const { onnx } = rdf.weights;
  if (onnx === undefined || onnx === null) throw invalid(id, noOnnx(rdf));
  const input = onlyInput(id, rdf);
  try {
    const config = checkConfig(id, rdf);
    const layout = imageInputLayout(input);
    const weights = { ...(await checkedFile(id, folder, onnx)), opsetVersion: onnx.opset_version };
    const externalData = onnx.external_data === undefined || onnx.external_data === null ? {} : { externalData: await checkedFile(id, folder, onnx.external_data) };
    const inputTensor = await tensorOf(id, folder, input, input.preprocessing, layout.axes);
    const outputs = await Promise.all(rdf.outputs.map((output) => tensorOf(id, folder, output, output.postprocessing, outputLayout(output, input))));
    const nominalPixelSizeUm = config.nominalPixelSizeUm ?? layout.pixelSizeUm;
    const assumedPixelSizeUm = config.assumedPixelSizeUm ?? nominalPixelSizeUm;
    if (config.scaleReference !== undefined && nominalPixelSizeUm === undefined) throw invalid(id, "config.ocular.scaleReference needs a nominalPixelSizeUm");
    return {
      id,
      folder,
      name: rdf.name,
      version: rdf.version,
      description: rdf.description,
      sha256: sha256OfSettings({ rdf: sha256OfText(text), files: [weights, externalData.externalData, inputTensor.testTensor, ...outputs.map((output) => output.testTensor)].map((file) => file?.sha256) }),
      weights: { ...weights, ...externalData },
      input: { ...layout, ...inputTensor, channelOrder: config.channelOrder ?? (isBlueFirst(input) ? "bgr" : "rgb"), white: whiteOf(input) },
      outputs,
      classes: classesOf(config.classes),
      config: {
        ...config,
        scoreThresholds: thresholdsOf(config),
        ...(nominalPixelSizeUm === undefined ? {} : { nominalPixelSizeUm }),
        ...(assumedPixelSizeUm === undefined ? {} : { assumedPixelSizeUm }),
      },
      tolerances: rdf.config.bioimageio.reproducibility_tolerance,
    };
  } catch (error) {
    if (error instanceof UnsupportedLayout) throw invalid(id, error.message);
    throw error;
  }
}

/** Every model package below a folder, by id; what is no usable package comes with its error. */
export async function listModels(root: string): Promise<ListedModel[]> {
  const entries = existsSync(root) ? await readdir(root, { withFileTypes: true }) : [];
  const ids = entries.filter((entry) => entry.isDirectory() && descriptionIn(join(root, entry.name)) !== undefined).map((entry) => entry.name).sort();
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

function descriptionIn(folder: string): string | undefined {
  return DESCRIPTION_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
}

async function readDescription(folder: string): Promise<string> {
  const path = descriptionIn(folder);
  if (path === undefined) throw new OcularError({ tag: "FileMissing", path: join(folder, DESCRIPTION) });
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

function noOnnx(rdf: Rdf): string {
  const others = Object.keys(rdf.weights).filter((format) => format !== "onnx");
  return `it has no ONNX weights${others.length === 0 ? "" : `, only ${others.join(", ")}`}`;
}

function onlyInput(id: string, rdf: Rdf): Rdf["inputs"][number] {
  const needed = rdf.inputs.filter((input) => !input.optional);
  const [input] = needed;
  if (needed.length !== 1 || rdf.inputs.length !== 1 || input === undefined) {
    throw invalid(id, `it has ${rdf.inputs.length} inputs (${rdf.inputs.map((one) => one.id).join(", ")}), one is supported`);
  }
  return input;
}

function checkConfig(id: string, rdf: Rdf): OcularConfig {
  const config = rdf.config.ocular ?? guessHead(rdf);
  if (config === undefined) {
    const outputs = rdf.outputs.map((output) => output.id).join(", ");
    throw invalid(id, `rdf.yaml does not say how objects are read from its output ${outputs}; say it under config.ocular, see docs/models.md`);
  }
  const outputIds = rdf.outputs.map((output) => output.id);
  const named = [...outputIdsOf(config), ...(config.embedding === undefined ? [] : [config.embedding.output])];
  for (const needed of named) {
    if (!outputIds.includes(needed)) throw invalid(id, `config.ocular names the output "${needed}", there are ${outputIds.join(", ")}`);
  }
  const known = classesOf(config.classes).map((one) => one.id);
  const twice = known.find((one, at) => known.indexOf(one) !== at);
  if (twice !== undefined) throw invalid(id, `config.ocular has the class "${twice}" twice`);
  const unknown = config.scaleReference?.classes.find((one) => !known.includes(one));
  if (unknown !== undefined) throw invalid(id, `config.ocular.scaleReference names the class "${unknown}", there are ${known.join(", ")}`);
  if (config.head === "centre-heat-map" || config.head === "boxes") {
    for (const { id: classId } of classesOf(config.classes)) {
      if (config.scoreThresholds[classId] === undefined) throw invalid(id, `config.ocular.scoreThresholds has none for ${classId}`);
    }
  }
  return config;
}

/** For every class: what the package states, else the head's own lowest probability. */
function thresholdsOf(config: OcularConfig): Record<string, number> {
  const fallback = config.head === "star-distances" ? config.probabilityThreshold : config.head === "semantic-map" ? 0.5 : 0;
  return Object.fromEntries(classesOf(config.classes).map(({ id }) => [id, config.scoreThresholds[id] ?? fallback]));
}

/** What white is for a model that takes pictures as they come: the full range of its stated type. */
function whiteOf(input: TensorDescription): number {
  const [values] = Array.isArray(input.data) ? input.data : [input.data];
  if (values?.type === "uint16" || values?.type === "int32" || values?.type === "uint32") return 65_535;
  const most = values?.range?.[1];
  return values?.type.startsWith("float") === true && values.range?.[0] === 0 && (most === 1 || most === 65_535) ? most : 255;
}

async function tensorOf(id: string, folder: string, tensor: TensorDescription, steps: readonly ProcessingStep[], axes: readonly AxisLayout[]): Promise<ModelTensor> {
  if (tensor.test_tensor === undefined || tensor.test_tensor === null) return { id: tensor.id, axes, steps };
  return { id: tensor.id, axes, steps, testTensor: await checkedFile(id, folder, tensor.test_tensor) };
}

async function checkedFile(id: string, folder: string, file: { source: string; sha256?: string | undefined }): Promise<PackageFile> {
  if (/^https?:/.test(file.source)) throw invalid(id, `${file.source} is not part of the package: download it into the folder and name the file`);
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
