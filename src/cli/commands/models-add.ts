import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { defaultThreads } from "../../engine/analysis/inference/default-threads.ts";
import { OnnxForm } from "../../shared/domain/model-package.ts";
import { packageFromOnnx, parseForm } from "../../engine/analysis/inference/form/package-from-onnx.ts";
import { idFromFile, packageFromZip } from "../../engine/analysis/inference/form/package-from-zip.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import { EXIT } from "../context.ts";
import type { CliContext } from "../context.ts";

interface AddOptions {
  readonly head?: OnnxForm["head"];
  readonly classes?: [string, ...string[]];
  readonly id?: string;
  readonly name?: string;
  readonly pixelSize?: number;
  readonly colours: "rgb" | "bgr";
  readonly range: OnnxForm["range"];
  readonly threshold: number;
  readonly output: Readonly<Record<string, string>>;
  readonly setting: Readonly<Record<string, unknown>>;
  readonly models: string;
}

/** `ocular models add FILE.onnx --head H --classes a,b`, `ocular models add FILE.zip`. */
export function addModelAddCommand(models: Command, context: CliContext): void {
  const { head, range, channelOrder } = OnnxForm.shape;
  models
    .command("add")
    .description("install a package: a zip of the BioImage Model Zoo, or a bare .onnx file, of which is said here what its graph does not say")
    .argument("<file>", "the .zip, or the .onnx file (see `ocular models describe`)")
    .option("--head <head>", `needed for .onnx, and for a zip whose description leaves it open: what its outputs are: ${head.options.join(", ")}`, oneOf(head.options))
    .option("--classes <ids>", "goes with --head: class ids in the model's order, with commas", listOf)
    .option("--id <id>", "name of the package; by default that of the file")
    .option("--name <words>", "what people call it")
    .option("--pixel-size <um>", "um per pixel it was trained at; left out, pictures go in at their own scale", positiveNumber)
    .option("--colours <order>", "rgb or bgr", oneOf(channelOrder.unwrap().options), "rgb")
    .option("--range <range>", `what it takes: ${range.unwrap().options.join(", ")}`, oneOf(range.unwrap().options), "0..1")
    .option("--threshold <score>", "lowest score that counts", shareOf, 0.5)
    .option("--output <role=name>", "which output is which, where names do not tell; may be given several times", pair, {})
    .option("--setting <name=value>", "anything else of config.ocular, see docs/models.md; the value is JSON or a word", setting, {})
    .option("--models <dir>", "folder of the packages", context.modelsFolder)
    .action((file: string, options: AddOptions) => add(context, file, options));
}

async function add(context: CliContext, file: string, options: AddOptions): Promise<void> {
  const { head, classes, name, pixelSize: pixelSizeUm, colours: channelOrder, range, threshold: scoreThreshold, output: outputs, setting: settings } = options;
  const id = options.id ?? idFromFile(file);
  const isZip = /\.zip$/i.test(file);
  const place = { file, modelsFolder: options.models, host: context.host, clock: context.clock, threads: defaultThreads() };
  try {
    if (!isZip && (head === undefined || classes === undefined)) throw new OcularError({ tag: "InvalidInput", what: "The form for this model", reason: "--head and --classes are needed for a bare .onnx file" });
    if ((head === undefined) !== (classes === undefined)) throw new OcularError({ tag: "InvalidInput", what: "The form for this model", reason: "--head and --classes go together" });
    const answers = head === undefined || classes === undefined ? undefined
      : { id, head, classes, channelOrder, range, scoreThreshold, outputs, settings, ...(name === undefined ? {} : { name }), ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) };
    const model = isZip || answers === undefined
      ? await packageFromZip({ ...place, id, ...(answers === undefined ? {} : { form: parseForm(answers) }) })
      : await packageFromOnnx({ ...place, answers });
    context.out(`${model.id} is installed in ${model.folder}: ${model.config.head}, ${model.classes.map((one) => one.id).join(", ")}. ${isZip ? "Its test tensors are reproduced here." : "Its test tensors are what it gives on this machine."}`);
    context.exit(EXIT.success);
  } catch (error) {
    if (!isOcularError(error)) throw error;
    context.err(error.message);
    context.exit(error.data.tag === "InvalidInput" ? EXIT.wrongUsage : EXIT.someFailed);
  }
}

function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`Choose one of ${words.join(", ")}.`);
    return found;
  };
}

function listOf(text: string): string[] {
  const ids = text.split(",").map((id) => id.trim()).filter((id) => id !== "");
  if (ids.length === 0) throw new InvalidArgumentError("Name at least one class.");
  return ids;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("A number above 0 is needed.");
  return value;
}

function shareOf(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("A number from 0 to 1 is needed.");
  return value;
}

function pair(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("role=name is needed.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function setting(text: string, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("name=value is needed.");
  return { ...before, [text.slice(0, at)]: valueOf(text.slice(at + 1)) };
}

/** JSON where it is some, else the words themselves. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
