import { existsSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { stringify } from "yaml";
import { OcularError } from "../../../../shared/errors.ts";
import { runModel } from "../check-model.ts";
import { describeOnnxFile } from "../describe-onnx.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { applySteps } from "../package/apply-steps.ts";
import { convertNumbers } from "../package/convert-numbers.ts";
import { sha256OfFile } from "../package/file-hash.ts";
import type { OcularConfig } from "../package/head-config.ts";
import type { ModelPackage } from "../package/model-package.ts";
import { formatNpy } from "../package/npy.ts";
import type { Tensor } from "../package/npy.ts";
import { ProcessingStep } from "../package/processing.ts";
import type { AxisLayout } from "../package/tensor-layout.ts";
import { formInput, seededPicture } from "./form-input.ts";
import type { FormInput, RdfAxis } from "./form-input.ts";
import { headFromForm, isChannelLast } from "./form-head.ts";
import { installPackage, refuseTaken } from "./install-package.ts";
import type { InstallPlace } from "./install-package.ts";
import { OnnxForm } from "../../../../shared/domain/model-package.ts";
import type { OnnxFormInput } from "../../../../shared/domain/model-package.ts";

export interface PackageFromOnnx extends InstallPlace {
  /** The bare .onnx file; it is copied. */
  readonly file: string;
  readonly answers: OnnxFormInput;
}

const SEED = 20;

/**
 * Make a model package of a bare ONNX file and a short form: rdf.yaml, the weights, and test tensors that are what the
 * model gives on this machine for a seeded picture, so that other machines can be held against this one.
 *
 * @returns the package, which was read again and checked.
 * @throws OcularError InvalidInput (what the form must still say), ModelInvalid (what the graph cannot be used for),
 * SessionExists when there is a package of that id, InferenceDied, InferenceTimeout.
 */
export async function packageFromOnnx(request: PackageFromOnnx): Promise<ModelPackage> {
  const { file, modelsFolder, host, clock, threads } = request;
  const form = parseForm(request.answers);
  refuseTaken(form.id, modelsFolder);
  if (!existsSync(file)) throw new OcularError({ tag: "FileMissing", path: file });
  const graph = await describeOnnxFile(file, { host, clock });
  const [graphInput] = graph.inputs;
  const input = formInput(form.id, graph.inputs, form);
  const picture: Tensor = { shape: input.testShape, data: seededPicture(input, SEED) };
  const steps = stepsOf(form, input);
  const outputIds = graph.outputs.map((output) => output.name);
  const provisional = provisionalPackage(form.id, file, await sha256OfFile(file), graphInput?.name ?? "input", input, outputIds);
  const { result } = await runModel(provisional, wireOf(graphInput?.name ?? "input", input, picture, steps), { host, clock, threads });
  const outputs = outputIds.flatMap((id) => result.outputs.get(id) ?? []);
  const config = headFromForm(form, outputs);
  return installPackage(form.id, { modelsFolder, host, clock, threads }, (folder) => writePackage(folder, { form, config, input, inputId: graphInput?.name ?? "input", steps, picture, outputs, file }));
}

/** @throws OcularError InvalidInput naming the first answer that does not do. */
export function parseForm(answers: OnnxFormInput): OnnxForm {
  const parsed = OnnxForm.safeParse(answers);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OcularError({ tag: "InvalidInput", what: "The form for this model", reason: `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim() });
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

function stepsOf({ range, channelOrder }: OnnxForm, { channels }: FormInput): ProcessingStep[] {
  const turned = (values: number[]): number[] => (channels === 1 ? values.slice(0, 1) : channelOrder === "bgr" ? [...values].reverse() : values);
  const float = { id: "ensure_dtype", kwargs: { dtype: "float32" } } as const;
  switch (range) {
    case "0..255":
      return [float];
    case "0..1":
      return [float, { id: "scale_linear", kwargs: { gain: 1 / 255, offset: 0 } }];
    case "-1..1":
      return [float, { id: "scale_linear", kwargs: { gain: 2 / 255, offset: -1 } }];
    case "imagenet": {
      const [mean, std] = [turned(IMAGENET.mean), turned(IMAGENET.std)].map((values) => values.map((value) => value * 255));
      return [float, ProcessingStep.parse({ id: "fixed_zero_mean_unit_variance", kwargs: channels === 1 ? { mean: mean?.[0], std: std?.[0] } : { mean, std, axis: "channel" } })];
    }
    case "picture":
      return [float, ProcessingStep.parse({ id: "scale_range", kwargs: { min_percentile: 1, max_percentile: 99.8 } })];
  }
}

function wireOf(name: string, { axes, testShape }: FormInput, picture: Tensor, steps: readonly ProcessingStep[]): WireTensor {
  const data = convertNumbers(picture.data, Float32Array);
  applySteps({ axes: axes.map((axis) => (axis.type === "space" || axis.type === "index" ? axis.id : axis.type)), shape: testShape, data }, steps);
  return { name, dtype: "float32", shape: [...testShape], data };
}

/** As much of a package as one run needs, before there is one. */
function provisionalPackage(id: string, file: string, sha256: string, inputId: string, { axes, channels, width, height }: FormInput, outputs: readonly string[]): ModelPackage {
  const layout = axes.map((axis): AxisLayout => ({ id: axis.type, role: axis.type === "space" ? axis.id : axis.type, offset: 0, halo: 0 }));
  return {
    id, folder: "", name: id, version: "", description: "", sha256, classes: [], tolerances: [],
    weights: { path: resolve(file), sha256, opsetVersion: 0 },
    input: { id: inputId, axes: layout, steps: [], channels, y: { min: height, step: 0 }, x: { min: width, step: 0 }, isSquare: false, pixelSizeUm: undefined, channelOrder: "rgb", white: 255 },
    outputs: outputs.map((output) => ({ id: output, axes: [], steps: [] })),
    config: { head: "flow-field", classes: ["object"], scoreThresholds: {}, nmsIou: 0.5, tileSide: 1, tileMargin: 0, outputs: { maps: "" }, cellProbabilityThreshold: 0, flowScale: 1, flowThreshold: 0, minimumAreaPx: 0, steps: 1 },
  };
}

interface PackageParts {
  readonly form: OnnxForm;
  readonly config: OcularConfig;
  readonly input: FormInput;
  readonly inputId: string;
  readonly steps: readonly ProcessingStep[];
  readonly picture: Tensor;
  readonly outputs: readonly WireTensor[];
  readonly file: string;
}

async function writePackage(folder: string, { form, config, input, inputId, steps, picture, outputs, file }: PackageParts): Promise<void> {
  await copyFile(file, join(folder, "model.onnx"));
  const entry = async (name: string): Promise<object> => ({ source: name, sha256: await sha256OfFile(join(folder, name)) });
  await writeFile(join(folder, "test_input.npy"), formatNpy(picture));
  const described = [];
  for (const [index, output] of outputs.entries()) {
    const name = `test_output_${index}.npy`;
    await writeFile(join(folder, name), formatNpy(output));
    described.push({ id: output.name, axes: outputAxes(output, input, inputId, config), data: { type: output.dtype }, test_tensor: await entry(name) });
  }
  const rdf = {
    format_version: "0.5.4",
    type: "model",
    name: form.name ?? form.id,
    version: "1.0.0",
    description: `${basename(file)} with the form that was filled in for it.`,
    inputs: [{ id: inputId, axes: input.axes, data: { type: "uint8" }, test_tensor: await entry("test_input.npy"), preprocessing: steps }],
    outputs: described,
    weights: { onnx: { ...(await entry("model.onnx")), opset_version: 0 } },
    config: { ocular: config },
  };
  await writeFile(join(folder, "rdf.yaml"), stringify(rdf));
}

/** Maps follow the input by the ratio of their sides; everything else is counted things. */
function outputAxes({ shape }: WireTensor, input: FormInput, inputId: string, config: OcularConfig): RdfAxis[] {
  const isMap = config.head !== "boxes" && (shape.length === 4 || shape.length === 3);
  if (!isMap) return shape.map((_, index): RdfAxis => (index === 0 && shape.length > 2 ? { type: "batch" } : { type: "index", id: `index${index}`, size: { min: 1 } }));
  const isLast = isChannelLast(shape);
  const [y, x] = isLast || shape.length === 3 ? [1, 2] : [2, 3];
  const channel: RdfAxis = { type: "channel", channel_names: Array.from({ length: shape[isLast ? 3 : 1] ?? 1 }, (_, index) => `channel${index}`) };
  const place = (id: "y" | "x", cells: number, pixels: number): RdfAxis => {
    const scale = input.axes.find((axis) => axis.type === "space")?.scale ?? 1;
    return { type: "space", id, scale: (scale * pixels) / cells, size: { tensor_id: inputId, axis_id: id } };
  };
  const flat = [place("y", shape[y] ?? 1, input.height), place("x", shape[x] ?? 1, input.width)];
  if (shape.length === 3) return [{ type: "batch" }, ...flat];
  return isLast ? [{ type: "batch" }, ...flat, channel] : [{ type: "batch" }, channel, ...flat];
}
